// Names and what is read from them: a.b, a?.b.c, a["k"], a[*].b.
#include <algorithm>
#include <utility>

#include "lang/check/diags.h"
#include "lang/check/expr.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;

namespace {
auto is_postfix(NodeKind kind) -> bool {
  return kind == NodeKind::kMember || kind == NodeKind::kSafeMember || kind == NodeKind::kIndex ||
         kind == NodeKind::kSplat || kind == NodeKind::kCall;
}
}  // namespace

auto ExprChecker::postfix(NodeId node) -> ExprPtr {
  std::vector<NodeId> chain;  // from the head outwards
  NodeId head = node;
  while (is_postfix(tree_.kind(head))) {
    chain.push_back(head);
    head = tree_.child(head, 0);
  }
  std::ranges::reverse(chain);
  if (tree_.kind(head) != NodeKind::kReference) return steps(infer(head), chain);

  size_t members = 0;
  while (members < chain.size() && tree_.kind(chain[members]) == NodeKind::kMember) ++members;
  size_t used = 0;
  ExprPtr base;
  if (members < chain.size() && tree_.kind(chain[members]) == NodeKind::kCall) {
    used = members + 1;
    base = call(std::span(chain).first(used), used);
  } else if (find_local(tree_.name(head)) == nullptr && !find_declaration(tree_.name(head)).valid()) {
    base = namespace_path(chain, used);
    if (base == nullptr) base = reference(head);
  } else {
    base = reference(head);
    apply_fact(*base, head);
  }
  return steps(std::move(base), std::span(chain).subspan(std::min(used, chain.size())));
}

auto ExprChecker::steps(ExprPtr base, std::span<const NodeId> chain) -> ExprPtr {
  for (size_t i = 0; i < chain.size(); ++i) {
    const NodeId node = chain[i];
    if (base->type.is_error()) return error_expr(range(chain.back()));
    switch (tree_.kind(node)) {
      case NodeKind::kMember: base = member(std::move(base), node); break;
      case NodeKind::kIndex: base = index(std::move(base), node); break;
      case NodeKind::kSafeMember: return safe_member(std::move(base), chain.subspan(i));
      case NodeKind::kSplat: return splat(std::move(base), chain.subspan(i));
      default:
        Report(context_.problems, range(tree_.child(node, 0)), diags::NotAFunction,
               {std::string(tree_.text(tree_.child(node, 0))), a_type(base->type)})
            .label("functions are called by their names; they are not values");
        return error_expr(range(node));
    }
    apply_fact(*base, node);
  }
  return base;
}

auto ExprChecker::member(ExprPtr base, NodeId node) -> ExprPtr {
  const NodeId name = tree_.child(node, 1);
  if (!name.valid() || tree_.kind(name) != NodeKind::kName) return error_expr(range(node));
  const Type type = base->type;
  if (type.is(TypeKind::kNull) || (type.optional() && !type.is(TypeKind::kAny))) {
    const std::string source(source_text(base->range));
    Range dot = range(node);
    dot.begin = base->range.end;
    dot.end = range(name).begin;
    auto report = Report(context_.problems, base->range, diags::MayBeNull, {source});
    report.label("this is " + a_type(type));
    const bool plain_dot = dot.begin < dot.end && source_text(dot) == ".";
    if (plain_dot) report.fix(dot, "?.", "write `" + source + "?." + std::string(tree_.name(name)) + "`");
    report.help("`" + source + "?." + std::string(tree_.name(name)) + "` is null when `" + source +
                "` is; `if " + source + " != null then …` looks first");
    return error_expr(range(node));
  }
  return member_of(std::move(base), node, type);
}

auto ExprChecker::member_of(ExprPtr base, NodeId node, const Type& type) -> ExprPtr {
  const NodeId name_node = tree_.child(node, 1);
  const std::string_view name = tree_.name(name_node);
  ExprPtr result = make_expr(Op::kMember, Type::error(), range(node));
  result->name = Text(name);
  switch (type.kind()) {
    case TypeKind::kAny: result->type = Type::any(); break;
    case TypeKind::kObject: {
      const Member* found = type.member(name);
      if (found == nullptr) {
        unknown_member(*base, node, type);
        return result;
      }
      result->type = found->type;
      break;
    }
    case TypeKind::kMap: {
      const bool collection = base->op == Op::kReference && context_.module.declarations[base->declaration].each;
      if (collection && type.element().is(TypeKind::kObject) && type.element().member(name) != nullptr) {
        const std::string source(source_text(base->range));
        Range after = base->range;
        after.begin = after.end;
        Report(context_.problems, base->range, diags::ManyInstances, {source, std::string(name)})
            .label("with `for`, this is one for each key")
            .fix(after, "[*]", "write `" + source + "[*]." + std::string(name) + "`: of all, a list")
            .help("`" + source + "[\"key\"]." + std::string(name) + "` is that of one");
        return result;
      }
      result->type = type.element();
      break;
    }
    case TypeKind::kList:
    case TypeKind::kSet: {
      auto report = Report(context_.problems, range(name_node), diags::NoMembers, {a_type(type), std::string(name)});
      report.label("an element has a number, `[0]`");
      if (type.element().is(TypeKind::kObject) && type.element().member(name) != nullptr) {
        Range after = base->range;
        after.begin = after.end;
        report.fix(after, "[*]", "write `" + std::string(source_text(base->range)) + "[*]." + std::string(name) +
                                     "`: of all, a list");
      }
      return result;
    }
    case TypeKind::kUnion: {
      // Every alternative has it, or it cannot be read before they are told apart.
      Type common;
      for (const Type& alternative : type.alternatives()) {
        const Member* found = alternative.is(TypeKind::kObject) ? alternative.member(name) : nullptr;
        if (found == nullptr && !alternative.is(TypeKind::kMap)) {
          Report(context_.problems, range(name_node), diags::NoMembers, {a_type(type), std::string(name)})
              .label("not every alternative has it")
              .help("`match type_of(…) { … }` tells them apart");
          return result;
        }
        common = common_type(common, found != nullptr ? found->type : alternative.element());
      }
      result->type = common;
      break;
    }
    default: {
      auto report = Report(context_.problems, range(name_node), diags::NoMembers, {a_type(type), std::string(name)});
      report.label("only objects and maps have members");
      return result;
    }
  }
  if (type.secret()) result->type = result->type.with_secret();
  result->operands.push_back(std::move(base));
  return result;
}

