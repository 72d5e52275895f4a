// @arguments: which declaration takes which, and the type of each.
#include <algorithm>
#include <utility>

#include "lang/base/text.h"
#include "lang/check/diags.h"
#include "lang/check/module_checker.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::Tree;

namespace {

enum Taker : uint8_t { kByResource = 1, kByLookup = 2, kByModule = 4, kByGroup = 8 };
struct MetaRow {
  std::string_view name;
  uint8_t takers;
};
constexpr MetaRow kMetaRows[] = {
#define META(name, takers) {name, takers},
#include "lang/check/meta_arguments.def"
#undef META
};

auto taker_of(DeclarationKind kind) -> Taker {
  if (kind == DeclarationKind::kLookup) return kByLookup;
  return kind == DeclarationKind::kModule ? kByModule : kByResource;
}

auto taker_word(Taker taker) -> std::string_view {
  return taker == kByLookup ? "a lookup" : (taker == kByModule ? "a module" : "a resource");
}

}  // namespace

void ModuleChecker::read_meta(DeclarationId id, Frame& frame, NodeId block) {
  const Tree& tree = *item(id).tree;
  const Taker taker = taker_of(declaration(id).kind);
  std::vector<std::pair<std::string_view, Range>> seen;
  for (const NodeId entry : tree.children(block)) {
    if (tree.kind(entry) != NodeKind::kMetaArgument || tree[entry].broken) continue;
    const NodeId name_node = tree.child(entry, 0);
    const std::string_view name = tree.name(name_node);
    Range range = tree.range(entry);
    range.end = tree.range(name_node).end;
    const auto row = std::ranges::find(kMetaRows, name, &MetaRow::name);
    if (row == std::end(kMetaRows)) {
      std::vector<std::string_view> candidates;
      for (const MetaRow& one : kMetaRows) {
        if ((one.takers & taker) != 0) candidates.push_back(one.name);
      }
      const std::string_view near = nearest(name, candidates);
      auto report = Report(problems_, range, diags::UnknownMeta, {std::string(name)});
      if (!near.empty()) {
        report.label("did you mean `@" + std::string(near) + "`?").fix(range, "@" + std::string(near));
      } else {
        std::string known;
        for (const std::string_view one : candidates) known += (known.empty() ? "@" : ", @") + std::string(one);
        report.label(std::string(taker_word(taker)) + " takes " + known);
      }
      continue;
    }
    if ((row->takers & taker) == 0) {
      if (row->takers == kByGroup) {
        Report(problems_, range, diags::NotYet, {"@" + std::string(name)}).label("it belongs to groups");
      } else {
        Report(problems_, range, diags::Misplaced, {"@" + std::string(name), std::string(taker_word(taker))});
      }
      continue;
    }
    const auto same = std::ranges::find(seen, name, &std::pair<std::string_view, Range>::first);
    if (same != seen.end()) {
      Report(problems_, range, diags::DuplicateKey, {"@" + std::string(name)}).note(same->second, "the first one");
      continue;
    }
    seen.emplace_back(name, range);
    read_meta_argument(id, frame, entry, name);
  }
}

