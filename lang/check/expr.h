// Trees of expressions become typed expressions. One object serves one declaration; it never fails: what was wrong has
// been reported and has the type kError, which silences whatever would only follow from it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/context.h"
#include "lang/syntax/literals.h"

namespace weft::check {

class ExprChecker {
 public:
  ExprChecker(const Context& context, const syntax::Tree& tree, Frame& frame)
      : context_(context), tree_(tree), frame_(frame) {}

  // Its own type, from itself alone.
  [[nodiscard]] auto infer(syntax::NodeId node) -> ExprPtr;
  // Typed from its context; literals take the target's shape.
  [[nodiscard]] auto check(syntax::NodeId node, const Target& target) -> ExprPtr;
  // A condition: bool.
  [[nodiscard]] auto condition(syntax::NodeId node, std::string_view owner) -> ExprPtr;
  // Makes the implicit conversion explicit, or reports that there is none.
  [[nodiscard]] auto convert(ExprPtr expr, const Target& target) -> ExprPtr;
  // What is known where the condition is true (or false).
  [[nodiscard]] auto facts(syntax::NodeId condition, bool truth) -> std::vector<Fact>;
  // The variables of a `for`: adds them to the frame and gives their slots. `key` may be invalid.
  struct Loop {
    ExprPtr source;
    uint32_t key_slot = kNoSlot;
    uint32_t slot = kNoSlot;
    Type key_type, value_type;
  };
  [[nodiscard]] auto loop_source(syntax::NodeId source) -> ExprPtr;
  void add_loop_variables(Loop& loop, syntax::NodeId key, syntax::NodeId value);
  // A hint that the name hides another one.
  void warn_hidden(std::string_view name, Range range);
  // The members of `{ … }` or of a block of attributes against a closed object type. Callbacks that are not given do as usual.
  struct ClosedObject {
    const Target* target = nullptr;
    std::function<void(syntax::NodeId key, std::string_view name)> unknown{};  // reports a member that does not exist
    std::function<void(const std::vector<const Member*>& members)> missing{};  // reports those left out
    std::function<Range(std::string_view name)> declared{};  // where the member's type stands
    Range head{};                    // where to report missing members
    bool drops_null = true;
  };
  [[nodiscard]] auto closed_object(syntax::NodeId node, const ClosedObject& closed) -> ExprPtr;
  // The text of a kKey that is not computed; empty and reported when there is none.
  [[nodiscard]] auto key_text(syntax::NodeId key) -> std::string;
  [[nodiscard]] auto plain(syntax::NodeId text) -> std::string;

