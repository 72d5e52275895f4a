// The implicit conversions of the table "Types", and what is said where there is none: each row of the table has its
// own message and, where it is safe, its own fix.
#include <algorithm>
#include <utility>

#include "lang/base/text.h"
#include "lang/check/diags.h"
#include "lang/check/expr.h"

namespace weft::check {

auto Target::path() const -> std::string {
  if (outer == nullptr || outer->subject.empty()) return std::string(subject);
  const std::string before = outer->path();
  if (subject.starts_with('[')) return before + std::string(subject);
  return before + "." + std::string(subject);
}

auto Target::text() const -> std::string {
  std::string text = path();
  if (text.find(' ') == std::string::npos) text = "`" + text + "`";  // else it is a description: "the message"
  if (!owner.empty()) text += " of " + std::string(owner);
  return text;
}

auto Target::type_text() const -> std::string {
  return may_be_left_out ? type.with_optional(false).text() : type.text();
}

auto Target::last_name() const -> std::string_view {
  const Target* at = this;
  while (at->subject.starts_with('[') && at->outer != nullptr && !at->outer->subject.empty()) at = at->outer;
  return at->subject;
}

namespace {

// Every enum in it as string or int: what a value is before it is known to be among the enum's.
auto wide_inside(const Type& type) -> Type {
  switch (type.kind()) {
    case TypeKind::kLiteral:
    case TypeKind::kUnion: return widened(type);
    case TypeKind::kList: return Type::list(wide_inside(type.element())).with_optional(type.optional()).with_secret(type.secret());
    case TypeKind::kSet: return Type::set(wide_inside(type.element())).with_optional(type.optional()).with_secret(type.secret());
    case TypeKind::kMap: return Type::map(wide_inside(type.element())).with_optional(type.optional()).with_secret(type.secret());
    case TypeKind::kObject: {
      std::vector<Member> members(type.members().begin(), type.members().end());
      for (Member& member : members) member.type = wide_inside(member.type);
      return Type::object(std::move(members), std::string(type.name())).with_optional(type.optional()).with_secret(type.secret());
    }
    default: return type;
  }
}

// The alternatives of the type that are literals: an enum, or the enum in `"auto" | list<string>`.
auto enum_part(const Type& type) -> Type {
  if (type.is_enum()) return bare(type);
  if (!type.is(TypeKind::kUnion)) return {};
  std::vector<Type> literals;
  for (const Type& alternative : type.alternatives()) {
    if (alternative.is(TypeKind::kLiteral)) literals.push_back(bare(alternative));
  }
  return literals.empty() ? Type::error() : Type::union_of(std::move(literals));
}

// The constant that the expression is, itself or through `let`; null when it is none.
auto constant_of(const Expr& expr, const Module& module) -> const Value* {
  const Expr* at = &expr;
  for (int hops = 0; hops < 50; ++hops) {
    if (at->op == Op::kConstant) return &at->constant;
    if (at->op != Op::kReference) return nullptr;
    const Declaration& declaration = module.declarations[at->declaration];
    if (declaration.kind != DeclarationKind::kLet || declaration.value == nullptr) return nullptr;
    at = declaration.value.get();
  }
  return nullptr;
}

auto count_word(size_t count) -> std::string {
  static constexpr std::string_view kWords[] = {"",     "",    "both",  "three", "four",   "five",  "six",
                                                "seven", "eight", "nine", "ten",   "eleven", "twelve"};
  if (count == 2) return "both";
  return count < std::size(kWords) && count > 2 ? "all " + std::string(kWords[count]) : "all of them";
}

}  // namespace

auto ExprChecker::convert(ExprPtr expr, const Target& target) -> ExprPtr {
  if (expr->type.is_error() || target.type.is_error()) return expr;
  const Fit how = fit(expr->type, target.type, target.takes_secret);
  if (how == Fit::kSame) return expr;
  if (how == Fit::kConverts) {
    if (is_constant(*expr)) {
      auto [value, why] = weft::convert(expr->constant, target.type);
      if (value) {
        if (target.type.secret()) value = value->as_secret();
        return constant_expr(std::move(*value), target.type, expr->range);
      }
    }
    Type type = target.type;
    if (expr->type.secret()) type = type.with_secret();
    ExprPtr result = make_expr(Op::kConvert, std::move(type), expr->range);
    result->operands.push_back(std::move(expr));
    return result;
  }
  bool reported = false;
  if (how == Fit::kNo && literal_fit(*expr, target, reported)) {
    Type type = target.type;
    if (expr->type.secret()) type = type.with_secret();
    ExprPtr result = make_expr(Op::kConvert, std::move(type), expr->range);
    result->operands.push_back(std::move(expr));
    return result;
  }
  if (!reported) misfit(*expr, target, how);
  return error_expr(expr->range);
}

// Strings and ints that are literals in the files, where an enum (perhaps inside a list or object) is expected.
auto ExprChecker::literal_fit(const Expr& expr, const Target& target, bool& reported) -> bool {
  const Type choices = enum_part(target.type);
  const Type own = widened(bare(expr.type));
  const bool scalar = own.is(TypeKind::kString) || own.is(TypeKind::kInt) || own.is(TypeKind::kUnion);
  if (!choices.is_error() && scalar) {
    if (expr.type.optional() && !target.type.optional()) return false;
    const bool same_kind = may_equal(own, widened(choices));
    if (!same_kind) return false;
    const auto values = literal_values(expr, context_.module, frame_);
    if (!values) {
      if (target.type.is(TypeKind::kUnion) && !target.type.is_enum()) return false;
      Report(context_.problems, expr.range, diags::NotKnownLiteral,
             {std::string(source_text(expr.range)), target.text(), enum_text(choices, " | ")})
          .label("this can be any " + own.text())
          .help("`match " + std::string(source_text(expr.range)) + " { … }` names each case");
      reported = true;
      return false;
    }
    for (const auto& [value, where] : *values) {
      if (in_enum(value, choices)) continue;
      reported = true;
      const std::string seen = display_text(value);
      std::vector<std::string> texts;
      std::vector<std::string_view> candidates;
      for (const Type& literal : literals_of(choices)) texts.push_back(literal_text(literal));
      std::string near;
      if (value.is(ValueKind::kString)) {
        std::vector<std::string> plain_texts;
        for (const Type& literal : literals_of(choices)) {
          if (const auto* text = std::get_if<std::string>(&literal.literal_value())) plain_texts.push_back(*text);
        }
        const std::string_view found = nearest(value.as_string(), plain_texts);
        if (!found.empty()) near = json_quote(found);
      }
      auto report = Report(context_.problems, expr.range, diags::NotInEnum, {seen, std::string(target.last_name())});
      std::erase(texts, near);
      const std::string others = join(texts, ", ");
      if (near.empty()) {
        report.label("its values are " + others);
      } else {
        report.label("did you mean " + near + "?" + (others.empty() ? std::string() : " (also: " + others + ")"));
      }
      if (where.valid() && where != expr.range) report.note(where, "this value");
      if (target.declared.valid()) report.note(target.declared, "declared here");
      return false;
    }
    return true;
  }
  const Type wide = wide_inside(target.type);
  if (wide == target.type || !fits(fit(expr.type, wide, target.takes_secret))) return false;
  const Value* constant = constant_of(expr, context_.module);
  return constant != nullptr && weft::convert(*constant, target.type).first.has_value();
}

void ExprChecker::misfit(const Expr& expr, const Target& target, Fit how) {
  const std::string source(source_text(expr.range));
  const Type& from = expr.type;
  const Type& to = target.type;
  const auto finish = [&](Report& report) {
    if (target.declared.valid()) report.note(target.declared, "declared here");
  };
  if (how == Fit::kNull) {
    Report report(context_.problems, expr.range, diags::NullToPlain,
                  {target.text(), target.type_text(), from.is(TypeKind::kNull) ? "is" : "may be"});
    report.label(from.is(TypeKind::kNull) ? "null" : from.text());
    if (!from.is(TypeKind::kNull)) {
      report.help("`" + source + " ?? …` says what counts when it is null");
      report.help("`if " + source + " != null then … else …` looks first");
    }
    finish(report);
    return;
  }
  if (how == Fit::kSecret) {
    Report report(context_.problems, expr.range, diags::SecretToPlain, {target.text(), target.type_text()});
    report.label("secret");
    report.help("make `" + std::string(target.last_name()) + "` a `secret " + target.type_text() + "`, or say `reveal(" + source +
                ")`: plans and the editor mark it");
    finish(report);
    return;
  }
  Report report(context_.problems, expr.range, diags::WrongType, {target.text(), target.type_text(), a_type(from)});
  report.label(from.text());
  const Type wide_to = widened(bare(to));
  const Type wide_from = widened(bare(from));
  const bool printable = is_printable(wide_from) && !wide_from.is(TypeKind::kAny);
  const bool literal = is_constant(expr) && expr.constant.is(ValueKind::kString);
  if (wide_to.is(TypeKind::kString) && printable && !from.optional()) {
    // No fix: 644 may have been meant as 0644, or the other attribute.
    report.help("`\"${" + source + "}\"` makes a text of it");
  } else if (is_number(wide_to) && wide_from.is(TypeKind::kString)) {
    const auto number = literal ? syntax::parse_number(expr.constant.as_string()) : std::nullopt;
    const bool fits_in = number && (std::holds_alternative<int64_t>(*number) ||
                                    (std::holds_alternative<double>(*number) && wide_to.is(TypeKind::kNumber)));
    if (fits_in) {
      report.fix(expr.range, expr.constant.as_text().str());
    } else if (!literal) {
      const std::string parsed = "number.parse(" + source + ")";
      report.fix(expr.range, parsed);
    }
  } else if (wide_to.is(TypeKind::kBool) && wide_from.is(TypeKind::kString)) {
    if (literal && (expr.constant.as_string() == "true" || expr.constant.as_string() == "false")) {
      report.fix(expr.range, expr.constant.as_text().str());
    } else if (!literal) {
      report.help("`" + source + " == \"true\"` asks whether it is that word");
    }
  } else if (wide_to.is(TypeKind::kInt) && wide_from.is(TypeKind::kNumber)) {
    report.help("`floor(…)`, `ceil(…)` or `round(…)` make an int of a number");
  } else if (wide_to.is(TypeKind::kDuration) || wide_to.is(TypeKind::kSize)) {
    const auto number = literal ? syntax::parse_number(expr.constant.as_string()) : std::nullopt;
    const bool duration = number && std::holds_alternative<syntax::Duration>(*number) && wide_to.is(TypeKind::kDuration);
    const bool size = number && std::holds_alternative<syntax::Size>(*number) && wide_to.is(TypeKind::kSize);
    if (duration || size) {
      report.fix(expr.range, expr.constant.as_text().str());
    } else if (is_number(wide_from)) {
      const std::string unit = wide_to.is(TypeKind::kDuration) ? "1s" : "1B";
      report.help("a number has no unit: `" + source + " * " + unit + "`, or one of the other units");
    }
  } else if (to.is(TypeKind::kSet) && from.is(TypeKind::kList) && fits(fit(from.element(), to.element(), true))) {
    report.fix(expr.range, "to.set(" + source + ")");
  } else if (to.is(TypeKind::kList) && from.is(TypeKind::kSet) && fits(fit(from.element(), to.element(), true))) {
    report.fix(expr.range, "to.list(" + source + ")");
  } else if ((to.is(TypeKind::kList) || to.is(TypeKind::kSet)) && fits(fit(from, to.element(), true))) {
    // `subnet["a"].SubnetId` where the list of all may be meant.
    const Expr* at = &expr;
    while (at->op == Op::kMember) at = at->operands.front().get();
    const bool one_of_many = at->op == Op::kIndex && at != &expr && at->operands[0]->op == Op::kReference &&
                             context_.module.declarations[at->operands[0]->declaration].each;
    if (one_of_many) {
      const Declaration& many = context_.module.declarations[at->operands[0]->declaration];
      const std::string rest = source.substr(at->range.end - expr.range.begin);
      const Value* keys = many.each->source != nullptr ? constant_of(*many.each->source, context_.module) : nullptr;
      report.help("`" + many.name + "[*]" + rest + "` is the list of " +
                  (keys != nullptr ? count_word(keys->length()) : std::string("all of them")) +
                  "; `[…]` around it makes a list of one");
    } else {
      report.fix(expr.range, "[" + source + "]");
    }
  } else if ((from.is(TypeKind::kList) || from.is(TypeKind::kSet)) && fits(fit(from.element(), to, true))) {
    report.help(from.is(TypeKind::kList) ? "`" + source + "[0]` is its first element, `one(" + source + ")` its only one"
                                         : "`one(" + source + ")` is its only element");
  } else if (to.is(TypeKind::kObject) && from.is(TypeKind::kObject)) {
    for (const Member& member : from.members()) {
      if (to.member(member.name) == nullptr) report.help("`" + member.name + "` is no member of " + to.text());
    }
    for (const Member& member : to.members()) {
      const Member* given = from.member(member.name);
      if (given == nullptr) {
        if (!member.may_be_left_out) report.help("`" + member.name + "` (" + member.type.text() + ") is missing");
      } else if (!fits(fit(given->type, member.type, target.takes_secret))) {
        report.help("`" + member.name + "` is " + a_type(given->type) + ", not " + a_type(member.type));
      }
    }
  } else if (to.is(TypeKind::kObject) && from.is(TypeKind::kMap)) {
    report.help("the members of " + to.text() + " are written one by one: `{ name = …[\"name\"] }`");
  }
  finish(report);
}

}  // namespace weft::check