auto ExprChecker::safe_member(ExprPtr base, std::span<const NodeId> chain) -> ExprPtr {
  const NodeId node = chain.front();
  const Type type = base->type;
  const bool may_be_null = type.optional() || type.is(TypeKind::kAny) || type.is(TypeKind::kNull);
  if (!may_be_null && !frame_.in_message) {
    Range sign = range(node);
    sign.begin = base->range.end;
    sign.end = range(tree_.child(node, 1)).begin;
    auto report = Report(context_.problems, base->range, diags::NeverNull, {std::string(source_text(base->range))});
    report.label("this is " + a_type(type) + ", so `.` is enough");
    if (sign.begin < sign.end && source_text(sign) == "?.") report.fix(sign, ".");
  }
  if (type.is(TypeKind::kNull)) return constant_expr(Value::null(), Type::null(), range(chain.back()));
  LocalScope scope(frame_);
  ExprPtr result = make_expr(Op::kSafeMember, Type::error(), range(chain.back()));
  result->slot = frame_.take_slot();
  const Type inside = type.with_optional(false);
  ExprPtr rest = make_expr(Op::kLocal, inside, base->range);
  rest->slot = result->slot;
  rest = member_of(std::move(rest), node, inside);
  apply_fact(*rest, node);
  rest = steps(std::move(rest), chain.subspan(1));
  result->type = rest->type;
  if (may_be_null && !rest->type.is_error() && !rest->type.is(TypeKind::kAny) && !rest->type.is(TypeKind::kNull)) {
    result->type = rest->type.with_optional();
  }
  if (type.secret() && !rest->type.is_error()) result->type = result->type.with_secret();
  result->operands.push_back(std::move(base));
  result->operands.push_back(std::move(rest));
  // What a condition told about the path holds for all of it, null included.
  if (may_be_null) apply_fact(*result, chain.back());
  return result;
}

auto ExprChecker::splat(ExprPtr base, std::span<const NodeId> chain) -> ExprPtr {
  const Type type = base->type;
  ExprPtr result = make_expr(Op::kSplat, Type::error(), range(chain.back()));
  if (!not_null(*base)) return result;
  if (!is_collection(type)) {
    Report(context_.problems, base->range, diags::NotIterable, {a_type(type)})
        .label("`[*]` takes each element of a list, set, map or object");
    return result;
  }
  LocalScope scope(frame_);
  result->slot = frame_.take_slot();
  ExprPtr rest = make_expr(Op::kLocal, element_type(type), base->range);
  rest->slot = result->slot;
  rest = steps(std::move(rest), chain.subspan(1));
  if (rest->type.is_error()) return result;
  result->type = Type::list(rest->type).with_secret(type.secret());
  result->operands.push_back(std::move(base));
  result->operands.push_back(std::move(rest));
  return result;
}

auto ExprChecker::index(ExprPtr base, NodeId node) -> ExprPtr {
  const Type type = base->type;
  const NodeId key_node = tree_.child(node, 1);
  ExprPtr result = make_expr(Op::kIndex, Type::error(), range(node));
  if (!not_null(*base)) return result;
  Type wanted = Type::string();
  std::string_view subject = "[…]";
  switch (type.kind()) {
    case TypeKind::kAny: wanted = Type::any(); break;
    case TypeKind::kList: wanted = Type::integer(); break;
    case TypeKind::kMap:
      if (base->op == Op::kReference) {
        const Declaration& declaration = context_.module.declarations[base->declaration];
        if (declaration.each) wanted = key_type(declaration);
      }
      break;
    case TypeKind::kObject: break;
    default: {
      auto report = Report(context_.problems, base->range, diags::NotIndexable, {a_type(type)});
      report.label(type.is(TypeKind::kSet) ? "a set has no order" : "lists have positions, maps and objects have keys");
      if (type.is(TypeKind::kSet)) report.fix(base->range, "to.list(" + std::string(source_text(base->range)) + ")");
      return result;
    }
  }
  const std::string owner(source_text(base->range));
  ExprPtr key = check(key_node, Target{.type = wanted, .subject = subject, .owner = owner, .takes_secret = true});
  if (key->type.is_error()) return result;
  if (type.is(TypeKind::kObject)) {
    if (is_constant(*key) && key->constant.is(ValueKind::kString)) {
      const Member* found = type.member(key->constant.as_string());
      if (found == nullptr) {
        unknown_member(*base, node, type);
        return result;
      }
      result->type = found->type;
    } else {
      result->type = element_type(type);
      for (const Member& member : type.members()) {
        if (member.type.optional()) result->type = result->type.with_optional();
      }
    }
  } else {
    result->type = element_type(type);
  }
  if (type.secret() || has_secret(key->type)) result->type = result->type.with_secret();
  result->operands.push_back(std::move(base));
  result->operands.push_back(std::move(key));
  return result;
}

}  // namespace weft::check
