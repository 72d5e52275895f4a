// What all parts of the checker share: the surroundings, the module that is being made, and the frame of variables of
// the declaration at hand.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/check.h"
#include "lang/check/program.h"
#include "lang/check/type_rules.h"
#include "lang/diag/diagnostic.h"
#include "lang/syntax/tree.h"

namespace weft::check {

struct Context {
  const Surroundings& around;
  const Module& module;         // names that expressions may use
  DiagSink& problems;
  bool constants_only = false;  // *.inputs, `state { … }`: no names but functions and fabric.*
};

// A variable: of a comprehension, of a declaration's `for`, or a parameter.
struct Local {
  std::string_view name;
  Type type;
  uint32_t slot = kNoSlot;
  Range range;
  const Expr* source = nullptr;  // what it runs over; null for parameters
  bool is_key = false;
};

// What a condition has told about a name or a dotted path: in what it guards, the type is this one.
struct Fact {
  std::string path;
  Type type;
};

struct Frame {
  std::vector<Local> locals;
  std::vector<Fact> facts;
  uint32_t next_slot = 0;
  uint32_t most_slots = 0;
  std::optional<Type> self;
  std::string_view for_key{};    // names of the declaration's own `for` variables, for those who write each.key
  std::string_view for_value{};
  uint32_t depth = 0;            // of nested expressions
  bool too_deep = false;         // reported
  bool in_message = false;       // of a rule: it may ask about null though the condition has decided it

  auto add(std::string_view name, Type type, Range range, const Expr* source = nullptr, bool is_key = false)
      -> uint32_t {
    const uint32_t slot = take_slot();
    locals.push_back(Local{name, std::move(type), slot, range, source, is_key});
    return slot;
  }
  auto take_slot() -> uint32_t {
    const uint32_t slot = next_slot++;
    if (next_slot > most_slots) most_slots = next_slot;
    return slot;
  }
};

// Variables added while it lives are gone afterwards; their slots are used again.
class LocalScope {
 public:
  explicit LocalScope(Frame& frame) : frame_(frame), count_(frame.locals.size()), slot_(frame.next_slot) {}
  ~LocalScope() {
    frame_.locals.resize(count_);
    frame_.next_slot = slot_;
  }
  LocalScope(const LocalScope&) = delete;
  auto operator=(const LocalScope&) -> LocalScope& = delete;

 private:
  Frame& frame_;
  size_t count_;
  uint32_t slot_;
};

// The facts hold while it lives.
class FactScope {
 public:
  FactScope(Frame& frame, std::vector<Fact> facts) : frame_(frame), count_(frame.facts.size()) {
    for (Fact& fact : facts) frame.facts.push_back(std::move(fact));
  }
  ~FactScope() { frame_.facts.resize(count_); }
  FactScope(const FactScope&) = delete;
  auto operator=(const FactScope&) -> FactScope& = delete;

 private:
  Frame& frame_;
  size_t count_;
};

// What an expression is for: the type that it has to have, and how a message calls the place.
struct Target {
  Type type;
  std::string_view subject{};    // "subnets"
  std::string_view owner{};      // "module std/postgres", or empty
  Range declared{};              // where the type stands; invalid when nowhere
  bool takes_secret = false;
  bool may_be_left_out = false;  // its `?` only says so, and is not shown
  const Target* outer = nullptr; // the target that this is a member (`subject`) or an element (no subject) of

  [[nodiscard]] auto inner(Type type_of_it, std::string_view name) const -> Target {
    return Target{std::move(type_of_it), name, owner, declared, takes_secret || type.secret(), false, this};
  }
  [[nodiscard]] auto path() const -> std::string;  // "spec.containers[]"
  [[nodiscard]] auto text() const -> std::string;  // "`spec.replicas` of k8s.apps.v1.Deployment"
  [[nodiscard]] auto type_text() const -> std::string;
  [[nodiscard]] auto last_name() const -> std::string_view;
};

[[nodiscard]] auto make_expr(Op op, Type type, Range range) -> ExprPtr;
[[nodiscard]] auto error_expr(Range range) -> ExprPtr;
[[nodiscard]] auto constant_expr(Value value, Type type, Range range) -> ExprPtr;
[[nodiscard]] inline auto is_constant(const Expr& expr) -> bool { return expr.op == Op::kConstant; }

// "the input `x`", "the function `x`": as messages call a declaration.
[[nodiscard]] auto kind_word(DeclarationKind kind) -> std::string_view;
// The type of a collection's keys: string, int, or any when the source could not be checked.
[[nodiscard]] auto key_type(const Declaration& declaration) -> Type;
// " (cluster.fabric:12)".
[[nodiscard]] auto where_text(const SourceMap& sources, Range range) -> std::string;

}  // namespace weft::check
