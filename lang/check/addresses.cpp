// moved, forget, adopt: addresses relative to the module, of things that need not be declared any more.
#include <utility>

#include "lang/base/text.h"
#include "lang/check/diags.h"
#include "lang/check/module_checker.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::Tree;

auto ModuleChecker::read_address(ExprChecker& exprs, const Tree& tree, NodeId node, bool star) -> AddressExpr {
  AddressExpr address;
  address.range = tree.range(node);
  for (const NodeId part : tree.children(node)) {
    switch (tree.kind(part)) {
      case NodeKind::kName: address.segments.push_back(AddressSegment{std::string(tree.name(part)), {}, false}); break;
      case NodeKind::kAddressStar:
        if (!star) {
          Report(problems_, tree.range(part), diags::StarHere).label("`[*]` stands in `forget`, and on both sides of `moved`");
        }
        if (!address.segments.empty()) address.segments.back().every = true;
        break;
      case NodeKind::kAddressIndex: {
        ExprPtr key = exprs.infer(tree.child(part, 0));
        const Type type = widened(key->type);
        const bool good = type.is_error() || type.is(TypeKind::kString) || type.is(TypeKind::kInt) || type.is(TypeKind::kAny);
        if (!good || type.optional()) {
          Report(problems_, key->range, diags::BadAddressKey, {a_type(key->type)}).label("a key is a string or an int");
        } else {
          refuse_secret(*key, "an address");
          refuse_late(*key, "an address");
        }
        if (!address.segments.empty()) address.segments.back().keys.push_back(std::move(key));
        break;
      }
      default: break;
    }
  }
  return address;
}

void ModuleChecker::check_moved(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  const NodeId node = item(id).node;
  if (tree[node].broken) return;
  const DeclarationKind kind = declaration(id).kind;
  Frame frame;
  read_each(id, frame, false);
  if (declaration(id).each) refuse_late(*declaration(id).each->source, "an address");
  ExprChecker exprs(context_, tree, frame);
  const NodeId first = tree.child(node, 0);
  const NodeId second = tree.child(node, 1);
  if (!first.valid() || tree.kind(first) != NodeKind::kAddress) return;
  const bool moves = kind == DeclarationKind::kMoved;
  if (moves && (!second.valid() || tree.kind(second) != NodeKind::kAddress)) return;
  declaration(id).from = read_address(exprs, tree, first, kind != DeclarationKind::kAdopt);
  if (moves) {
    declaration(id).to = read_address(exprs, tree, second, true);
    const auto stars = [](const AddressExpr& address) {
      size_t count = 0;
      for (const AddressSegment& segment : address.segments) count += segment.every ? 1 : 0;
      return count;
    };
    if (stars(declaration(id).from) != stars(declaration(id).to)) {
      Report(problems_, tree.range(stars(declaration(id).from) > 0 ? first : second), diags::StarHere)
          .label("on both sides of `moved`, or on none");
    }
  }
  if (kind == DeclarationKind::kAdopt) {
    ExprPtr value = exprs.check(second, Target{.type = Type::string(), .subject = "adopt … from", .takes_secret = true});
    refuse_secret(*value, "an id to adopt");
    declaration(id).value = std::move(value);
  }
  declaration(id).slots = frame.most_slots;

  // What the head of the address is here and now.
  const AddressExpr& from = declaration(id).from;
  if (from.segments.empty()) return;
  const AddressSegment& head = from.segments.front();
  const auto found = module_.names.find(head.name);
  const bool whole = from.segments.size() == 1 && head.keys.empty() && !head.every;
  if (found == module_.names.end()) {
    if (kind != DeclarationKind::kAdopt) return;
    std::vector<std::string_view> candidates;
    for (const auto& [name, other] : module_.names) {
      const DeclarationKind theirs = declaration(other).kind;
      if (theirs == DeclarationKind::kResource || theirs == DeclarationKind::kModule) candidates.push_back(name);
    }
    const NodeId name = tree.child(first, 0);
    const std::string_view near = nearest(head.name, candidates);
    auto report = Report(problems_, tree.range(name), diags::NothingToAdopt, {head.name});
    if (!near.empty()) {
      report.label("did you mean `" + std::string(near) + "`?").fix(tree.range(name), std::string(near));
    } else {
      report.label("what is adopted has to be declared");
    }
    return;
  }
  const Declaration& declared = declaration(found->second);
  if (whole && kind != DeclarationKind::kAdopt && declared.kind == DeclarationKind::kResource && !declared.each) {
    Report(problems_, from.range, diags::StillDeclared, {head.name, moves ? "moved" : "forgotten"})
        .label("an address is left behind only when nothing is declared there")
        .note(declared.name_range, "declared here");
  }
}

}  // namespace weft::check