void ModuleChecker::read_meta_argument(DeclarationId id, Frame& frame, NodeId node, std::string_view name) {
  const Tree& tree = *item(id).tree;
  const NodeId value = tree.child(node, 1);
  if (!value.valid()) return;
  Range range = tree.range(node);
  Meta& meta = declaration(id).meta;
  ExprChecker exprs(context_, tree, frame);
  const std::string subject = "@" + std::string(name);
  const auto flag = [&](ExprPtr& into, Range& where) {
    where = range;
    into = exprs.check(value, Target{.type = Type::boolean(), .subject = subject, .takes_secret = true});
    refuse_secret(*into, "an argument");
    refuse_late(*into, subject);
  };
  const auto may = [](std::string member, const Type& type) { return Member{std::move(member), type.with_optional(), true}; };
  if (name == "depends_on") {
    meta.depends_on_range = range;
    read_depends_on(id, exprs, tree, value);
  } else if (name == "provider") {
    meta.provider_range = range;
    read_provider(id, tree, value);
  } else if (name == "providers") {
    read_providers(id, tree, value);
  } else if (name == "protect") {
    flag(meta.protect, meta.protect_range);
  } else if (name == "retain") {
    flag(meta.retain, meta.retain_range);
  } else if (name == "create_first") {
    flag(meta.create_first, meta.create_first_range);
  } else if (name == "ignore") {
    meta.ignore_range = range;
    read_ignore(id, tree, value);
  } else if (name == "replace_when") {
    if (tree.kind(value) != NodeKind::kList) {
      const std::string source(tree.text(value));
      Report(problems_, tree.range(value), diags::NotAList, {subject}).label("a list of expressions").fix(tree.range(value), "[" + source + "]");
      return;
    }
    for (const NodeId one : tree.children(value)) {
      ExprPtr expr = exprs.infer(tree.kind(one) == NodeKind::kSpread ? tree.child(one, 0) : one);
      refuse_secret(*expr, "an argument");
      meta.replace_when.push_back(std::move(expr));
    }
  } else if (name == "timeouts") {
    const Type type = Type::object({may("create", Type::duration()), may("update", Type::duration()),
                                    may("destroy", Type::duration()), may("read", Type::duration())});
    meta.timeouts = exprs.check(value, Target{.type = type, .subject = subject, .takes_secret = true});
    refuse_secret(*meta.timeouts, "an argument");
  } else if (name == "wait") {
    meta.wait_range = range;
    frame.self = declaration(id).element;
    meta.wait = exprs.check(value, Target{.type = Type::boolean(), .subject = subject, .takes_secret = true});
    frame.self.reset();
    refuse_secret(*meta.wait, "an argument");
  } else if (name == "adopt") {
    meta.adopt = exprs.check(value, Target{.type = Type::union_of({Type::boolean(), Type::string()}), .subject = subject, .takes_secret = true});
    refuse_secret(*meta.adopt, "an argument");
  } else if (name == "id") {
    meta.id = exprs.check(value, Target{.type = Type::string(), .subject = subject, .takes_secret = true});
    refuse_secret(*meta.id, "an argument");
  } else if (name == "fields") {
    const Type paths = Type::list(Type::string());
    const Type type = Type::object({may("own", paths), may("share", paths), may("yield", paths)});
    meta.fields = exprs.check(value, Target{.type = type, .subject = subject, .takes_secret = true});
    refuse_secret(*meta.fields, "an argument");
    if (!is_constant(*meta.fields)) return;
    for (const Field& field : meta.fields->constant.fields()) {
      for (const Value& text : field.value.elements()) {
        const auto path = parse_path(text.as_string());
        const ResourceType* type = declaration(id).resource;
        if (!path) {
          Report(problems_, meta.fields->range, diags::BadPath, {text.as_text().str()}).label(path.error().text);
        } else if (type != nullptr) {
          check_path(context_, *path, type->read, meta.fields->range, type->name);
        }
      }
    }
  } else if (name == "newest") {
    ExprPtr text = exprs.check(value, Target{.type = Type::string(), .subject = subject});
    if (text->type.is_error()) return;
    if (!is_constant(*text)) {
      Report(problems_, text->range, diags::NotConstant, {subject}).label("the name of an attribute, in quotes");
      return;
    }
    meta.newest = text->constant.as_text().str();
    const auto path = parse_path(meta.newest);
    if (!path) {
      Report(problems_, text->range, diags::BadPath, {meta.newest}).label(path.error().text);
    } else if (declaration(id).resource != nullptr) {
      check_path(context_, *path, declaration(id).resource->read, text->range, declaration(id).resource->name);
    }
  }
}

void ModuleChecker::read_depends_on(DeclarationId id, ExprChecker& exprs, const Tree& tree, NodeId list) {
  const std::string source(tree.text(list));
  if (tree.kind(list) != NodeKind::kList) {
    Report(problems_, tree.range(list), diags::NotAList, {"@depends_on"})
        .label("a list of resources, lookups and modules")
        .fix(tree.range(list), "[" + source + "]");
    return;
  }
  for (const NodeId one : tree.children(list)) {
    ExprPtr expr = exprs.infer(one);
    if (expr->type.is_error()) continue;
    const Expr* named = expr->op == Op::kIndex ? expr->operands.front().get() : expr.get();
    const bool declared = named->op == Op::kReference;
    const DeclarationKind kind = declared ? declaration(named->declaration).kind : DeclarationKind::kLet;
    if (kind == DeclarationKind::kResource || kind == DeclarationKind::kLookup || kind == DeclarationKind::kModule) {
      declaration(id).meta.depends_on.push_back(std::move(expr));
      continue;
    }
    auto report = Report(problems_, expr->range, diags::NotADependency, {std::string(tree.text(one))});
    report.label("this is " + (declared ? std::string(kind_word(kind)) : a_type(expr->type)));
    // `vpc.VpcId` or `"vpc"` where `vpc` is meant.
    const Expr* at = expr.get();
    while (at->op == Op::kMember || at->op == Op::kSplat) at = at->operands.front().get();
    if (at != expr.get() && at->op == Op::kReference) {
      report.fix(expr->range, declaration(at->declaration).name);
    } else if (is_constant(*expr) && expr->constant.is(ValueKind::kString) && module_.names.contains(expr->constant.as_string())) {
      report.fix(expr->range, expr->constant.as_text().str());
    }
  }
}

