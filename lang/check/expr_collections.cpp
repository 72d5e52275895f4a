// Lists, objects and comprehensions: from themselves, or in the shape that the context expects.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "lang/base/text.h"
#include "lang/check/diags.h"
#include "lang/check/expr.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;

namespace {

// The alternative of the expected type that the literal is meant to be; kError when there is none or no single one.
template <class Matches>
auto shape_of(const Type& type, Matches matches) -> Type {
  if (matches(type.kind())) return bare(type);
  if (!type.is(TypeKind::kUnion)) return {};
  Type found;
  for (const Type& alternative : type.alternatives()) {
    if (!matches(alternative.kind())) continue;
    if (!found.is_error()) return {};
    found = bare(alternative);
  }
  return found;
}

auto list_shape(const Type& type) -> Type {
  return shape_of(type, [](TypeKind kind) { return kind == TypeKind::kList || kind == TypeKind::kSet; });
}
auto object_shape(const Type& type) -> Type {
  return shape_of(type, [](TypeKind kind) { return kind == TypeKind::kMap || kind == TypeKind::kObject; });
}

auto like(const Type& shape, Type element) -> Type {
  if (shape.is(TypeKind::kSet)) return Type::set(std::move(element));
  if (shape.is(TypeKind::kMap)) return Type::map(std::move(element));
  return Type::list(std::move(element));
}

}  // namespace

auto ExprChecker::key_text(NodeId key) -> std::string {
  const NodeId inner = tree_.child(key, 0);
  if (!inner.valid() || tree_.is_computed(key)) return {};
  if (tree_.kind(inner) == NodeKind::kName) return std::string(tree_.name(inner));
  return tree_.kind(inner) == NodeKind::kText ? plain(inner) : std::string();
}

// What a spread brings; kError after a report.
auto ExprChecker::spread_type(const Expr& expr, bool in_list) -> Type {
  const Type& type = expr.type;
  if (type.is_error() || !not_null(expr)) return {};
  const bool sequence = type.is(TypeKind::kList) || type.is(TypeKind::kSet);
  const bool keyed = type.is(TypeKind::kMap) || type.is(TypeKind::kObject);
  if (type.is(TypeKind::kAny) || (in_list ? sequence : keyed)) return type;
  auto report = Report(context_.problems, expr.range, diags::NotSpreadable, {a_type(type)});
  report.label(in_list ? "in `[…]` a list or set is spread" : "in `{…}` an object or map is spread");
  if (in_list && keyed) report.help("`...values(" + std::string(source_text(expr.range)) + ")` spreads its values");
  return {};
}

