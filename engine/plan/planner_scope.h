// The evaluator's view of one module instance while a plan is made; only the .cpp files of this room include it.
#pragma once

#include "engine/plan/planner_impl.h"

namespace weft::plan {

class Planner::Impl::Scope : public eval::Scope {
 public:
  Scope(Impl& impl, uint32_t module, Reads* reads, const Value* self)
      : impl_(impl), module_(module), reads_(reads), self_(self) {}

  auto reference(const check::Declaration& declaration) -> std::optional<Value> override {
    switch (declaration.kind) {
      case check::DeclarationKind::kResource:
      case check::DeclarationKind::kLookup: return impl_.resource_value(module_, declaration, reads_);
      case check::DeclarationKind::kModule: return impl_.module_value(module_, declaration, reads_);
      default: return impl_.value_of(module_, declaration, reads_);
    }
  }
  auto instance(const check::Declaration& declaration, const Value& key, bool& failed) -> std::optional<Value> override {
    return impl_.one_of(module_, declaration, key, failed, reads_);
  }
  auto keys(const check::Declaration& declaration) -> std::optional<std::vector<Value>> override {
    auto& state = impl_.state_of(module_, declaration);
    if (state.phase == Phase::kFailed) return std::nullopt;
    std::vector<Value> keys;
    keys.reserve(state.rows.size());
    for (uint32_t row : state.rows) {
      if (declaration.kind == check::DeclarationKind::kModule) keys.push_back(impl_.modules[row].key_value);
      else keys.push_back(addr::value_of(*impl_.instances[row].key));
    }
    if (state.deferred) keys.push_back(Value::unknown({}));
    // Which ones there are is not known: whoever asks waits for what tells.
    if (state.reads != kNothing && impl_.is_deferred({state.reads})) impl_.note(reads_, state.reads);
    return keys;
  }
  auto given(std::string_view name) -> Value override {
    return Value::string(name == "fabric.env" ? impl_.world.environment : impl_.world.fabric.root()->fabric_name);
  }
  auto self() -> Value override { return self_ == nullptr ? Value() : *self_; }
  auto module() -> const check::Module& override { return *impl_.modules[module_].module; }
  auto functions() -> FunctionContext& override { return impl_.functions_of(module()); }

 private:
  Impl& impl_;
  uint32_t module_;
  Reads* reads_;
  const Value* self_;
};

}  // namespace weft::plan