void ModuleChecker::read_ignore(DeclarationId id, const Tree& tree, NodeId list) {
  if (tree.kind(list) != NodeKind::kList) {
    Report(problems_, tree.range(list), diags::NotAList, {"@ignore"})
        .label("a list of attribute paths")
        .fix(tree.range(list), "[" + std::string(tree.text(list)) + "]");
    return;
  }
  for (const NodeId one : tree.children(list)) {
    const Range range = tree.range(one);
    if (tree[one].broken) continue;
    const auto text = tree.kind(one) == NodeKind::kText ? syntax::plain_text(tree, one, problems_) : std::nullopt;
    if (!text) {
      auto report = Report(problems_, range, diags::NotConstant, {"@ignore"});
      report.label("attribute paths are plain texts: \"spec.replicas\"");
      const NodeKind kind = tree.kind(one);
      if (kind == NodeKind::kReference || kind == NodeKind::kMember) report.fix(range, "\"" + std::string(tree.text(one)) + "\"");
      continue;
    }
    const auto path = parse_path(*text);
    if (!path) {
      Report(problems_, range, diags::BadPath, {*text}).label(path.error().text);
      continue;
    }
    const ResourceType* type = declaration(id).resource;
    if (type != nullptr) check_path(context_, *path, type->read, range, type->name);
    declaration(id).meta.ignore.push_back(*path);
  }
}

void check_path(const Context& context, const Path& path, const Type& type, Range range, std::string_view owner) {
  Type at = type;
  std::string walked;
  for (const PathStep& step : path.steps) {
    at = bare(at);
    if (at.is_error() || at.is(TypeKind::kAny) || at.is(TypeKind::kUnion)) return;
    const bool by_name = step.kind == PathStep::Kind::kMember;
    const std::string before = walked.empty() ? std::string(owner) : walked;
    if (by_name) {
      if (at.is(TypeKind::kMap)) {
        at = at.element();
      } else if (at.is(TypeKind::kObject)) {
        const Member* member = at.member(step.name);
        if (member == nullptr) {
          std::vector<std::string_view> candidates;
          for (const Member& one : at.members()) candidates.push_back(one.name);
          const std::string_view near = nearest(step.name, candidates);
          auto report = Report(context.problems, range, diags::BadPath, {path.text()});
          report.label("`" + before + "` has no attribute `" + step.name + "`" +
                       (near.empty() ? std::string() : "; did you mean `" + std::string(near) + "`?"));
          if (!near.empty()) {
            std::string fixed = path.text();
            const size_t found = fixed.find(step.name, walked.size());
            const bool is_text = context.around.sources.text(range).starts_with('"');
            if (found != std::string::npos && is_text) {
              fixed.replace(found, step.name.size(), near);
              report.fix(range, json_quote(fixed));
            }
          }
          return;
        }
        at = member->type;
      } else {
        Report(context.problems, range, diags::BadPath, {path.text()})
            .label("`" + before + "` is " + a_type(at) + ", which has no attributes");
        return;
      }
    } else {
      const bool list = at.is(TypeKind::kList) || at.is(TypeKind::kSet);
      const bool every = step.kind == PathStep::Kind::kEvery;
      if (!list && !(every && at.is(TypeKind::kMap))) {
        Report(context.problems, range, diags::BadPath, {path.text()})
            .label("`" + before + "` is " + a_type(at) + ", not a list");
        return;
      }
      at = at.element();
      if (step.kind == PathStep::Kind::kKeyed) {
        const Type element = bare(at);
        if (element.is(TypeKind::kObject) && element.member(step.name) == nullptr) {
          Report(context.problems, range, diags::BadPath, {path.text()})
              .label("the elements of `" + before + "` have no `" + step.name + "`");
          return;
        }
      }
    }
    walked = Path{{path.steps.begin(), path.steps.begin() + (&step - path.steps.data()) + 1}}.text();
  }
}

