#include "engine/view/state_text.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <span>

#include <fmt/format.h>

#include "engine/view/attribute_rows.h"
#include "engine/view/json_text.h"
#include "engine/view/page.h"
#include "engine/view/value_text.h"
#include "engine/view/words.h"
#include "lang/base/text.h"
#include "lang/os/clock.h"

namespace weft::draw {

namespace {

// What stands for a secret in a record becomes a mark again, so that no drawing shows digests or sealed bytes.
auto hidden(const Value& value) -> Value {
  if (value.is(ValueKind::kObject)) {
    if (value.length() == 1 && (value.get("$digest") != nullptr || value.get("$sealed") != nullptr)) return Value::null().as_secret();
    std::vector<Field> fields;
    for (const Field& field : value.fields()) fields.push_back({field.key, hidden(field.value)});
    Value out = Value::object(std::move(fields));
    return value.secret() ? out.as_secret() : out;
  }
  if (value.is(ValueKind::kList) && !value.secret()) {
    std::vector<Value> elements;
    for (const Value& element : value.elements()) elements.push_back(hidden(element));
    return Value::list(std::move(elements));
  }
  return value;
}

// Of what may be null: nothing was written to an object that was adopted, and nothing is known of one half-made.
auto fields_of(const Value& value) -> std::span<const Field> {
  return value.is(ValueKind::kObject) ? value.fields() : std::span<const Field>();
}

auto attributes_of(const state::Record& record) -> Value {
  // What is there, and what was written where reading does not give it back.
  std::vector<Field> fields;
  const Value& seen = record.observed.is_null() ? record.applied : record.observed;
  for (const Field& field : fields_of(seen)) fields.push_back(field);
  for (const Field& field : fields_of(record.applied)) {
    if (seen.get(field.key) == nullptr) fields.push_back(field);
  }
  return Value::object(std::move(fields));
}

// As hidden(), but what is sealed has been opened: only digests, which nobody can open, stay hidden.
auto opened(const Value& value) -> Value {
  if (value.is(ValueKind::kObject)) {
    if (value.length() == 1 && value.get("$digest") != nullptr) return Value::null().as_secret();
    std::vector<Field> fields;
    for (const Field& field : value.fields()) fields.push_back({field.key, opened(field.value)});
    return Value::object(std::move(fields));
  }
  if (value.is(ValueKind::kList)) {
    std::vector<Value> elements;
    for (const Value& element : value.elements()) elements.push_back(opened(element));
    return Value::list(std::move(elements));
  }
  return value.as_secret(false);
}

auto versions_range(const state::HistoryEntry& entry) -> std::string {
  if (entry.first_seq == entry.last_seq) return fmt::format("@{}", entry.last_seq);
  return fmt::format("@{}–@{}", entry.first_seq, entry.last_seq);
}

}  // namespace

auto identity_text(const Value& identity) -> std::string {
  std::string out;
  for (const Field& field : fields_of(identity)) {
    if (!out.empty()) out += "/";
    auto text = template_text(field.value);
    out += text ? *text : value_text(field.value, {.most = 60});
  }
  return out;
}

auto state_list_text(const std::vector<state::Record>& records, const std::vector<state::HistoryEntry>& history, const Look& look)
    -> std::string {
  bool odd = std::ranges::any_of(records, [](const state::Record& record) { return record.status != state::Status::kOk; });
  std::vector<std::vector<std::string>> rows = {{"ADDRESS", "TYPE", "ID", "VERSION", "CHANGED"}};
  std::map<uint64_t, const state::HistoryEntry*> by_end;
  for (const state::HistoryEntry& entry : history) by_end.emplace(entry.last_seq, &entry);
  auto changed = [&](uint64_t version) -> std::string {
    auto at = by_end.lower_bound(version);
    if (at == by_end.end() || at->second->first_seq > version) return "";
    return local_time(at->second->run.begun_ms, 0);
  };
  if (odd) rows[0].push_back("STATUS");
  for (const state::Record& record : records) {
    std::vector<std::string> row = {record.address, record.type, cut(identity_text(record.identity), 60, look), fmt::format("@{}", record.version),
                                    changed(record.version)};
    if (odd) row.push_back(record.status == state::Status::kOk ? "" : std::string(state::word(record.status)));
    rows.push_back(std::move(row));
  }
  // A record is one line; where that is too long, the least of it is left out.
  std::string without;
  for (std::string_view name : {"CHANGED", "VERSION", "TYPE"}) {
    if (look.width == 0 || table_width(rows, look) <= look.width) break;
    auto at = std::ranges::find(rows[0], name) - rows[0].begin();
    for (auto& row : rows) row.erase(row.begin() + at);
    without = without.empty() ? std::string(name) : fmt::format("{}, {}", name, without);
  }
  std::string text = table(rows, look);
  if (without.empty()) return text;
  Page page(look);
  page.line(Line().add(fmt::format("Too narrow for {}.", without), Ink::kDim));
  return text + page.text();
}

auto state_show_text(const ShownRecord& shown, bool reveal, const Look& look) -> std::string {
  const state::Record& record = *shown.record;
  Page page(look);
  Line head;
  head.add(record.address, Ink::kBold).add("  ").add(record.type).add("  ").add(identity_text(record.identity));
  head.add(fmt::format("  @{}", record.version));
  if (shown.earlier_versions > 0) head.add(fmt::format(", {} earlier {}", shown.earlier_versions, shown.earlier_versions == 1 ? "version" : "versions"));
  page.line(head);
  std::vector<std::string> facts;
  if (!shown.declared.empty()) facts.push_back("declared  " + shown.declared);
  facts.push_back(fmt::format("provider  {}{}", record.provider, record.place.empty() ? "" : ", " + record.place));
  if (!shown.used_by.empty()) facts.push_back("used by  " + listed(shown.used_by, look.full ? 0 : 5));
  page.line(Line(fmt::format("{}", fmt::join(facts, "      "))), 2);
  std::string flags;
  auto flag = [&](bool set, std::string_view word) {
    if (set) flags += fmt::format("{}{}", flags.empty() ? "" : ", ", word);
  };
  flag(record.status != state::Status::kOk, state::word(record.status));
  flag(record.protect, "protected");
  flag(record.retain, "retained");
  flag(record.create_first, "created first");
  flag(record.old, "the old one of a replacement, awaits removal");
  if (!flags.empty()) page.line(Line("status  " + flags), 2);
  Value attributes = reveal ? opened(attributes_of(record)) : hidden(attributes_of(record));
  std::vector<Row> rows;
  size_t width = 0;
  for (const Field& field : attributes.fields()) width = std::max(width, shown_width(field.key.view(), look));
  width = std::min<size_t>(width, 30);
  // The remarks stand in one column, if the values leave room for it.
  size_t values = 0;
  for (const Field& field : attributes.fields()) {
    size_t wide = shown_width(value_text(field.value, {.most = 200}), look);
    if (wide <= 40) values = std::max(values, wide);
  }
  for (const Field& field : attributes.fields()) {
    ValueStyle style{.most = look.full ? size_t{0} : size_t{200}};
    bool opens = field.value.is(ValueKind::kObject) && field.value.length() > 0 && !field.value.secret();
    bool lines = field.value.is(ValueKind::kString) && !field.value.secret() && std::ranges::count(field.value.as_string(), '\n') > 1;
    if (opens) {
      for (Row& row : attribute_rows(Value::object({field}), style, 2)) rows.push_back(std::move(row));
      continue;
    }
    Line left(field.key.str());
    left.pad(look, width, 0).add("  ");
    if (lines) {
      // "content = (text, 3 lines, 37 B)" and the lines below it, in the columns of this table.
      auto whole = attribute_rows(Value::object({field}), style, 2);
      std::string head = whole[0].left.plain();
      whole[0].left = left.add(head.substr(std::min(head.size(), head.find(" = ") + 3)));
      for (Row& row : whole) rows.push_back(std::move(row));
      continue;
    }
    left.add(reveal && field.value.secret() ? "(secret, kept only as a digest)" : value_text(field.value, style));
    bool written = record.applied.get(field.key) != nullptr;
    auto from = shown.from.find(field.key.str());
    if (!written) left.pad(look, width + 2 + values, 2).add("(filled in by provider)", Ink::kDim);
    else if (from != shown.from.end()) left.pad(look, width + 2 + values, 2).add("from " + from->second, Ink::kDim);
    rows.push_back(Row{.indent = 2, .left = std::move(left)});
  }
  page.block(rows);
  return page.text();
}

auto history_text(const std::vector<state::HistoryEntry>& entries, const Look& look) -> std::string {
  std::vector<std::vector<std::string>> rows = {{"VERSIONS", "RUN", "WHEN", "BY", "WHAT"}};
  for (const state::HistoryEntry& entry : entries) {
    const state::RunInfo& run = entry.run;
    std::string what = run.summary.empty() ? run.verb : run.summary;
    if (!run.ended) what += run.alive ? ", running" : run.fenced ? ", broken off" : ", ended without a word";
    else if (run.outcome == "partial" || run.outcome == "failed" || run.outcome == "stopped") what += ", " + run.outcome;
    rows.push_back({versions_range(entry), run_name(run.id), local_time(run.begun_ms, 0), fmt::format("{} on {}", run.owner, run.host), what});
  }
  return table(rows, look);
}

auto record_members(const state::Record& record, bool reveal) -> std::string {
  JsonObject out;
  out.add("type", "record").add("address", record.address).add("resource", record.type).add("provider", record.provider);
  out.add_some("place", record.place).add_value("identity", record.identity).add("version", record.version);
  out.add("status", state::word(record.status));
  Value attributes = attributes_of(record);
  out.add_value("attributes", reveal ? opened(attributes) : hidden(attributes));
  out.add_value("written", reveal ? opened(record.applied) : hidden(record.applied));
  std::vector<std::string> needs;
  for (const state::Dependency& dependency : record.dependencies) needs.push_back(dependency.address);
  out.add_list("depends_on", needs);
  if (record.protect) out.add("protect", true);
  if (record.retain) out.add("retain", true);
  if (record.old) out.add("old", true);
  return out.members();
}

auto transaction_members(const state::HistoryEntry& entry) -> std::string {
  const state::RunInfo& run = entry.run;
  JsonObject out;
  out.add("type", "transaction").add("first", entry.first_seq).add("last", entry.last_seq).add("by_run", "r-" + run.id);
  out.add("verb", run.verb).add("owner", run.owner).add("host", run.host).add("command", run.command);
  out.add("begun", utc_text(std::chrono::milliseconds(run.begun_ms)));
  out.add("ended", run.ended).add_some("outcome", run.outcome).add_some("summary", run.summary);
  if (run.open_intents > 0) out.add("open_intents", run.open_intents);
  return out.members();
}

auto outputs_text(const std::vector<std::pair<std::string, Value>>& outputs, const Look& look) -> std::string {
  Page page(look);
  size_t width = 0;
  for (const auto& [name, value] : outputs) width = std::max(width, name.size());
  for (const auto& [name, value] : outputs) {
    if (value.is(ValueKind::kString) && !value.secret() && std::ranges::count(value.as_string(), '\n') > 1) {
      for (Row& row : attribute_rows(Value::object({{Text(name), value}}), {.most = 0}, 0)) page.row(std::move(row));
      continue;
    }
    page.row(Row{.left = Line(fmt::format("{:<{}} = {}", name, width, value_text(value, {.most = look.full ? size_t{0} : size_t{200}}))), .hang = 4});
  }
  return page.text();
}

}  // namespace weft::draw