auto ExprChecker::list(NodeId node, const Target* target) -> ExprPtr {
  const Type shape = target != nullptr ? list_shape(target->type) : Type::error();
  if (target != nullptr && shape.is_error()) return convert(list(node, nullptr), *target);
  ExprPtr result = make_expr(Op::kList, Type::error(), range(node));
  std::vector<ExprPtr*> elements;
  Type spread_common;
  const std::string_view subject = "[…]";
  bool any_spread = false;
  for (const NodeId item : tree_.children(node)) {
    const bool spread = tree_.kind(item) == NodeKind::kSpread;
    const NodeId expr = spread ? tree_.child(item, 0) : item;
    result->spread.push_back(spread);
    any_spread = any_spread || spread;
    if (!spread) {
      result->operands.push_back(target != nullptr ? check(expr, target->inner(shape.element(), subject)) : infer(expr));
      continue;
    }
    ExprPtr whole = infer(expr);
    const Type type = spread_type(*whole, true);
    if (type.is_error()) {
      whole = error_expr(range(expr));
    } else if (target != nullptr && !type.is(TypeKind::kAny)) {
      whole = convert(std::move(whole), target->inner(like(type, shape.element()), subject));
    } else if (target != nullptr) {
      whole = convert(std::move(whole), target->inner(Type::list(shape.element()), subject));
    }
    result->operands.push_back(std::move(whole));
  }
  if (!any_spread) result->spread.clear();
  bool secret = false;
  for (size_t i = 0; i < result->operands.size(); ++i) {
    const Expr& operand = *result->operands[i];
    if (operand.type.is_error()) {
      result->type = Type::error();
      return result;
    }
    secret = secret || has_secret(operand.type);
    const bool empty = is_constant(operand) && operand.constant.is(ValueKind::kList) && operand.constant.length() == 0;
    if (any_spread && result->spread[i]) {
      if (!empty) spread_common = common_type(spread_common, element_type(operand.type));
    } else {
      elements.push_back(&result->operands[i]);
    }
  }
  if (target != nullptr) {
    const bool marked = secret && !has_secret(shape.element());
    result->type = like(shape, marked ? shape.element().with_secret() : shape.element());
    return folded(std::move(result));
  }
  Type element = elements.empty() ? spread_common : common(elements);
  if (!elements.empty() && !spread_common.is_error()) element = common_type(element, spread_common);
  if (element.is_error()) element = Type::any();
  if (!element.is(TypeKind::kAny)) {
    for (size_t i = 0; i < result->operands.size(); ++i) {
      ExprPtr& operand = result->operands[i];
      const bool spread = any_spread && result->spread[i];
      const Type wanted = spread ? like(operand->type, element) : element;
      if (fit(operand->type, wanted, true) == Fit::kConverts) {
        operand = convert(std::move(operand), Target{.type = wanted, .takes_secret = true});
      }
    }
  }
  result->type = Type::list(element);
  return folded(std::move(result));
}

auto ExprChecker::object(NodeId node, const Target* target) -> ExprPtr {
  if (target == nullptr) return open_object(node);
  const Type shape = object_shape(target->type);
  if (shape.is_error()) return convert(open_object(node), *target);
  if (shape.is(TypeKind::kMap)) {
    Target inner = *target;
    inner.type = shape;
    return map_object(node, &inner);
  }
  Target inner = *target;
  inner.type = shape;
  Range head = range(node);
  head.end = head.begin + 1;
  return closed_object(node, ClosedObject{.target = &inner, .head = head});
}