auto ModuleChecker::known_configuration(const Tree& tree, NodeId value, std::string& name) -> bool {
  const Range range = tree.range(value);
  if (tree[value].broken) return false;
  const bool text = tree.kind(value) == NodeKind::kText;
  if (tree.kind(value) != NodeKind::kReference) {
    auto report = Report(problems_, range, diags::NotAConfiguration, {std::string(tree.text(value))});
    report.label("the name of a `provider` declaration, without quotes");
    if (text) {
      const auto plain = syntax::plain_text(tree, value, problems_);
      if (plain && module_.providers.contains(*plain)) report.fix(range, *plain);
    }
    // aws.dns, as Terraform writes it.
    if (tree.kind(value) == NodeKind::kMember) {
      const std::string last(tree.name(tree.child(value, 1)));
      if (module_.providers.contains(last)) report.fix(range, last);
    }
    return false;
  }
  name = std::string(tree.name(value));
  if (module_.providers.contains(name)) return true;
  // A provider without any block takes its settings from the environment, or from the module's caller.
  if (around_.schemas.provider(name) != nullptr) return true;
  std::vector<std::string_view> candidates;
  for (const auto& [declared, id] : module_.providers) candidates.push_back(declared);
  const std::string_view near = nearest(name, candidates);
  auto report = Report(problems_, range, diags::NotAConfiguration, {name});
  if (!near.empty()) {
    const Declaration& meant = declaration(module_.providers.find(near)->second);
    report.label("did you mean `" + std::string(near) + "`" + where_text(around_.sources, meant.name_range) + "?")
        .fix(range, std::string(near));
  } else {
    report.label("`provider aws as " + name + " { … }` declares one");
  }
  return false;
}

void ModuleChecker::read_provider(DeclarationId id, const Tree& tree, NodeId value) {
  std::string name;
  if (!known_configuration(tree, value, name)) return;
  declaration(id).meta.provider = name;
  const ResourceType* type = declaration(id).resource;
  const auto found = module_.providers.find(name);
  const std::string provider = found != module_.providers.end() ? declaration(found->second).provider : name;
  if (type == nullptr || type->name.substr(0, type->name.find('.')) == provider) return;
  auto report = Report(problems_, tree.range(value), diags::WrongConfiguration, {name, provider, type->name});
  if (found != module_.providers.end()) report.note(declaration(found->second).range, "declared here");
}

void ModuleChecker::read_providers(DeclarationId id, const Tree& tree, NodeId value) {
  const Module* module = declaration(id).module;
  if (tree.kind(value) != NodeKind::kObject) {
    Report(problems_, tree.range(value), diags::NotAConfiguration, {std::string(tree.text(value))})
        .label("an object: the module's slot on the left, a configuration of this module on the right");
    return;
  }
  for (const NodeId pair : tree.children(value)) {
    if (tree.kind(pair) != NodeKind::kPair || tree[pair].broken) continue;
    const NodeId key = tree.child(pair, 0);
    const std::string slot(tree.text(key));
    std::string name;
    const bool known = known_configuration(tree, tree.child(pair, 1), name);
    if (known) declaration(id).meta.providers[slot] = name;
    if (module == nullptr) continue;
    const auto found = module->providers.find(slot);
    if (found == module->providers.end() || !module->declarations[found->second].slot) {
      std::vector<std::string_view> slots;
      for (const auto& [declared, other] : module->providers) {
        if (module->declarations[other].slot) slots.push_back(declared);
      }
      const std::string_view near = nearest(slot, slots);
      auto report = Report(problems_, tree.range(key), diags::UnknownSlot, {"module " + module->shown, slot});
      if (!near.empty()) {
        report.label("did you mean `" + std::string(near) + "`?").fix(tree.range(key), std::string(near));
      } else {
        std::string all;
        for (const std::string_view one : slots) all += (all.empty() ? "" : ", ") + std::string(one);
        report.label(all.empty() ? "it has no slots" : "its slots are " + all);
      }
      continue;
    }
    if (!known) continue;
    const std::string& wanted = module->declarations[found->second].provider;
    const auto given = module_.providers.find(name);
    const std::string provider = given != module_.providers.end() ? declaration(given->second).provider : name;
    if (provider != wanted) {
      Report(problems_, tree.range(tree.child(pair, 1)), diags::WrongConfiguration, {name, provider, "the slot " + slot})
          .note(module->declarations[found->second].range, "the slot");
    }
  }
}

// A slot with a name of its own has to be filled; one that is named like its provider is inherited.
void ModuleChecker::check_slots(DeclarationId id, Range range) {
  const Declaration& made = declaration(id);
  for (const auto& [name, slot] : made.module->providers) {
    const Declaration& declared = made.module->declarations[slot];
    if (!declared.slot || declared.name == declared.provider || made.meta.providers.contains(name)) continue;
    Report(problems_, range, diags::SlotNotFilled, {"module " + made.module->shown, name})
        .label("`@providers = { " + name + " = … }` says which configuration of `" + declared.provider + "` it is")
        .note(declared.range, "the slot");
  }
}

}  // namespace weft::check
