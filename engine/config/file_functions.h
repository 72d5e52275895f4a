// What functions may read: files below the fabric's folder (and the module's). Everything read is digested, so that a
// saved plan notices when it changes.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "lang/value/function.h"

namespace weft::config {

// Shared by all modules of a run.
struct FilesRead {
  std::map<std::string, std::string> digests;  // absolute path (or "glob:…") → hex digest of what was seen
};

class FileFunctions : public FunctionContext {
 public:
  using Renderer = std::function<Result<Value>(std::string_view name, std::string_view text, const Value& names)>;
  FileFunctions(std::string module_folder, std::string fabric_folder, FilesRead& read, Renderer render)
      : module_folder_(std::move(module_folder)),
        fabric_folder_(std::move(fabric_folder)),
        read_(read),
        render_(std::move(render)) {}

  auto read_file(std::string_view path) -> Result<std::string> override;
  auto file_exists(std::string_view path) -> Result<bool> override;
  auto glob(std::string_view pattern) -> Result<std::vector<std::string>> override;
  auto absolute_path(std::string_view path) -> Result<std::string> override;
  auto render_template(std::string_view name, std::string_view text, const Value& names) -> Result<Value> override;

 private:
  [[nodiscard]] auto inside(std::string_view path) const -> Result<std::string>;

  std::string module_folder_;
  std::string fabric_folder_;
  FilesRead& read_;
  Renderer render_;
};

}  // namespace weft::config