auto ExprChecker::closed_object(NodeId node, const ClosedObject& closed) -> ExprPtr {
  const Target& target = *closed.target;
  const Type& type = target.type;
  ExprPtr result = make_expr(Op::kObject, type, range(node));
  result->drops_null = closed.drops_null;
  std::set<std::string, std::less<>> given, meant;
  std::map<std::string, Range, std::less<>> written;
  bool open = false;  // an `any` is spread: what is missing shows when it is evaluated
  bool failed = tree_[node].broken;
  bool secret = false;
  for (const NodeId entry : tree_.children(node)) {
    const NodeKind kind = tree_.kind(entry);
    if (kind == NodeKind::kSpread) {
      ExprPtr whole = infer(tree_.child(entry, 0));
      const Type brought = spread_type(*whole, false);
      if (brought.is_error()) {
        failed = true;
        continue;
      }
      std::vector<Member> wanted;
      if (brought.is(TypeKind::kObject)) {
        for (const Member& member : brought.members()) {
          const Member* known = type.member(member.name);
          if (known == nullptr) {
            Report(context_.problems, whole->range, diags::UnknownKey, {member.name, type.text()})
                .label("the spread object has this member");
            failed = true;
            continue;
          }
          Member one = *known;
          one.may_be_left_out = true;
          if (member.may_be_left_out) one.type = one.type.with_optional();
          wanted.push_back(std::move(one));
          if (!member.may_be_left_out) given.insert(member.name);
        }
      } else {
        open = true;
        for (Member member : type.members()) {
          member.may_be_left_out = true;
          wanted.push_back(std::move(member));
        }
        if (brought.is(TypeKind::kMap)) whole->type = Type::any().with_secret(brought.secret());
      }
      if (failed) continue;
      Target part = target;
      part.type = Type::object(std::move(wanted), std::string(type.name()));
      ObjectField field{.kind = ObjectField::Kind::kSpread, .name = {}, .key = nullptr, .value = nullptr, .name_range = range(entry)};
      field.value = convert(std::move(whole), part);
      secret = secret || has_secret(field.value->type);
      failed = failed || field.value->type.is_error();
      result->fields.push_back(std::move(field));
      continue;
    }
    if (kind != NodeKind::kPair && kind != NodeKind::kAttribute) continue;
    const NodeId key = tree_.child(entry, 0);
    const NodeId value = tree_.child(entry, 1);
    if (!key.valid() || tree_.kind(key) != NodeKind::kKey || tree_[key].broken) {
      failed = true;
      continue;
    }
    if (tree_.is_computed(key)) {
      Report(context_.problems, range(key), diags::ComputedKey, {type.text()})
          .label("the names of its members are fixed");
      (void)infer(value);
      failed = true;
      open = true;
      continue;
    }
    const std::string name = key_text(key);
    const auto [same, fresh] = written.try_emplace(name, range(key));
    if (!fresh) {
      Report(context_.problems, range(key), diags::DuplicateKey, {name}).note(same->second, "the first one");
      failed = true;
      continue;
    }
    given.insert(name);
    const Member* member = type.member(name);
    if (member == nullptr) {
      std::vector<std::string_view> names;
      for (const Member& one : type.members()) names.push_back(one.name);
      meant.emplace(nearest(name, names));
      if (closed.unknown) {
        closed.unknown(key, name);
      } else {
        unknown_key(key, name, target);
      }
      (void)infer(value);
      failed = true;
      continue;
    }
    ObjectField field{.kind = ObjectField::Kind::kNamed, .name = Text(name), .key = nullptr, .value = nullptr, .name_range = range(key)};
    Target inner = target.inner(member->type, member->name);
    if (closed.declared) inner.declared = closed.declared(name);
    inner.may_be_left_out = member->may_be_left_out;
    field.value = check(value, inner);
    secret = secret || has_secret(field.value->type);
    failed = failed || field.value->type.is_error();
    result->fields.push_back(std::move(field));
  }
  std::vector<const Member*> missing;
  for (const Member& member : type.members()) {
    // One mistake is one error: what is misspelt is not missing as well.
    if (!member.may_be_left_out && !given.contains(member.name) && !meant.contains(member.name)) missing.push_back(&member);
  }
  if (!missing.empty() && !open && !tree_[node].broken) {
    if (closed.missing) {
      closed.missing(missing);
    } else {
      missing_members(closed.head, missing, target);
    }
    failed = true;
  }
  if (failed) {
    result->type = Type::error();
    return result;
  }
  if (secret && !has_secret(type)) result->type = type.with_secret();
  if (tree_.kind(node) == NodeKind::kBlock) return result;
  return folded(std::move(result));
}

void ExprChecker::unknown_key(NodeId key, std::string_view name, const Target& target) {
  std::vector<std::string_view> candidates;
  for (const Member& member : target.type.members()) candidates.push_back(member.name);
  const std::string_view near = nearest(name, candidates);
  auto report = Report(context_.problems, range(key), diags::UnknownKey, {std::string(name), target.type.text()});
  if (!near.empty()) {
    report.label("did you mean `" + std::string(near) + "`?").fix(range(key), std::string(near));
  } else {
    std::string known;
    for (size_t i = 0; i < candidates.size() && i < 8; ++i) {
      known += (i == 0 ? "" : ", ");
      known += candidates[i];
    }
    report.label(candidates.empty() ? "it has no members" : "its members are " + known + (candidates.size() > 8 ? ", …" : ""));
  }
  if (target.declared.valid()) report.note(target.declared, "the type stands here");
}

void ExprChecker::missing_members(Range head, const std::vector<const Member*>& members, const Target& target) {
  for (const Member* member : members) {
    auto report = Report(context_.problems, head, diags::MissingMember, {target.type.text(), member->name});
    report.label("`" + member->name + "` (" + member->type.text() + ") is missing");
    if (target.declared.valid()) report.note(target.declared, "the type stands here");
  }
}

