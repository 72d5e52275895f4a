#include "providers/fake/types.h"

#include <utility>

#include "lang/value/function.h"

namespace weft::fake {

namespace {

using driver::Attribute;
using driver::Equivalence;
using driver::Idempotency;
using driver::Input;
using driver::OnChange;
using driver::OnRemove;
using driver::Secrecy;
using driver::Stability;
using std::chrono::milliseconds;

auto row(std::string name, std::string_view type, Input input, std::string documentation) -> Attribute {
  Attribute out;
  out.name = std::move(name);
  out.type = type_from_text(type);
  out.input = input;
  out.documentation = std::move(documentation);
  return out;
}

auto optional(std::string name, std::string_view type, std::string documentation) -> Attribute {
  return row(std::move(name), type, Input::kOptional, std::move(documentation));
}

auto computed(std::string name, std::string_view type, Stability stability, std::string documentation) -> Attribute {
  auto out = row(std::move(name), type, Input::kNone, std::move(documentation));
  out.stability = stability;
  return out;
}

auto removed_by(Attribute attribute, OnRemove on_remove) -> Attribute {
  attribute.on_remove = on_remove;
  return attribute;
}

auto changed_by(Attribute attribute, OnChange change) -> Attribute {
  attribute.change = change;
  return attribute;
}

auto compared_by(Attribute attribute, Equivalence equivalence) -> Attribute {
  attribute.equivalence = equivalence;
  return attribute;
}

auto kept(Attribute attribute, Secrecy secrecy) -> Attribute {
  attribute.secrecy = secrecy;
  return attribute;
}

auto with_default(Attribute attribute, Value value) -> Attribute {
  attribute.default_value = std::move(value);
  return attribute;
}

auto following(std::string name, std::string_view type, std::vector<std::string> follows, std::string text) -> Attribute {
  auto out = computed(std::move(name), type, Stability::kFollows, std::move(text));
  out.follows = std::move(follows);
  return out;
}

// What all types have: one attribute for each way in which an attribute can behave.
auto common(bool by_name) -> std::vector<Attribute> {
  auto name = row("Name", "string", Input::kRequired, "Its name.");
  name.on_remove = OnRemove::kRefuse;
  if (by_name) name.change = OnChange::kReplace;
  auto force = row("Force", "bool", Input::kLocal, "Read by removal, never sent.");
  return {
      name,
      changed_by(removed_by(optional("Zone", "string", "Create-only; the server chooses one if none is written."),
                            OnRemove::kKeep),
                 OnChange::kReplace),
      with_default(optional("Size", "int", "Changes in place; at most 100."), Value::integer(1)),
      compared_by(optional("Labels", "map<string>", "Absent and empty are the same."), Equivalence::kAbsentEmpty),
      optional("Ports", "set<int>", "In any order; the server answers in its own."),
      optional("Note", "string", "Reset when it is not written any more."),
      removed_by(optional("Kept", "string", "Left alone when it is not written any more."), OnRemove::kKeep),
      removed_by(optional("Fixed", "string", "Replaces when it is not written any more."), OnRemove::kReplace),
      removed_by(optional("Sticky", "string", "May not be left out once it was written."), OnRemove::kRefuse),
      compared_by(optional("Policy", "string", "A JSON document; the server writes it its own way."), Equivalence::kJson),
      compared_by(optional("Host", "string", "A host name; the server answers in lower case."), Equivalence::kCase),
      optional("Extra", "any", "Anything, null members too."),
      changed_by(optional("Mode", "string", "A change to one that starts with `big` replaces."), OnChange::kMayReplace),
      force,
      kept(optional("Password", "string", "Sent and never answered."), Secrecy::kWriteOnly),
      kept(optional("Pin", "string", "A secret that can be read."), Secrecy::kSecret),
      optional("Needs", "list<string>", "Ids or names of others, which cannot be removed meanwhile."),
      removed_by(optional("Alias", "string", "Generated from fabric and address unless written."), OnRemove::kKeep),
      computed("Id", "string", Stability::kStable, "Given by the server."),
      following("Revision", "int", {}, "Counts its changes."),
      following("Digest", "string", {"Size"}, "Of its size."),
      computed("Status", "string", Stability::kVolatile, "`ready`, `pending`, `removing` or `broken`."),
      computed("Seen", "int", Stability::kVolatile, "How often it was read."),
  };
}

auto facts(std::string name, std::string documentation, Idempotency create, bool by_name) -> TypeFacts {
  TypeFacts out;
  out.by_name = by_name;
  auto& type = out.schema;
  type.documentation = std::move(documentation);
  type.attributes = common(by_name);
  type.lookup = true;
  type.filters = {optional("Name", "string", "Its name."), optional("Id", "string", "Its id."),
                  optional("Zone", "string", "Its zone."), optional("Labels", "map<string>", "Labels that it has.")};
  type.identity = {by_name ? "Name" : "Id"};
  if (by_name) type.unique = {{"Name"}};
  type.create = {.idempotency = create, .settle_window = milliseconds(200)};
  type.update = {.idempotency = Idempotency::kRepeatable, .settle_window = milliseconds(0)};
  type.remove = {.idempotency = Idempotency::kRepeatable, .settle_window = milliseconds(0)};
  type.in_use_blocks_remove = true;
  type.example = "resource x: " + name + " {\n  Name = \"x\"\n  Size = 3\n}\n";
  type.name = std::move(name);
  return out;
}

auto home() -> Attribute {
  auto out = optional("Home", "string", "What it stands on, which cannot be removed meanwhile.");
  out.refs = {{.type = "fake.Thing", .attribute = "Id"}, {.type = "fake.Named", .attribute = "Name"}};
  return out;
}

auto slow() -> TypeFacts {
  auto out = facts("fake.Slow", "Ready only after a while, and gone only after a while.", Idempotency::kToken, false);
  out.keeps_token = out.slow = true;
  out.schema.waits = true;
  out.schema.attributes.push_back(with_default(optional("Polls", "int", "Polls until it is ready, or gone."), Value::integer(3)));
  out.schema.attributes.push_back(with_default(
      optional("Fate", R"("ok" | "fails" | "never")", "What comes of it in the end."), Value::string("ok")));
  return out;
}

auto cluster() -> TypeFacts {
  auto out = facts("fake.Cluster", "Made by one call for itself and one for each part, with checkpoints between.",
                   Idempotency::kName, true);
  out.keeps_mark = out.parts = true;
  out.schema.attributes.push_back(with_default(optional("Parts", "int", "How many parts, at most 100."), Value::integer(2)));
  out.schema.attributes.push_back(following("Attached", "int", {"Parts"}, "Parts that are there."));
  return out;
}

auto nodes() -> TypeFacts {
  auto out = facts("fake.Nodes", "So many machines, whose addresses are known only once they are there.",
                   Idempotency::kToken, false);
  out.keeps_token = out.nodes = true;
  out.schema.attributes.push_back(row("Least", "int", Input::kRequired, "So many at least; so many there will be."));
  out.schema.attributes.push_back(row("Most", "int", Input::kRequired, "So many at most, up to 1000."));
  out.schema.attributes.push_back(following("Addresses", "list<string>", {"Least", "Most"}, "One for each machine."));
  out.schema.example = "resource x: fake.Nodes {\n  Name  = \"x\"\n  Least = 2\n  Most  = 5\n}\n";
  for (auto& attribute : out.schema.attributes) {
    if (attribute.input == Input::kRequired) attribute.on_remove = OnRemove::kRefuse;
  }
  return out;
}

}  // namespace

auto type_facts() -> std::vector<TypeFacts> {
  std::vector<TypeFacts> out;
  out.push_back(facts("fake.Thing", "Class token: the server remembers the token of its create.", Idempotency::kToken, false));
  out.back().keeps_token = true;
  out.push_back(facts("fake.Tagged", "Class tag: found again by the mark of its create.", Idempotency::kTag, false));
  out.back().keeps_mark = true;
  out.push_back(facts("fake.Named", "Class name: its name is unique.", Idempotency::kName, true));
  out.back().keeps_mark = true;
  out.push_back(facts("fake.Put", "Class repeatable: the same create again changes nothing.", Idempotency::kRepeatable, true));
  out.back().schema.create.settle_window = milliseconds(0);
  out.push_back(facts("fake.Blind", "Class blind: nothing tells what became of a create.", Idempotency::kBlind, false));
  out.push_back(facts("fake.Key", "Its AccessKey is in the create's answer and nowhere else.", Idempotency::kName, true));
  out.back().keeps_mark = out.back().once = true;
  out.back().schema.attributes.push_back(kept(computed("AccessKey", "string", Stability::kStable, "Given once."), Secrecy::kOnce));
  out.push_back(facts("fake.Record", "Created in all-or-none batches, one a zone.", Idempotency::kName, true));
  out.back().keeps_mark = out.back().atomic = true;
  out.push_back(facts("fake.Queue", "One change at a time in each zone.", Idempotency::kName, true));
  out.back().keeps_mark = out.back().lane = true;
  out.back().schema.attributes.push_back(home());
  out.push_back(slow());
  out.push_back(cluster());
  out.push_back(nodes());
  return out;
}

}  // namespace weft::fake
