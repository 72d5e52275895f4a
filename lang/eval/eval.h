// The evaluator: typed expressions become values. Total and pure; whatever depends on the plan's progress is asked of
// the Scope. A failure is reported once, at the expression that failed.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "lang/check/program.h"
#include "lang/diag/diagnostic.h"
#include "lang/value/function.h"
#include "lang/value/value.h"

namespace weft::eval {

// Answers what names mean at this moment, for one module instance; implemented by engine/plan and engine/apply, which
// also note there which instances an expression has read.
class Scope {
 public:
  virtual ~Scope() = default;
  // The whole value of an input, let, resource, lookup or module of the module that the expression stands in:
  // a collection with `for` (object by key; a list source keeps its order through `instances`).
  // Nothing: it failed before and was reported.
  virtual auto reference(const check::Declaration& declaration) -> std::optional<Value> = 0;
  // One instance of a collection, without reading the others. Nothing: there is no such key, or it failed (`failed`).
  virtual auto instance(const check::Declaration& declaration, const Value& key, bool& failed) -> std::optional<Value> = 0;
  // Keys in source order, for `subnet[*]` and lists made of a collection; unknown keys give one unknown.
  virtual auto keys(const check::Declaration& declaration) -> std::optional<std::vector<Value>> = 0;
  virtual auto given(std::string_view name) -> Value = 0;  // fabric.name, fabric.env
  virtual auto self() -> Value = 0;                        // for require (desired), ensure and @wait (observed)
  virtual auto module() -> const check::Module& = 0;       // for functions declared in it
  virtual auto functions() -> FunctionContext& = 0;
};

// Steps: one for each expression that is evaluated, and one for each value that an operator or a function walks.
struct Limits {
  uint64_t steps = 200'000'000;       // of one expression, with all that it asks for; beyond is an error, not a hang
  uint64_t total = 20'000'000'000;    // of one evaluator: of a whole plan
  uint64_t weight = uint64_t{256} << 20;  // of what an expression makes, written out whole (lang/value/weight.h)
  uint32_t call_depth = 200;
};

class Evaluator {
 public:
  Evaluator(const SourceMap& sources, DiagSink& problems, Limits limits = {})
      : sources_(sources), problems_(problems), limits_(limits) {}
  // Evaluates as a part of what `outer` evaluates at that time: with its limits, on its count of steps.
  Evaluator(const SourceMap& sources, DiagSink& problems, Evaluator& outer)
      : sources_(sources), problems_(problems), limits_(outer.limits_), spent_(outer.spent_), inside_(true) {}
  Evaluator(const Evaluator&) = delete;
  auto operator=(const Evaluator&) -> Evaluator& = delete;

  // `frame` holds the variables' slots; it must have as many as the declaration's `slots`.
  // Nothing: it failed and has been reported; or the evaluator was stopped.
  [[nodiscard]] auto evaluate(const check::Expr& expr, Scope& scope, std::vector<Value>& frame) -> std::optional<Value>;
  // The parts of a condition without a message, for its report: "length(zones) >= 2, length(zones) is 1".
  [[nodiscard]] auto explain(const check::Expr& condition, Scope& scope, std::vector<Value>& frame) -> std::string;
  // Asked every few thousand steps; once it says yes, that is reported and nothing is evaluated any more. None: nobody asks.
  void stop_when(std::function<bool()> asked) { spent_->ask = std::move(asked); }
  // From now on nothing is evaluated, and nothing reported.
  void stop() { spent_->stopped = true; }
  [[nodiscard]] auto stopped() const -> bool { return spent_->stopped; }

 private:
  friend class Walk;
  const SourceMap& sources_;
  DiagSink& problems_;
  Limits limits_;
  struct Spent {
    uint64_t expression = 0;
    uint64_t total = 0;
    uint64_t next_look = 0;  // the total at which `ask` is called again
    uint32_t depth = 0;      // expressions that are being evaluated, one for another
    bool stopped = false;
    std::function<bool()> ask{};
  };
  Spent own_{};
  Spent* spent_ = &own_;
  bool inside_ = false;
};

// What a comprehension or a declaration's `for` runs over: keys and values in order. Nothing when the value is unknown.
struct Element {
  Value key;
  Value value;
};
[[nodiscard]] auto elements_of(const Value& source) -> std::optional<std::vector<Element>>;

}  // namespace weft::eval