auto ExprChecker::open_object(NodeId node) -> ExprPtr {
  ExprPtr result = make_expr(Op::kObject, Type::error(), range(node));
  std::map<std::string, Member, std::less<>> members;
  std::map<std::string, Range, std::less<>> written;
  bool failed = false;
  for (const NodeId entry : tree_.children(node)) {
    if (tree_.kind(entry) == NodeKind::kSpread) {
      ExprPtr whole = infer(tree_.child(entry, 0));
      const Type brought = spread_type(*whole, false);
      if (!brought.is_error() && !brought.is(TypeKind::kObject)) return map_object(node, nullptr);
      failed = failed || brought.is_error();
      for (const Member& member : brought.is_error() ? std::span<const Member>() : brought.members()) {
        Member one = member;
        if (brought.secret()) one.type = one.type.with_secret();
        const auto [same, fresh] = members.try_emplace(member.name, one);
        if (fresh) continue;
        if (member.may_be_left_out) {
          same->second.type = common_type(same->second.type, one.type);
        } else {
          same->second = std::move(one);
        }
      }
      result->fields.push_back({.kind = ObjectField::Kind::kSpread, .name = {}, .key = nullptr, .value = std::move(whole), .name_range = range(entry)});
      continue;
    }
    if (tree_.kind(entry) != NodeKind::kPair) continue;
    const NodeId key = tree_.child(entry, 0);
    if (!key.valid() || tree_.kind(key) != NodeKind::kKey || tree_[key].broken) {
      failed = true;
      continue;
    }
    if (tree_.is_computed(key)) return map_object(node, nullptr);
    const std::string name = key_text(key);
    const auto [same, fresh] = written.try_emplace(name, range(key));
    if (!fresh) {
      Report(context_.problems, range(key), diags::DuplicateKey, {name}).note(same->second, "the first one");
      failed = true;
      continue;
    }
    ExprPtr value = infer(tree_.child(entry, 1));
    failed = failed || value->type.is_error();
    members.insert_or_assign(name, Member{name, value->type});
    result->fields.push_back({.kind = ObjectField::Kind::kNamed, .name = Text(name), .key = nullptr, .value = std::move(value), .name_range = range(key)});
  }
  if (failed) return result;
  std::vector<Member> sorted;
  sorted.reserve(members.size());
  for (auto& [name, member] : members) sorted.push_back(std::move(member));
  result->type = Type::object(std::move(sorted));
  return folded(std::move(result));
}

