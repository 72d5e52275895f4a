// `match`: patterns against the subject's type, completeness, and what each arm may take for granted.
#include <algorithm>
#include <utility>

#include "lang/base/text.h"
#include "lang/check/diags.h"
#include "lang/check/expr.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::TokenKind;

namespace {

// What type_of() answers for values of the type; empty when it can be anything.
auto kinds_of(const Type& type) -> std::vector<std::string> {
  switch (type.kind()) {
    case TypeKind::kUnion: {
      std::vector<std::string> kinds;
      for (const Type& alternative : type.alternatives()) {
        for (std::string& kind : kinds_of(alternative)) {
          if (std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(std::move(kind));
        }
      }
      return kinds;
    }
    case TypeKind::kLiteral: return kinds_of(widened(type));
    case TypeKind::kBool: return {"bool"};
    case TypeKind::kInt: return {"int"};
    case TypeKind::kNumber: return {"number"};
    case TypeKind::kString: return {"string"};
    case TypeKind::kDuration: return {"duration"};
    case TypeKind::kSize: return {"size"};
    case TypeKind::kList: return {"list"};
    case TypeKind::kSet: return {"set"};
    case TypeKind::kMap:
    case TypeKind::kObject: return {"object"};
    default: return {};
  }
}

constexpr std::string_view kAllKinds[] = {"null", "bool", "int",  "number", "string",
                                          "duration", "size", "list", "set",    "object"};

// The alternatives of `type` whose kind is (or is not) among `kinds`.
auto of_kinds(const Type& type, const std::vector<std::string>& kinds, bool among) -> Type {
  if (!type.is(TypeKind::kUnion)) return type;
  std::vector<Type> left;
  for (const Type& alternative : type.alternatives()) {
    const auto own = kinds_of(alternative);
    const bool is_in = !own.empty() && std::ranges::find(kinds, own.front()) != kinds.end();
    if (is_in == among) left.push_back(alternative);
  }
  if (left.empty()) return type;
  return Type::union_of(std::move(left)).with_optional(type.optional()).with_secret(type.secret());
}

auto literal_of(const Value& value) -> std::optional<Type> {
  if (value.is(ValueKind::kString)) return Type::literal(std::string(value.as_string()));
  if (value.is(ValueKind::kInt)) return Type::literal(value.as_int());
  return std::nullopt;
}

}  // namespace

struct ExprChecker::Arms {
  NodeId subject;             // what is narrowed: `x`, or the argument of type_of(x)
  Type type;                  // its type
  bool by_kind = false;       // match type_of(x)
  std::vector<MatchArm> arms{};
  std::vector<Value> seen{};
  std::vector<std::string> seen_kinds{};
  bool null_seen = false;
  bool otherwise = false;
};

auto ExprChecker::pattern_value(NodeId pattern) -> std::optional<Value> {
  const syntax::Token& first = tree_.tokens.at(tree_[pattern].first);
  if (first.kind == TokenKind::kTextBegin) {
    const NodeId inner = tree_.child(pattern, 0);
    auto text = syntax::plain_text(tree_, inner.valid() ? inner : pattern, context_.problems);
    if (!text) return std::nullopt;
    return Value::string(*text);
  }
  if (first.kind == TokenKind::kName) {
    const std::string_view word = tree_.tokens.text_of(tree_[pattern].first);
    if (word == "true" || word == "false") return Value::boolean(word == "true");
    return std::nullopt;
  }
  const bool negative = first.kind == TokenKind::kMinus;
  const auto value = syntax::number_value(tree_, tree_[pattern].last, context_.problems);
  if (!value) return std::nullopt;
  const int64_t sign = negative ? -1 : 1;
  if (const auto* integer = std::get_if<int64_t>(&*value)) return Value::integer(sign * *integer);
  if (const auto* real = std::get_if<double>(&*value)) return Value::number(static_cast<double>(sign) * *real);
  if (const auto* duration = std::get_if<syntax::Duration>(&*value)) {
    return Value::duration(sign * duration->nanoseconds);
  }
  return Value::size(sign * std::get<syntax::Size>(*value).bytes);
}

void ExprChecker::read_patterns(Arms& arms, NodeId arm) {
  MatchArm result;
  const NodeId body = tree_.last_child(arm);
  size_t fresh = 0;
  size_t count = 0;
  Range dead;
  for (const NodeId pattern : tree_.children(arm)) {
    if (pattern == body || tree_.kind(pattern) != NodeKind::kPattern) continue;
    ++count;
    const std::string_view word = tree_.text(pattern);
    const bool was_otherwise = arms.otherwise;
    bool doubled = was_otherwise;
    if (word == "_") {
      result.otherwise = true;
      arms.otherwise = true;
    } else if (word == "null") {
      doubled = doubled || arms.null_seen;
      result.null = true;
      arms.null_seen = true;
    } else if (auto value = pattern_value(pattern)) {
      const Type wide = bare(arms.type);
      if (arms.by_kind) {
        const std::string kind(value->is(ValueKind::kString) ? value->as_string() : std::string_view());
        const auto possible = kinds_of(wide);
        if (std::ranges::find(kAllKinds, kind) == std::end(kAllKinds)) {
          const std::string_view near = nearest(kind, std::span(kAllKinds));
          auto report = Report(context_.problems, range(pattern), diags::BadPattern, {std::string(word)});
          if (near.empty()) {
            report.label("`type_of` never answers this");
          } else {
            report.label("did you mean " + json_quote(near) + "?");
          }
        } else if (!possible.empty() && std::ranges::find(possible, kind) == possible.end() && kind != "null") {
          Report(context_.problems, range(pattern), diags::BadPattern, {std::string(word)})
              .label("what is asked about is " + a_type(arms.type));
        }
        doubled = doubled || std::ranges::find(arms.seen_kinds, kind) != arms.seen_kinds.end();
        arms.seen_kinds.push_back(kind);
        result.kinds.push_back(kind);
      } else {
        Type own = type_of_value(*value);
        if (arms.type.is_enum() && (value->is(ValueKind::kString) || value->is(ValueKind::kInt))) {
          own = *literal_of(*value);
          if (!may_equal(own, wide)) {
            auto report = Report(context_.problems, range(pattern), diags::NotInEnum,
                                 {std::string(word), std::string(tree_.text(arms.subject))});
            report.label("its values are " + enum_text(wide));
          }
        } else if (!may_equal(own, wide)) {
          Report(context_.problems, range(pattern), diags::BadPattern, {std::string(word)})
              .label("what is matched is " + a_type(arms.type));
        }
        doubled = doubled || std::ranges::find(arms.seen, *value) != arms.seen.end();
        arms.seen.push_back(*value);
        result.patterns.push_back(std::move(*value));
      }
    }
    if (!doubled) ++fresh;
    if (doubled) dead = range(pattern);
  }
  if (count > fresh) {
    Report(context_.problems, dead, diags::UnreachableArm, {std::string(source_text(dead))})
        .label("an arm above takes this already");
  }
  arms.arms.push_back(std::move(result));
}

void ExprChecker::report_incomplete(const Arms& arms, NodeId node) {
  if (arms.otherwise || arms.type.is_error()) return;
  std::vector<std::string> left;
  const auto seen = [&](const Value& value) { return std::ranges::find(arms.seen, value) != arms.seen.end(); };
  if (arms.by_kind) {
    const auto possible = kinds_of(bare(arms.type));
    if (possible.empty()) left.emplace_back("_");
    for (const std::string& kind : possible) {
      if (std::ranges::find(arms.seen_kinds, kind) == arms.seen_kinds.end()) left.push_back(json_quote(kind));
    }
    const bool null_kind = std::ranges::find(arms.seen_kinds, "null") != arms.seen_kinds.end();
    if (arms.type.optional() && !null_kind) left.emplace_back("\"null\"");
  } else {
    const Type wide = bare(arms.type);
    if (wide.is_enum()) {
      for (const Type& literal : literals_of(wide)) {
        const auto& value = literal.literal_value();
        const auto* text = std::get_if<std::string>(&value);
        if (!seen(text != nullptr ? Value::string(*text) : Value::integer(std::get<int64_t>(value)))) {
          left.push_back(literal_text(literal));
        }
      }
    } else if (wide.is(TypeKind::kBool)) {
      if (!seen(Value::boolean(true))) left.emplace_back("true");
      if (!seen(Value::boolean(false))) left.emplace_back("false");
    } else if (!wide.is(TypeKind::kNull)) {
      left.emplace_back("_");
    }
    if (arms.type.optional() && !arms.null_seen && (left.empty() || left.front() != "_")) left.emplace_back("null");
  }
  if (left.empty()) return;
  Range head = range(node);
  head.end = range(arms.subject).end;
  const std::string what = left.front() == "_" ? "everything else" : join(left, ", ");
  Report(context_.problems, head, diags::MatchIncomplete, {what})
      .label("a `match` says what holds for each value of " + std::string(tree_.text(arms.subject)))
      .help(left.front() == "_" ? "add an arm `_ => …`" : "add an arm for " + what + ", or `_ => …` for the rest");
}

auto ExprChecker::match(NodeId node, const Target* target) -> ExprPtr {
  ExprPtr result = make_expr(Op::kMatch, Type::error(), range(node));
  const NodeId asked = tree_.child(node, 0);
  result->operands.push_back(infer(asked));
  const Expr& subject = *result->operands.front();
  Arms arms{.subject = asked, .type = subject.type};
  if (subject.op == Op::kTypeOf) {
    arms.by_kind = true;
    arms.type = subject.operands.front()->type;
    NodeId call = asked;
    while (tree_.kind(call) == NodeKind::kParen) call = tree_.child(call, 0);
    arms.subject = tree_.child(call, 1);
  }
  const std::string path = fact_path(arms.subject);
  for (const NodeId arm : tree_.children(node)) {
    if (tree_.kind(arm) != NodeKind::kArm) continue;
    const std::vector<Value> seen_before = arms.seen;
    const std::vector<std::string> kinds_before = arms.seen_kinds;
    const bool null_before = arms.null_seen;
    read_patterns(arms, arm);
    const MatchArm& read = arms.arms.back();
    Type narrowed = arms.type;
    if (arms.by_kind) {
      const bool null_kind = std::ranges::find(read.kinds, "null") != read.kinds.end();
      const bool null_gone = std::ranges::find(kinds_before, "null") != kinds_before.end();
      narrowed = read.otherwise ? of_kinds(narrowed, kinds_before, false) : of_kinds(narrowed, read.kinds, true);
      if (read.otherwise ? null_gone : !null_kind) narrowed = narrowed.with_optional(false);
    } else {
      if (read.otherwise ? null_before : !read.null) narrowed = narrowed.with_optional(false);
      if (narrowed.is_enum()) {
        std::vector<Type> left;
        for (const Type& literal : literals_of(narrowed)) {
          const auto is_literal = [&](const Value& value) {
            const auto type = literal_of(value);
            return type && *type == literal;
          };
          const bool kept = read.otherwise ? std::ranges::none_of(seen_before, is_literal)
                                           : std::ranges::any_of(read.patterns, is_literal);
          if (kept) left.push_back(literal);
        }
        if (!left.empty()) {
          narrowed = Type::union_of(std::move(left)).with_optional(narrowed.optional()).with_secret(narrowed.secret());
        }
      }
    }
    std::vector<Fact> known;
    if (!path.empty()) known.push_back(Fact{path, narrowed});
    FactScope guard(frame_, std::move(known));
    const NodeId body = tree_.last_child(arm);
    result->operands.push_back(target != nullptr ? check(body, *target) : infer(body));
  }
  report_incomplete(arms, node);
  std::vector<ExprPtr*> bodies;
  for (size_t i = 1; i < result->operands.size(); ++i) bodies.push_back(&result->operands[i]);
  result->type = bodies.empty() ? Type::error() : unify(std::move(bodies), target);
  result->arms = std::move(arms.arms);
  if (!has_secret(result->operands.front()->type)) return result;
  result->type = result->type.with_secret();
  return target != nullptr ? convert(std::move(result), *target) : std::move(result);
}

}  // namespace weft::check
