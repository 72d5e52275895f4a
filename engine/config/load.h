// Files become a checked fabric: the root module, the modules that it uses and the fabrics whose outputs it reads.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/schemas.h"
#include "lang/check/check.h"
#include "lang/check/program.h"
#include "lang/diag/diagnostic.h"
#include "lang/syntax/tree.h"
#include "lang/value/function.h"

namespace weft::config {

// Owns everything that the checked program points into. Not movable: modules point at each other.
class Fabric : public check::ModuleSource {
 public:
  Fabric(std::string folder, const Schemas& schemas, const FunctionTable& functions, SourceMap& sources,
         DiagSink& problems);
  Fabric(const Fabric&) = delete;
  auto operator=(const Fabric&) -> Fabric& = delete;

  // Reads and checks all. `root` is null when there is nothing to read (reported).
  void load();
  [[nodiscard]] auto root() const -> const check::Module* { return root_; }
  [[nodiscard]] auto surroundings(bool is_root) -> check::Surroundings;
  // SHA-256 over names and contents of all files read, 64 hex digits.
  [[nodiscard]] auto digest() const -> std::string;
  // Each of them with its own digest, by the name that is shown.
  [[nodiscard]] auto file_digests() const -> const std::map<std::string, std::string>& { return digests_; }
  [[nodiscard]] auto file_count() const -> size_t { return file_count_; }
  [[nodiscard]] auto folder() const -> const std::string& { return folder_; }
  [[nodiscard]] auto sources() const -> SourceMap& { return sources_; }
  [[nodiscard]] auto functions() const -> const FunctionTable& { return functions_; }

  auto load(const check::Module& user, std::string_view source, Range range, bool quiet) -> const check::Module* override;

 private:
  struct Loaded {
    check::Module module;
    std::vector<std::unique_ptr<syntax::Tree>> trees;
    bool being_checked = false;
  };
  auto load_folder(const std::string& folder, bool is_root, DiagSink& problems, Range user) -> Loaded*;
  [[nodiscard]] auto shown(const std::string& path) const -> std::string;

  std::string folder_;
  const Schemas& schemas_;
  const FunctionTable& functions_;
  SourceMap& sources_;
  DiagSink& problems_;
  const check::Module* root_ = nullptr;
  std::map<std::string, std::unique_ptr<Loaded>> modules_;  // by absolute folder
  std::map<std::string, std::string> digests_;              // file → hex digest
  size_t file_count_ = 0;
};

// Names of the fabric files directly in `folder`, sorted.
[[nodiscard]] auto fabric_files(const std::string& folder) -> std::vector<std::string>;
// A file's text, at most `bound` bytes.
[[nodiscard]] auto read_text(const std::string& path, uint64_t bound = 16u << 20) -> Result<std::string>;
// "a-z 0-9 -", at most 40.
[[nodiscard]] auto is_fabric_name(std::string_view name) -> bool;
// Whether `version` ("0.1.0") satisfies a requirement such as ">= 0.1, < 2"; nothing when that cannot be read.
[[nodiscard]] auto satisfies(std::string_view version, std::string_view requirement) -> std::optional<bool>;

}  // namespace weft::config