// With computed keys, or where a map is expected: all values have one type.
auto ExprChecker::map_object(NodeId node, const Target* target) -> ExprPtr {
  ExprPtr result = make_expr(Op::kObject, Type::error(), range(node));
  const Type element = target != nullptr ? target->type.element() : Type::error();
  std::map<std::string, Range, std::less<>> written;
  bool failed = false;
  bool secret = false;
  bool secret_key = false;
  for (const NodeId entry : tree_.children(node)) {
    ObjectField field{.kind = ObjectField::Kind::kNamed, .name = {}, .key = nullptr, .value = nullptr, .name_range = range(entry)};
    if (tree_.kind(entry) == NodeKind::kSpread) {
      field.kind = ObjectField::Kind::kSpread;
      field.value = infer(tree_.child(entry, 0));
      const Type brought = spread_type(*field.value, false);
      if (brought.is_error()) {
        failed = true;
      } else if (target != nullptr) {
        Target whole = *target;
        whole.type = Type::map(element);
        field.value = convert(std::move(field.value), whole);
      }
    } else if (tree_.kind(entry) == NodeKind::kPair) {
      const NodeId key = tree_.child(entry, 0);
      if (!key.valid() || tree_.kind(key) != NodeKind::kKey || tree_[key].broken) {
        failed = true;
        continue;
      }
      field.name_range = range(key);
      if (tree_.is_computed(key)) {
        field.kind = ObjectField::Kind::kComputed;
        field.key = check(tree_.child(key, 0), Target{.type = Type::string(), .subject = "[…]", .takes_secret = true});
        failed = failed || field.key->type.is_error();
        secret_key = secret_key || has_secret(field.key->type);
      } else {
        const std::string name = key_text(key);
        const auto [same, fresh] = written.try_emplace(name, range(key));
        if (!fresh) {
          Report(context_.problems, range(key), diags::DuplicateKey, {name}).note(same->second, "the first one");
          failed = true;
          continue;
        }
        field.name = Text(name);
      }
      const std::string_view subject = field.kind != ObjectField::Kind::kNamed ? "[…]" : std::string_view(field.name);
      field.value = target != nullptr ? check(tree_.child(entry, 1), target->inner(element, subject))
                                      : infer(tree_.child(entry, 1));
    } else {
      continue;
    }
    failed = failed || field.value->type.is_error();
    secret = secret || has_secret(field.value->type);
    result->fields.push_back(std::move(field));
  }
  if (failed) return result;
  if (target != nullptr) {
    result->type = Type::map(secret && !has_secret(element) ? element.with_secret() : element);
    if (secret_key) result->type = result->type.with_secret();
    return folded(std::move(result));
  }
  std::vector<ExprPtr*> values;
  Type all;
  for (ObjectField& field : result->fields) {
    if (field.kind == ObjectField::Kind::kSpread) {
      all = common_type(all, element_type(field.value->type));
    } else {
      values.push_back(&field.value);
    }
  }
  if (!values.empty()) all = common_type(all, common(values));
  if (all.is_error()) all = Type::any();
  if (!all.is(TypeKind::kAny)) {
    for (ExprPtr* value : values) {
      if (fit((*value)->type, all, true) == Fit::kConverts) {
        *value = convert(std::move(*value), Target{.type = all, .takes_secret = true});
      }
    }
  }
  result->type = Type::map(all).with_secret(secret_key);
  return folded(std::move(result));
}

auto ExprChecker::loop_source(NodeId source) -> ExprPtr {
  ExprPtr expr = infer(source);
  if (expr->type.is_error() || !not_null(*expr)) return error_expr(range(source));
  if (is_collection(expr->type)) return expr;
  auto report = Report(context_.problems, expr->range, diags::NotIterable, {a_type(expr->type)});
  report.label("`for` runs over a list, set, map or object");
  if (is_number(expr->type)) report.fix(expr->range, "range(" + std::string(source_text(expr->range)) + ")");
  return error_expr(range(source));
}

void ExprChecker::add_loop_variables(Loop& loop, NodeId key, NodeId value) {
  const Type& type = loop.source->type;
  const bool secret = type.secret();
  loop.value_type = element_type(type);
  if (type.is(TypeKind::kObject)) {
    for (const Member& member : type.members()) {
      if (member.may_be_left_out) loop.value_type = loop.value_type.with_optional(loop.value_type.optional());
    }
  }
  const bool keyed = type.is(TypeKind::kMap) || type.is(TypeKind::kObject);
  loop.key_type = type.is_error() ? Type::error()
                                  : (keyed ? Type::string() : (type.is(TypeKind::kAny) ? Type::any() : Type::integer()));
  if (secret) {
    loop.value_type = loop.value_type.with_secret();
    loop.key_type = loop.key_type.with_secret();
  }
  const auto add = [&](NodeId name, const Type& variable, bool is_key) -> uint32_t {
    if (!name.valid()) return kNoSlot;
    warn_hidden(tree_.name(name), range(name));
    return frame_.add(tree_.name(name), variable, range(name), loop.source.get(), is_key);
  };
  loop.key_slot = add(key, loop.key_type, true);
  loop.slot = add(value, loop.value_type, false);
}

namespace {
struct ForParts {
  NodeId key, value, source, when, result, second;
};
}  // namespace

// Name [Name] expr [When] expr [expr]
static auto for_parts(const syntax::Tree& tree, NodeId node) -> ForParts {
  ForParts parts;
  NodeId names[2];
  size_t count = 0;
  for (const NodeId child : tree.children(node)) {
    const NodeKind kind = tree.kind(child);
    if (kind == NodeKind::kName && count < 2 && !parts.source.valid()) {
      names[count++] = child;
    } else if (!parts.source.valid()) {
      parts.source = child;
    } else if (kind == NodeKind::kWhen) {
      parts.when = child;
    } else if (!parts.result.valid()) {
      parts.result = child;
    } else {
      parts.second = child;
    }
  }
  parts.value = count == 2 ? names[1] : names[0];
  if (count == 2) parts.key = names[0];
  return parts;
}

