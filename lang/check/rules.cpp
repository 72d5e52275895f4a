// What blocks hold beside attributes: rules, and entries that do not belong; and the `for` and `if` of declarations.
#include <algorithm>
#include <utility>

#include "lang/check/diags.h"
#include "lang/check/module_checker.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::Tree;

void ModuleChecker::refuse_entries(const Tree& tree, NodeId block, std::string_view place, bool attributes, bool rules,
                                   bool meta) {
  for (const NodeId entry : tree.children(block)) {
    if (tree[entry].broken) continue;
    std::string seen;
    Range range = tree.range(entry);
    switch (tree.kind(entry)) {
      case NodeKind::kAttribute:
      case NodeKind::kSpread:
        if (attributes) continue;
        seen = tree.kind(entry) == NodeKind::kSpread ? "..." : std::string(tree.text(tree.child(entry, 0)));
        range = tree.range(tree.child(entry, 0));
        break;
      case NodeKind::kRule:
        if (rules) continue;
        seen = std::string(tree.text(tree.child(entry, 0)));
        range = tree.range(tree.child(entry, 0));
        break;
      case NodeKind::kMetaArgument:
        if (meta) continue;
        seen = "@" + std::string(tree.text(tree.child(entry, 0)));
        range.end = tree.range(tree.child(entry, 0)).end;
        break;
      case NodeKind::kGiven: seen = "given"; break;
      case NodeKind::kFake: seen = "fake"; break;
      default: continue;
    }
    Report report(problems_, range, diags::Misplaced, {seen, std::string(place)});
    if (rules && !attributes) report.label("only rules stand here: `require …, \"…\"`");
  }
}

void ModuleChecker::read_rules(DeclarationId id, Frame& frame, NodeId block,
                               std::initializer_list<std::string_view> words) {
  const Tree& tree = *item(id).tree;
  ExprChecker exprs(context_, tree, frame);
  for (const NodeId entry : tree.children(block)) {
    if (tree.kind(entry) != NodeKind::kRule || tree[entry].broken) continue;
    const NodeId word = tree.child(entry, 0);
    Rule rule;
    rule.word = std::string(tree.name(word));
    rule.range = tree.range(entry);
    if (std::ranges::find(words, std::string_view(rule.word)) == words.end()) {
      std::string known;
      for (const std::string_view one : words) known += (known.empty() ? "`" : ", `") + std::string(one) + "`";
      Report(problems_, tree.range(word), diags::Misplaced, {rule.word, "this declaration"}).label("its rules are " + known);
      continue;
    }
    const NodeId condition = tree.child(entry, 1);
    rule.condition = exprs.condition(condition, rule.word);
    if (condition.valid()) rule.condition_text = std::string(tree.text(condition));
    const NodeId message = tree.child(entry, 2);
    if (message.valid()) {
      // A message speaks of the case in which the rule does not hold.
      FactScope guard(frame, exprs.facts(condition, false));
      frame.in_message = true;
      rule.message = exprs.check(message, Target{.type = Type::string(), .subject = "the message", .takes_secret = true});
      frame.in_message = false;
      refuse_secret(*rule.message, "a message");
    }
    declaration(id).rules.push_back(std::move(rule));
  }
}

// `keyed`: of a resource, lookup or module, whose instances are told apart by the keys.
void ModuleChecker::read_each(DeclarationId id, Frame& frame, bool keyed) {
  const Tree& tree = *item(id).tree;
  const NodeId node = tree.find(item(id).node, NodeKind::kEach);
  if (!node.valid()) return;
  ExprChecker exprs(context_, tree, frame);
  NodeId names[2];
  size_t count = 0;
  for (const NodeId child : tree.children(node)) {
    if (tree.kind(child) == NodeKind::kName && count < 2 && child != tree.last_child(node)) names[count++] = child;
  }
  const NodeId source_node = tree.last_child(node);
  Each each;
  each.range = tree.range(node);
  ExprChecker::Loop loop;
  loop.source = exprs.loop_source(source_node);
  if (count == 0) {  // the parser has said so
    each.source = std::move(loop.source);
    declaration(id).each = std::move(each);
    return;
  }
  const Type& type = loop.source->type;
  const bool sequence = type.is(TypeKind::kList) || type.is(TypeKind::kSet);
  const bool one = count < 2;
  bool good_keys = true;
  const std::string source(tree.text(source_node));
  if (keyed && !type.is_error() && !type.is(TypeKind::kAny)) {
    if (one && !sequence) {
      good_keys = false;
      Range name = tree.range(names[0]);
      Report(problems_, name, diags::BadForKeys, {a_type(type)})
          .label("a map or object has keys and values: two variables")
          .fix(name, std::string(tree.name(names[0])) + ", value")
          .help("`for " + std::string(tree.name(names[0])) + " in keys(" + source + ")` takes the keys alone");
    } else if (!one && sequence) {
      good_keys = false;
      auto report = Report(problems_, loop.source->range, diags::BadForKeys, {a_type(type)});
      report.label("two variables are the key and value of a map or object");
      const Type element = widened(type.element());
      if (element.is(TypeKind::kObject) || element.is(TypeKind::kAny)) {
        report.help("`map.by(" + source + ", \"name\")` makes a map of them, keyed by an attribute");
      }
    } else if (one) {
      const Type element = widened(type.element());
      const bool good = (element.is(TypeKind::kString) || element.is(TypeKind::kInt) || element.is(TypeKind::kAny)) &&
                        !element.optional();
      if (!good && !element.is_error()) {
        good_keys = false;
        auto report = Report(problems_, loop.source->range, diags::BadForKeys, {a_type(type)});
        report.label("the elements are the keys, so they are strings or ints");
        if (element.is(TypeKind::kObject)) {
          report.help("`for k, v in map.by(" + source + ", \"name\")` keys them by an attribute");
        }
      }
    }
    const bool secret_keys = type.secret() || (one && sequence && type.element().secret());
    if (secret_keys) {
      Report(problems_, loop.source->range, diags::SecretHere, {"the keys of `for`"})
          .label("this is " + a_type(type))
          .help("keys stand in addresses, plans and logs; `reveal(…)` takes the mark off");
    }
  }
  if (!keyed && type.secret()) refuse_secret(*loop.source, "`for`");
  each.element_is_key = one && (sequence || type.is(TypeKind::kAny) || type.is_error());
  exprs.add_loop_variables(loop, one ? NodeId{} : names[0], one ? names[0] : names[1]);
  if (!good_keys) {
    for (Local& variable : frame.locals) variable.type = Type::error();  // what follows from it is silent
  }
  if (keyed && each.element_is_key) {
    each.key_slot = loop.slot;
    // What the keys are, the variables may show.
    frame.locals.back().type = frame.locals.back().type.with_secret(false);
  } else {
    each.key_slot = loop.key_slot;
    each.value_slot = loop.slot;
  }
  frame.for_key = tree.name(names[0]);
  frame.for_value = one ? std::string_view() : tree.name(names[1]);
  each.source = std::move(loop.source);
  declaration(id).each = std::move(each);
}

void ModuleChecker::read_when(DeclarationId id, Frame& frame, std::vector<Fact>& known) {
  const Tree& tree = *item(id).tree;
  const NodeId node = tree.find(item(id).node, NodeKind::kWhen);
  if (!node.valid()) return;
  ExprChecker exprs(context_, tree, frame);
  const NodeId condition = tree.child(node, 0);
  declaration(id).when = exprs.condition(condition, "if");
  refuse_secret(*declaration(id).when, "the `if` of a declaration");
  known = exprs.facts(condition, true);
}

}  // namespace weft::check
