// The file: "WFPL" | u8 format | u8 flags | u16 0 | u32 header size | header | u32 body size | body | u32 crc32c.
//   header   fabric id 16 (zeros: new) | u64 seq | hash 32 (zeros: new) | plan digest 32
//   body     one deterministic CBOR map
#include "engine/plan/plan_file.h"

#include "engine/config/load.h"
#include "engine/plan/plan_document.h"
#include "lang/base/digest.h"
#include "lang/os/files.h"
#include "lang/value/cbor.h"

namespace weft::plan {

namespace {

constexpr std::string_view kMagic = "WFPL";
constexpr char kFormat = 1;
constexpr uint64_t kMostBytes = 2ull << 30;
constexpr size_t kHeader = 16 + 8 + 32 + 32;

void put32(std::string& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}
void put64(std::string& out, uint64_t value) {
  put32(out, static_cast<uint32_t>(value >> 32));
  put32(out, static_cast<uint32_t>(value));
}
auto get32(std::string_view bytes, size_t at) -> uint32_t {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = (value << 8) | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

auto text_map(const std::map<std::string, std::string>& map) -> Value {
  std::vector<Field> fields;
  for (const auto& [key, value] : map) fields.push_back({Text(key), Value::string(value)});
  return Value::object(std::move(fields));
}
auto value_map(const std::map<std::string, Value>& map) -> Value {
  std::vector<Field> fields;
  for (const auto& [key, value] : map) fields.push_back({Text(key), without_secrets(value)});
  return Value::object(std::move(fields));
}
void take(const Value& from, const char* name, std::map<std::string, std::string>& out) {
  const Value* value = from.get(name);
  if (value == nullptr) return;
  for (const Field& field : value->fields()) {
    if (field.value.is(ValueKind::kString)) out[field.key.str()] = field.value.as_text().str();
  }
}
void take(const Value& from, const char* name, std::map<std::string, Value>& out) {
  const Value* value = from.get(name);
  if (value == nullptr) return;
  for (const Field& field : value->fields()) out[field.key.str()] = field.value;
}

}  // namespace

auto without_secrets(const Value& value) -> Value {
  if (!value.has_secret()) return value;
  if (value.secret()) return Value::object({Field{"$secret", Value::boolean(true)}});
  if (value.is(ValueKind::kObject)) {
    std::vector<Field> fields;
    for (const Field& field : value.fields()) fields.push_back({field.key, without_secrets(field.value)});
    return Value::object(std::move(fields));
  }
  std::vector<Value> elements;
  for (const Value& element : value.elements()) elements.push_back(without_secrets(element));
  return value.is(ValueKind::kSet) ? Value::set(std::move(elements)) : Value::list(std::move(elements));
}

auto shape_digest(const Value& value) -> std::string { return hex(view(sha256(encode_cbor(without_secrets(value))))); }

auto write_plan(const std::string& path, const SavedPlan& saved) -> Result<void> {
  std::vector<Field> fields{{"plan", to_value(saved.plan)},
                            {"program", Value::string(saved.program)},
                            {"configuration", Value::string(saved.configuration)},
                            {"configuration_files", text_map(saved.configuration_files)},
                            {"files", text_map(saved.files)},
                            {"sources", text_map(saved.sources)},
                            {"schemas", text_map(saved.schemas)},
                            {"places", text_map(saved.places)},
                            {"inputs", value_map(saved.inputs)},
                            {"secret_inputs", text_map(saved.secret_inputs)},
                            {"secret_lookups", text_map(saved.secret_lookups)},
                            {"observed", value_map(saved.observed)},
                            {"lookups", value_map(saved.lookups)},
                            {"desired", text_map(saved.desired)}};
  std::vector<Field> pins;
  for (const auto& [address, version] : saved.pins) pins.push_back({Text(address), Value::integer(static_cast<int64_t>(version))});
  fields.push_back({"pins", Value::object(std::move(pins))});
  std::vector<Field> collections;
  for (const auto& [address, members] : saved.collections) {
    std::vector<Value> names;
    for (const auto& member : members) names.push_back(Value::string(member));
    collections.push_back({Text(address), Value::list(std::move(names))});
  }
  fields.push_back({"collections", Value::object(std::move(collections))});
  std::string body = encode_cbor(Value::object(std::move(fields)));
  std::string out(kMagic);
  out += kFormat;
  out += '\0';
  out.append(2, '\0');
  put32(out, kHeader);
  auto id = from_hex(saved.plan.fabric_id).value_or(std::string());
  id.resize(16, '\0');
  out += id;
  put64(out, saved.plan.tail.seq);
  auto hash = saved.plan.tail.hash;
  hash.resize(32, '\0');
  out += hash;
  out += view(sha256(body));
  put32(out, static_cast<uint32_t>(body.size()));
  out += body;
  put32(out, crc32c(out));
  return real_files().write_atomic(path, out, 0600);
}

auto read_plan(const std::string& path) -> Result<SavedPlan> {
  auto bytes = config::read_text(path, kMostBytes);
  if (!bytes) return std::unexpected(bytes.error().in(path));
  std::string_view all = *bytes;
  if (all.size() < 4 || all.substr(0, 4) != kMagic) return fail(Code::kInvalid, path + " is no plan file of Weft");
  if (all.size() < 12 + kHeader + 8) return fail(Code::kCorrupt, path + " is cut short");
  if (all[4] != kFormat || all[5] != 0) return fail(Code::kNewer, path + " was written by a newer Weft");
  if (get32(all, all.size() - 4) != crc32c(all.substr(0, all.size() - 4))) return fail(Code::kCorrupt, path + " is damaged: its checksum does not fit");
  size_t body_at = 12 + kHeader + 4;
  if (get32(all, 8) != kHeader || get32(all, body_at - 4) != all.size() - 4 - body_at) return fail(Code::kCorrupt, path + " is damaged: its sizes do not fit");
  auto body = all.substr(body_at, all.size() - 4 - body_at);
  auto value = decode_cbor(body);
  if (!value) return std::unexpected(Failure{Code::kCorrupt, path + " is damaged: " + value.error().text});
  const Value* document = value->get("plan");
  if (document == nullptr) return fail(Code::kCorrupt, path + " holds no plan");
  SavedPlan saved;
  TRY(plan, plan_from(*document));
  saved.plan = std::move(plan);
  saved.plan.digest = hex(view(sha256(body)));
  if (const Value* text = value->get("program"); text != nullptr && text->is(ValueKind::kString)) saved.program = text->as_text().str();
  if (const Value* text = value->get("configuration"); text != nullptr && text->is(ValueKind::kString)) saved.configuration = text->as_text().str();
  take(*value, "configuration_files", saved.configuration_files);
  take(*value, "files", saved.files);
  take(*value, "sources", saved.sources);
  take(*value, "schemas", saved.schemas);
  take(*value, "places", saved.places);
  take(*value, "inputs", saved.inputs);
  take(*value, "secret_inputs", saved.secret_inputs);
  take(*value, "secret_lookups", saved.secret_lookups);
  take(*value, "observed", saved.observed);
  take(*value, "lookups", saved.lookups);
  take(*value, "desired", saved.desired);
  if (const Value* pins = value->get("pins")) {
    for (const Field& field : pins->fields()) {
      if (field.value.is(ValueKind::kInt)) saved.pins.emplace_back(field.key.str(), static_cast<uint64_t>(field.value.as_int()));
    }
  }
  if (const Value* collections = value->get("collections")) {
    for (const Field& field : collections->fields()) {
      auto& members = saved.collections[field.key.str()];
      for (const Value& name : field.value.elements()) {
        if (name.is(ValueKind::kString)) members.push_back(name.as_text().str());
      }
    }
  }
  return saved;
}

}  // namespace weft::plan