auto ExprChecker::for_head(Expr& result, NodeId source, NodeId key, NodeId value, NodeId when) -> ForHead {
  Loop loop;
  loop.source = loop_source(source);
  add_loop_variables(loop, key, value);
  result.key_slot = loop.key_slot;
  result.slot = loop.slot;
  ForHead head{.failed = loop.source->type.is_error(), .secret = loop.source->type.secret(), .known = {}};
  result.operands.push_back(std::move(loop.source));
  if (!when.valid()) return head;
  const NodeId asked = tree_.child(when, 0);
  result.has_condition = true;
  result.operands.push_back(condition(asked, "if"));
  head.secret = head.secret || has_secret(result.operands.back()->type);
  head.known = facts(asked, true);
  return head;
}

auto ExprChecker::list_for(NodeId node, const Target* target) -> ExprPtr {
  const Type shape = target != nullptr ? list_shape(target->type) : Type::error();
  if (target != nullptr && shape.is_error()) return convert(list_for(node, nullptr), *target);
  ExprPtr result = make_expr(Op::kListFor, Type::error(), range(node));
  const ForParts parts = for_parts(tree_, node);
  LocalScope scope(frame_);
  auto [failed, secret, known] = for_head(*result, parts.source, parts.key, parts.value, parts.when);
  FactScope guard(frame_, std::move(known));
  result->operands.push_back(target != nullptr ? check(parts.result, target->inner(shape.element(), "[…]"))
                                               : infer(parts.result));
  const Type element = result->operands.back()->type;
  if (failed || element.is_error()) return result;
  if (target != nullptr) {
    const bool marked = has_secret(element) && !has_secret(shape.element());
    result->type = like(shape, marked ? shape.element().with_secret() : shape.element());
    result->type = result->type.with_secret(secret);
    if (secret) return convert(std::move(result), *target);
    return result;
  }
  result->type = Type::list(element).with_secret(secret);
  return result;
}

auto ExprChecker::object_for(NodeId node, const Target* target) -> ExprPtr {
  const Type shape = target != nullptr ? object_shape(target->type) : Type::error();
  const bool collects = tree_.collects(node);
  const bool fitting = shape.is(TypeKind::kMap) && (!collects || shape.element().is(TypeKind::kList));
  if (target != nullptr && !fitting) return convert(object_for(node, nullptr), *target);
  ExprPtr result = make_expr(Op::kObjectFor, Type::error(), range(node));
  result->collects = collects;
  const ForParts parts = for_parts(tree_, node);
  LocalScope scope(frame_);
  auto [failed, secret, known] = for_head(*result, parts.source, parts.key, parts.value, parts.when);
  FactScope guard(frame_, std::move(known));
  result->operands.push_back(check(parts.result, Target{.type = Type::string(), .subject = "=>", .takes_secret = true}));
  secret = secret || has_secret(result->operands.back()->type);
  const bool bad_key = result->operands.back()->type.is_error();
  Type wanted = target != nullptr ? shape.element() : Type::error();
  if (target != nullptr && collects) wanted = wanted.element();
  result->operands.push_back(target != nullptr ? check(parts.second, target->inner(wanted, "[…]")) : infer(parts.second));
  Type element = result->operands.back()->type;
  if (failed || bad_key || element.is_error()) return result;
  if (target != nullptr) {
    const bool marked = has_secret(element) && !has_secret(wanted);
    element = marked ? wanted.with_secret() : wanted;
  }
  result->type = Type::map(collects ? Type::list(element) : element);
  result->type = result->type.with_secret(secret);
  if (secret && target != nullptr) return convert(std::move(result), *target);
  return result;
}

}  // namespace weft::check
