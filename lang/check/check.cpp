#include "lang/check/check.h"

#include <utility>

#include "lang/check/diags.h"
#include "lang/check/module_checker.h"

namespace weft::check {

auto all_diags() -> std::span<const DiagInfo> {
  static constexpr DiagInfo kAll[] = {
#define DIAG(name, code, severity, ...) diags::name,
#include "lang/check/check_diags.def"
#undef DIAG
  };
  return kAll;
}

void ModuleChecker::run() {
  collect();
  link();
  sort();
  late_.resize(items_.size(), false);
  for (const uint32_t index : sorted_) {
    if (!items_[index].skipped) check_one(DeclarationId{index});
  }
  finish();
}

void check_module(std::span<const syntax::Tree* const> trees, const Surroundings& surroundings, Module& module,
                  DiagSink& problems) {
  ModuleChecker(trees, surroundings, module, problems).run();
}

auto check_expression(const syntax::Tree& tree, syntax::NodeId node, const Type& expected, const Module* module,
                      const Surroundings& surroundings, uint32_t& slots, DiagSink& problems, std::string_view subject) -> ExprPtr {
  const Module nothing;
  const Context context{surroundings, module != nullptr ? *module : nothing, problems, module == nullptr};
  Frame frame;
  ExprChecker exprs(context, tree, frame);
  ExprPtr result = exprs.check(node, Target{.type = expected, .subject = subject, .takes_secret = true, .may_be_left_out = expected.optional()});
  slots = frame.most_slots;
  return result;
}

auto check_template(const syntax::Tree& tree, const std::vector<std::pair<std::string, Type>>& names,
                    const Surroundings& surroundings, uint32_t& slots, DiagSink& problems) -> ExprPtr {
  const Module nothing;
  const Context context{surroundings, nothing, problems, true};
  Frame frame;
  for (const auto& [name, type] : names) frame.add(name, type, Range{});
  ExprChecker exprs(context, tree, frame);
  ExprPtr result = exprs.infer(tree.root);
  slots = frame.most_slots;
  return result;
}

}  // namespace weft::check
