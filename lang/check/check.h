// The checker's door: trees of one module become a typed module. Problems go to `problems`; what could be understood
// is in the result all the same, so an editor can go on.
#pragma once

#include <span>
#include <string_view>

#include "lang/check/program.h"
#include "lang/diag/diagnostic.h"

namespace weft::check {

// Finds the modules that `use` names and the fabrics that weft.Outputs names; implemented by engine/config.
class ModuleSource {
 public:
  virtual ~ModuleSource() = default;
  // The checked module, or null when it cannot be had; it has then been reported (at `range`) or, when `quiet`, not.
  virtual auto load(const Module& user, std::string_view source, Range range, bool quiet) -> const Module* = 0;
};

struct Surroundings {
  const SourceMap& sources;
  const FunctionTable& functions;
  const SchemaSource& schemas;
  ModuleSource& modules;
  bool is_root = true;           // `provider` blocks, `state` and `fabric` stand in the root module only
};

// All files of one folder. Duplicate names, unknown names, types, cycles: everything of language.md that can be known
// without inputs. `trees` must outlive the module.
void check_module(std::span<const syntax::Tree* const> trees, const Surroundings& surroundings, Module& module,
                  DiagSink& problems);

// One expression by itself: an *.inputs entry, --set, console. With `module`, its names are visible; without, only
// functions (a constant). `expected` may be kAny; `subject` is what messages say takes it.
[[nodiscard]] auto check_expression(const syntax::Tree& tree, syntax::NodeId node, const Type& expected,
                                    const Module* module, const Surroundings& surroundings, uint32_t& slots,
                                    DiagSink& problems, std::string_view subject = "the value") -> ExprPtr;

// A template (root kText of parse_template) in which only `names` have names; name i lives in slot i.
[[nodiscard]] auto check_template(const syntax::Tree& tree, const std::vector<std::pair<std::string, Type>>& names,
                                  const Surroundings& surroundings, uint32_t& slots, DiagSink& problems) -> ExprPtr;

}  // namespace weft::check
