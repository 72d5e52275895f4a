#include "engine/state/record.h"

#include <array>

#include "engine/state/document.h"

namespace weft::state {
namespace {

// Keys shared by all records, so that writing one allocates none of them.
struct Keys {
  Text address{"address"}, type{"type"}, provider{"provider"}, place{"place"}, identity{"identity"}, uid{"uid"}, status{"status"},
      rev{"rev"}, version{"version"}, generation{"generation"}, schema{"schema"}, applied{"applied"}, baseline{"baseline"},
      observed{"observed"}, data{"data"}, needs{"needs"}, inputs{"inputs"}, durations{"durations"}, protect{"protect"},
      retain{"retain"}, create_first{"create_first"}, old{"old"}, subtree{"subtree"}, exists{"exists"};
};
auto keys() -> const Keys& {
  static const Keys keys;
  return keys;
}

auto dependencies_value(const std::vector<Dependency>& dependencies) -> Value {
  std::vector<Value> out;
  out.reserve(dependencies.size());
  for (const auto& dependency : dependencies) {
    Members members;
    members.text(keys().address, dependency.address);
    members.flag(keys().subtree, dependency.subtree);
    members.flag(keys().exists, dependency.exists_only);
    out.push_back(members.take());
  }
  return out.empty() ? Value::null() : Value::list(std::move(out));
}

auto dependencies_from(std::span<const Value> values) -> Result<std::vector<Dependency>> {
  std::vector<Dependency> out;
  out.reserve(values.size());
  for (const auto& value : values) {
    Reader reader(value);
    out.push_back({.address = reader.text("address"), .subtree = reader.flag("subtree"), .exists_only = reader.flag("exists")});
    TRY_VOID(reader.check("a dependency"));
  }
  return out;
}

auto durations_value(const std::vector<uint32_t>& durations) -> Value {
  std::vector<Value> out;
  for (auto one : durations) out.push_back(Value::integer(one));
  return out.empty() ? Value::null() : Value::list(std::move(out));
}

}  // namespace

auto word(Status status) -> std::string_view {
  static constexpr auto kWords = std::to_array<std::string_view>({
#define STATUS(name, word, meaning) word,
#include "engine/state/status.def"
#undef STATUS
  });
  return kWords[static_cast<size_t>(status)];
}

auto status_from(std::string_view text) -> Status {
#define STATUS(name, word, meaning) \
  if (text == (word)) return Status::name;
#include "engine/state/status.def"
#undef STATUS
  return Status::kOk;
}

auto to_value(const Record& record) -> Value {
  const auto& k = keys();
  Members members;
  members.text(k.address, record.address);
  members.text(k.type, record.type);
  members.text(k.provider, record.provider);
  members.text(k.place, record.place);
  members.value(k.identity, record.identity);
  members.text(k.uid, record.uid);
  members.text(k.status, record.status == Status::kOk ? std::string_view() : word(record.status));
  members.number(k.rev, record.rev);
  members.number(k.version, record.version);
  members.number(k.generation, record.generation);
  members.number(k.schema, record.schema_version);
  members.value(k.applied, record.applied);
  members.value(k.baseline, record.baseline);
  members.value(k.observed, record.observed);
  members.value(k.data, record.driver_data);
  members.value(k.needs, dependencies_value(record.dependencies));
  members.text(k.inputs, record.input_digest);
  members.value(k.durations, durations_value(record.durations_ms));
  members.flag(k.protect, record.protect);
  members.flag(k.retain, record.retain);
  members.flag(k.create_first, record.create_first);
  members.flag(k.old, record.old);
  members.rest(record.extra);
  return members.take();
}

auto record_from(const Value& value) -> Result<Record> {
  Reader reader(value);
  Record record{
      .address = reader.text("address"),
      .type = reader.text("type"),
      .provider = reader.text("provider"),
      .place = reader.text("place"),
      .identity = reader.value("identity"),
      .uid = reader.text("uid"),
      .status = status_from(reader.text("status")),
      .rev = reader.number("rev"),
      .version = reader.number("version"),
      .generation = reader.number("generation"),
      .schema_version = static_cast<uint32_t>(reader.number("schema")),
      .applied = reader.value("applied"),
      .baseline = reader.value("baseline"),
      .observed = reader.value("observed"),
      .driver_data = reader.value("data"),
      .dependencies = {},
      .input_digest = reader.text("inputs"),
      .durations_ms = {},
      .protect = reader.flag("protect"),
      .retain = reader.flag("retain"),
      .create_first = reader.flag("create_first"),
      .old = reader.flag("old"),
      .extra = {},
  };
  TRY(dependencies, dependencies_from(reader.list("needs")));
  record.dependencies = std::move(dependencies);
  for (const auto& one : reader.list("durations")) {
    if (one.is(ValueKind::kInt)) record.durations_ms.push_back(static_cast<uint32_t>(one.as_int()));
  }
  record.extra = reader.rest();
  TRY_VOID(reader.check("a record"));
  if (record.address.empty()) return fail(Code::kCorrupt, "the state holds a record without an address");
  return record;
}

}  // namespace weft::state
