// One evaluation: walks a typed expression. Nothing it makes outlives it but values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/check/type_rules.h"
#include "lang/eval/diags.h"
#include "lang/eval/eval.h"
#include "lang/value/weight.h"

namespace weft::eval {

inline constexpr size_t kMostElements = 1'000'000;
inline constexpr size_t kMostText = 16u << 20;
// Of collections in each other: documents, which wrap them, must be able to hold them (lang/value/cbor.h).
inline constexpr uint32_t kMostLevels = 200;
// Of expressions in each other, calls included: the C++ stack bears it.
inline constexpr uint32_t kMostNesting = 1500;

using check::Expr;
using check::ExprPtr;
using check::Op;

class Walk {
 public:
  Walk(Evaluator& evaluator, Scope& scope, std::vector<Value>& frame)
      : evaluator_(evaluator), scope_(scope), frame_{frame.data(), frame.size(), &frame} {}

  auto eval(const Expr& expr) -> std::optional<Value>;
  // Errors are not reported while it lives: what they would say is not what counts (`try`, sides that may not be needed).
  class Quiet {
   public:
    explicit Quiet(Walk& walk) : walk_(walk) { ++walk_.quiet_; }
    ~Quiet() { --walk_.quiet_; }
    Quiet(const Quiet&) = delete;
    auto operator=(const Quiet&) -> Quiet& = delete;

   private:
    Walk& walk_;
  };

 private:
  // The variables at hand: those of the caller's frame, or of a function that is being called.
  struct Frame {
    Value* values;
    size_t size;
    std::vector<Value>* grows;  // null for functions, whose frame has the right size
  };
  enum class Truth : uint8_t { kFalse, kTrue, kUnknown };
  struct Condition {
    Truth truth = Truth::kUnknown;
    bool secret = false;
    Text origin{};
  };

  auto step(const Expr& expr) -> std::optional<Value>;
  auto condition(const Expr& expr) -> std::optional<Condition>;
  auto fail(const Expr& expr, const DiagInfo& info, std::vector<std::string> arguments, std::string label = {})
      -> std::nullopt_t;
  auto source(const Expr& expr) const -> std::string;
  void set(uint32_t slot, Value value) {
    if (slot == check::kNoSlot) return;
    if (slot >= frame_.size) {
      CHECK(frame_.grows != nullptr);
      frame_.grows->resize(slot + 1);
      frame_ = {frame_.grows->data(), frame_.grows->size(), frame_.grows};
    }
    frame_.values[slot] = std::move(value);
  }
  // An unknown of the expression's type.
  static auto unknown(const Expr& expr, Text origin) -> Value;
  // Counts steps; false when there are no more, or somebody asked to stop: nothing goes on then.
  auto spend(const Expr& expr, uint64_t steps) -> bool;
  // Steps for what is walked whole.
  auto spend_on(const Expr& expr, const Value& walked) -> bool { return spend(expr, weight(walked) / kWeightOfOne); }
  auto too_heavy(const Expr& expr) -> std::nullopt_t;
  // Of what is being gathered into one value; false when it is too much (reported).
  auto gather(const Expr& expr, uint64_t& gathered, const Value& more) -> bool;
  static auto marked(Value value, bool secret) -> Value { return secret ? value.as_secret() : value; }

  // walk_text.cpp
  auto text(const Expr& expr) -> std::optional<Value>;
  auto text_if(const Expr& expr) -> std::optional<Value>;
  auto text_for(const Expr& expr) -> std::optional<Value>;
  // walk_paths.cpp
  auto member(const Expr& expr) -> std::optional<Value>;
  auto safe_member(const Expr& expr) -> std::optional<Value>;
  auto index(const Expr& expr) -> std::optional<Value>;
  auto splat(const Expr& expr) -> std::optional<Value>;
  auto instance(const Expr& expr, const check::Declaration& declaration, const Value& key) -> std::optional<Value>;
  auto missing_key(const Expr& expr, const Value& key, const std::vector<std::string>& known) -> std::nullopt_t;
  auto collection(const Expr& expr) const -> const check::Declaration*;
  // walk_collections.cpp
  auto list(const Expr& expr) -> std::optional<Value>;
  auto object(const Expr& expr) -> std::optional<Value>;
  auto spread_into(const check::ObjectField& field, std::vector<Field>& fields, bool& unknown, Text& origin) -> bool;
  // What a comprehension has met so far.
  struct Loop {
    bool secret = false;
    bool known = true;
    Text origin{};  // the first that made it unknown
    void lose(const Text& by) {
      if (known) origin = by;
      known = false;
    }
  };
  auto takes_element(const Expr& expr, Loop& so_far) -> std::optional<bool>;
  auto list_for(const Expr& expr) -> std::optional<Value>;
  auto object_for(const Expr& expr) -> std::optional<Value>;
  auto loop_elements(const Expr& source, const Value& value) -> std::optional<std::vector<Element>>;
  // walk_operators.cpp
  auto choice(const Expr& expr) -> std::optional<Value>;
  auto match(const Expr& expr) -> std::optional<Value>;
  auto logic(const Expr& expr) -> std::optional<Value>;
  auto coalesce(const Expr& expr) -> std::optional<Value>;
  auto equality(const Expr& expr) -> std::optional<Value>;
  auto ordering(const Expr& expr) -> std::optional<Value>;
  auto contains(const Expr& expr) -> std::optional<Value>;
  auto arithmetic(const Expr& expr) -> std::optional<Value>;
  auto integers(const Expr& expr, int64_t a, int64_t b) -> std::optional<Value>;
  auto numbers(const Expr& expr, double a, double b) -> std::optional<Value>;
  auto amounts(const Expr& expr, const Value& a, const Value& b) -> std::optional<Value>;
  auto negate(const Expr& expr) -> std::optional<Value>;
  auto wrong_kinds(const Expr& expr, const Value& a, const Value& b) -> std::nullopt_t;
  // walk_calls.cpp
  auto call(const Expr& expr) -> std::optional<Value>;
  auto user_call(const Expr& expr) -> std::optional<Value>;
  auto converted(const Expr& expr) -> std::optional<Value>;
  auto type_of(const Expr& expr) -> std::optional<Value>;
  auto attempt(const Expr& expr) -> std::optional<Value>;
  auto can(const Expr& expr) -> std::optional<Value>;

  Evaluator& evaluator_;
  Scope& scope_;
  Frame frame_;
  uint32_t quiet_ = 0;
  uint32_t calls_ = 0;
  uint32_t nesting_ = 0;
  bool spent_ = false;  // out of steps or depth: nothing goes on, not even `try`
};

// "a string", "an int", "null".
[[nodiscard]] auto a_kind(const Value& value) -> std::string;

}  // namespace weft::eval
