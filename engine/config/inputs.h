// The values of the root module's inputs, later over earlier: weft.inputs, ENV.inputs, --inputs, WEFT_INPUT_…, --set.
// (Defaults are the planner's: they are expressions of the module.)
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/config/load.h"
#include "lang/eval/eval.h"
#include "lang/value/value.h"

namespace weft::config {

struct GivenInputs {
  std::string environment = "default";
  std::vector<std::string> files;
  std::vector<std::pair<std::string, std::string>> sets;
  const std::map<std::string, std::string>* variables = nullptr;  // the process's environment; may be null
};

struct InputValue {
  Value value;
  Range range;         // where it was written; invalid for flags and environment
  std::string source;  // "prod.inputs:4", "--set", "WEFT_INPUT_size"
};

// What was given and is no value: of these inputs it would be wrong to say that they have none.
struct WronglyGiven {
  std::set<std::string, std::less<>> names;
  bool any = false;  // a file could not be read: it may have held each of them
  [[nodiscard]] auto holds(std::string_view name) const -> bool { return any || names.contains(name); }
};

// Converted to the inputs' types (secrets marked); problems are reported. What is missing is not reported here.
[[nodiscard]] auto gather_inputs(Fabric& fabric, const GivenInputs& given, DiagSink& problems, WronglyGiven* wrong = nullptr)
    -> std::map<std::string, InputValue, std::less<>>;

// Names that constants may use: functions and fabric.name, fabric.env.
class ConstantScope : public eval::Scope {
 public:
  ConstantScope(const check::Module& module, std::string environment, FunctionContext& functions)
      : module_(module), environment_(std::move(environment)), functions_(functions) {}
  auto reference(const check::Declaration&) -> std::optional<Value> override { return std::nullopt; }
  auto instance(const check::Declaration&, const Value&, bool& failed) -> std::optional<Value> override {
    failed = true;
    return std::nullopt;
  }
  auto keys(const check::Declaration&) -> std::optional<std::vector<Value>> override { return std::nullopt; }
  auto given(std::string_view name) -> Value override;
  auto self() -> Value override { return {}; }
  auto module() -> const check::Module& override { return module_; }
  auto functions() -> FunctionContext& override { return functions_; }

 private:
  const check::Module& module_;
  std::string environment_;
  FunctionContext& functions_;
};

}  // namespace weft::config