 private:
  // literals, choices (expr_basic.cpp)
  auto infer_node(syntax::NodeId node) -> ExprPtr;
  auto check_node(syntax::NodeId node, const Target& target) -> ExprPtr;
  auto number(syntax::NodeId node) -> ExprPtr;
  auto self(syntax::NodeId node) -> ExprPtr;
  auto choice(syntax::NodeId node, const Target* target) -> ExprPtr;
  auto match(syntax::NodeId node, const Target* target) -> ExprPtr;
  auto pattern_value(syntax::NodeId pattern) -> std::optional<Value>;
  auto coalesce(syntax::NodeId node, const Target* target) -> ExprPtr;
  // The common type; nothing is converted.
  auto common(const std::vector<ExprPtr*>& exprs) -> Type;
  // Converts all to `target` or else to their common type, which is given back.
  auto unify(std::vector<ExprPtr*> exprs, const Target* target) -> Type;
  // match.cpp
  struct Arms;
  void read_patterns(Arms& arms, syntax::NodeId arm);
  void report_incomplete(const Arms& arms, syntax::NodeId node);
  // text (expr_text.cpp)
  auto text(syntax::NodeId node) -> ExprPtr;
  auto text_body(const std::vector<syntax::TextPiece>& pieces, Range range) -> ExprPtr;
  auto text_piece(const syntax::TextPiece& piece) -> ExprPtr;
  auto printable(syntax::NodeId node) -> ExprPtr;
  auto text_if(const syntax::TextPiece& piece, size_t branch) -> ExprPtr;
  auto text_for(const syntax::TextPiece& piece) -> ExprPtr;
  // operators (expr_operators.cpp)
  auto binary(syntax::NodeId node, const Target* target) -> ExprPtr;
  auto unary(syntax::NodeId node) -> ExprPtr;
  auto logic(syntax::NodeId node, bool is_and) -> ExprPtr;
  auto equality(syntax::NodeId node, Op op) -> ExprPtr;
  auto ordering(syntax::NodeId node, Op op) -> ExprPtr;
  auto membership(syntax::NodeId node, Op op) -> ExprPtr;
  auto arithmetic(syntax::NodeId node, Op op) -> ExprPtr;
  void report_operands(syntax::NodeId node, const Expr& left, const Expr& right, std::string_view takes);
  auto report_join(syntax::NodeId node, const Expr& left, const Expr& right) -> bool;
  auto not_null(const Expr& expr) -> bool;  // reports when it may be null
  // names and paths (expr_path.cpp, names.cpp)
  auto postfix(syntax::NodeId node) -> ExprPtr;
  auto steps(ExprPtr base, std::span<const syntax::NodeId> chain) -> ExprPtr;
  auto member(ExprPtr base, syntax::NodeId node) -> ExprPtr;
  auto member_of(ExprPtr base, syntax::NodeId node, const Type& type) -> ExprPtr;
  auto safe_member(ExprPtr base, std::span<const syntax::NodeId> chain) -> ExprPtr;
  auto index(ExprPtr base, syntax::NodeId node) -> ExprPtr;
  auto splat(ExprPtr base, std::span<const syntax::NodeId> chain) -> ExprPtr;
  void apply_fact(Expr& expr, syntax::NodeId node);
  [[nodiscard]] auto fact_path(syntax::NodeId node) const -> std::string;  // empty: no name or dotted path
  [[nodiscard]] auto known_type(syntax::NodeId node) -> std::optional<Type>;
  auto reference(syntax::NodeId node) -> ExprPtr;
  auto declared_reference(const Declaration& declaration, DeclarationId id, Range range) -> ExprPtr;
  auto head_is_namespace(std::string_view name) const -> bool;
  auto namespace_path(std::span<const syntax::NodeId> chain, size_t& used) -> ExprPtr;
  auto foreign_name(std::span<const syntax::NodeId> chain, size_t& used) -> bool;
  void unknown_name(syntax::NodeId node);
  void unknown_member(const Expr& base, syntax::NodeId node, const Type& type);
  [[nodiscard]] auto find_local(std::string_view name) const -> const Local*;
  [[nodiscard]] auto find_declaration(std::string_view name) const -> DeclarationId;
  // calls (expr_call.cpp)
  auto call(std::span<const syntax::NodeId> chain, size_t& used) -> ExprPtr;
  auto call_user(syntax::NodeId node, DeclarationId id) -> ExprPtr;
  auto call_library(syntax::NodeId node, const FunctionTable::Row& row) -> ExprPtr;
  auto call_special(syntax::NodeId node, std::string_view name) -> ExprPtr;
  auto find_function(std::string_view path) const -> const FunctionTable::Row*;
  void unknown_function(syntax::NodeId callee, std::string_view path);
  void wrong_count(syntax::NodeId node, std::string_view name, size_t least, size_t most, size_t given,
                   std::string_view signature);
  // lists and objects (expr_collections.cpp)
  auto list(syntax::NodeId node, const Target* target) -> ExprPtr;
  auto object(syntax::NodeId node, const Target* target) -> ExprPtr;
  auto map_object(syntax::NodeId node, const Target* target) -> ExprPtr;
  auto open_object(syntax::NodeId node) -> ExprPtr;
  // What comprehensions of all forms begin with: puts the source and the condition (`when` may be invalid) into `result`,
  // the variables into the frame, and gives the facts that hold inside.
  struct ForHead {
    bool failed = false;
    bool secret = false;
    std::vector<Fact> known;
  };
  auto for_head(Expr& result, syntax::NodeId source, syntax::NodeId key, syntax::NodeId value, syntax::NodeId when) -> ForHead;
  auto list_for(syntax::NodeId node, const Target* target) -> ExprPtr;
  auto object_for(syntax::NodeId node, const Target* target) -> ExprPtr;
  auto spread_type(const Expr& expr, bool in_list) -> Type;
  void unknown_key(syntax::NodeId key, std::string_view name, const Target& target);
  void missing_members(Range head, const std::vector<const Member*>& members, const Target& target);
  // conversion.cpp
  void misfit(const Expr& expr, const Target& target, Fit fit);
  auto literal_fit(const Expr& expr, const Target& target, bool& reported) -> bool;

  [[nodiscard]] auto range(syntax::NodeId node) const -> Range { return tree_.range(node); }
  [[nodiscard]] auto source_text(Range range) const -> std::string_view { return context_.around.sources.text(range); }

  const Context& context_;
  const syntax::Tree& tree_;
  Frame& frame_;
};

// Lists and objects whose parts are all constants become one constant.
[[nodiscard]] auto folded(ExprPtr expr) -> ExprPtr;

// Every value that the expression can have, when each is a literal in the files; nothing otherwise.
[[nodiscard]] auto literal_values(const Expr& expr, const Module& module, const Frame& frame)
    -> std::optional<std::vector<std::pair<Value, Range>>>;

}  // namespace weft::check
