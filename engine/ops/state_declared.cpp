#include "engine/ops/state_declared.h"

#include <optional>

#include "engine/addr/address.h"
#include "engine/ops/workspace.h"

namespace weft::ops {

namespace {

using check::Op;

// "subnet[us-east-2a].SubnetId" of an expression that is just such a path; the instance's own key stands for its variable.
auto path_text(const check::Module& module, const check::Expr& expr, uint32_t key_slot, const std::vector<addr::Key>& keys) -> std::optional<std::string> {
  auto base = [&] { return path_text(module, *expr.operands[0], key_slot, keys); };
  switch (expr.op) {
    case Op::kConvert: return base();
    case Op::kReference: return module.declarations[expr.declaration].name;
    case Op::kMember: {
      auto text = base();
      if (text) *text += "." + expr.name.str();
      return text;
    }
    case Op::kIndex: {
      auto text = base();
      const check::Expr& at = expr.operands[1]->op == Op::kConvert ? *expr.operands[1]->operands[0] : *expr.operands[1];
      if (!text) return text;
      if (at.op == Op::kConstant && (at.constant.is(ValueKind::kString) || at.constant.is(ValueKind::kInt))) return *text + "[" + addr::key_text(addr::key_of(at.constant)) + "]";
      if (at.op == Op::kLocal && at.slot == key_slot && keys.size() == 1) return *text + "[" + addr::key_text(keys[0]) + "]";
      return std::nullopt;
    }
    default: return std::nullopt;
  }
}

}  // namespace

void tell_declared(World& world, StateResult& result) {
  const std::string& name = result.records.front().address;
  auto address = addr::parse_address(name.substr(0, name.find('#')));
  if (!address || address->segments.empty()) return;
  Reported files;
  Workspace workspace(world, files);
  if (!workspace.load()) return;  // weft check says what is wrong with them
  const check::Module* module = workspace.fabric->root();
  for (size_t i = 0; i < address->segments.size(); ++i) {
    auto found = module->names.find(address->segments[i].name);
    if (found == module->names.end()) return;
    const check::Declaration& declaration = module->declarations[found->second];
    if (i + 1 < address->segments.size()) {
      if (declaration.kind != check::DeclarationKind::kModule || declaration.module == nullptr) return;
      module = declaration.module;
      continue;
    }
    if (declaration.kind != check::DeclarationKind::kResource) return;
    result.declared = files.sources->where(declaration.range);
    if (declaration.body == nullptr) return;
    uint32_t key_slot = declaration.each ? declaration.each->key_slot : check::kNoSlot;
    for (const auto& field : declaration.body->fields) {
      if (field.kind != check::ObjectField::Kind::kNamed || field.value == nullptr) continue;
      if (auto text = path_text(*module, *field.value, key_slot, address->segments[i].keys)) result.from[field.name.str()] = *text;
    }
  }
}

}  // namespace weft::ops
