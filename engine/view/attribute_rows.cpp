#include "engine/view/attribute_rows.h"

#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>

#include "engine/view/text_diff.h"
#include "engine/view/value_diff.h"
#include "engine/view/words.h"
#include "lang/base/text.h"
#include "lang/value/path.h"

namespace weft::draw {

namespace {

constexpr auto kNames = std::to_array<std::string_view>({"Name", "name", "path", "url", "Bucket", "DomainName", "title", "subject", "value", "create",
                                                               "every", "length", "words", "bytes", "algorithm"});

auto opens(const Value& value) -> bool {
  if (value.secret()) return false;
  if (value.is(ValueKind::kObject)) return value.length() > 0;
  if (!value.is(ValueKind::kList)) return false;
  return std::ranges::any_of(value.elements(), [](const Value& e) { return e.is(ValueKind::kObject) && !e.secret(); });
}

auto member_text(std::string_view name) -> std::string { return Path{}.member(name).text(); }

class Rows {
 public:
  explicit Rows(const ValueStyle& style) : style_(style) {}
  std::vector<Row> rows;

  void fields(const Value& object, uint32_t indent) {
    for (const Field& field : object.fields()) one(member_text(field.key), field.value, indent);
  }

 private:
  void one(const std::string& label, const Value& value, uint32_t indent) {
    if (!opens(value)) {
      leaf(label, value, indent);
      return;
    }
    if (value.is(ValueKind::kObject)) {
      rows.push_back(Row{.indent = indent, .left = Line(label)});
      fields(value, indent + 2);
      return;
    }
    auto key = key_member(value);
    for (size_t i = 0; i < value.length(); ++i) {
      const Value& element = value.elements()[i];
      std::string at = key ? fmt::format("{}[{}={}]", label, *key, *template_text(*element.get(*key)))
                           : fmt::format("{}[{}]", label, i);
      one(at, element, indent);
    }
  }

  void leaf(const std::string& label, const Value& value, uint32_t indent) {
    bool text = value.is(ValueKind::kString) && !value.secret() && is_text(value.as_string()) &&
                std::ranges::count(value.as_string(), '\n') > 1;
    if (!text) {
      rows.push_back(Row{.indent = indent, .left = Line(fmt::format("{} = {}", label, value_text(value, style_)))});
      return;
    }
    auto lines = lines_of(value.as_string());
    rows.push_back(Row{.indent = indent, .left = Line(fmt::format("{} = (text, {}, {})", label, counted(lines.size(), "line"),
                                                                 bytes(value.as_string().size())))});
    size_t most = style_.most == 0 ? lines.size() : std::min<size_t>(lines.size(), 20);
    for (std::string_view line : lines | std::views::take(most)) {
      rows.push_back(Row{.indent = indent + 2, .left = Line("| ").add(line), .whole = true});
    }
    if (most < lines.size()) {
      rows.push_back(Row{.indent = indent + 2, .left = Line(fmt::format("… {} more", counted(lines.size() - most, "line")))});
    }
  }

  const ValueStyle& style_;
};

// Smaller is more telling.
auto rank(std::string_view name, const Value& value, const driver::TypeSchema* type) -> size_t {
  // What the object is called comes first, known or not.
  if (type != nullptr && std::ranges::find(type->identity, name) != type->identity.end()) return 0;
  auto known = std::ranges::find(kNames, name);
  if (known != kNames.end()) return 1 + static_cast<size_t>(known - kNames.begin());
  if (name.ends_with("Name") || name.ends_with("_name")) return 20;
  return value.is(ValueKind::kBool) || name == "mode" ? 60 : value.is_unknown() ? 50 : 40;
}

// Whether it may stand beside an address; longer and deeper things do where their name says that they are telling.
auto fits(std::string_view name, const Value& value) -> bool {
  if (is_short(value)) return true;
  if (value.secret() || value.is_null()) return false;
  if (value.is_unknown()) return true;
  if (std::ranges::find(kNames, name) == kNames.end()) return false;
  if (value.is(ValueKind::kString)) return value.as_string().size() <= 80 && value.as_string().find('\n') == std::string_view::npos;
  if (value.is(ValueKind::kObject)) return !value.has_secret() && value.length() > 0 && value_text(value, {.most = 0}).size() <= 80;
  return value.is(ValueKind::kList) && !value.has_secret() && value_text(value, {.most = 0}).size() <= 80;
}

// What nobody wrote: the default of its type, or what its driver makes of that once it knows more. What is unknown in the
// files has an origin.
auto is_default(const driver::TypeSchema* type, std::string_view name, const Value& value) -> bool {
  if (type == nullptr) return false;
  bool open = value.is_unknown() && value.facts().origin.view().empty();
  return std::ranges::any_of(type->attributes, [&](const driver::Attribute& one) {
    return one.name == name && one.default_value && (open || *one.default_value == value);
  });
}

}  // namespace

auto attribute_rows(const Value& attributes, const ValueStyle& style, uint32_t indent) -> std::vector<Row> {
  Rows rows(style);
  rows.fields(attributes, indent);
  return std::move(rows.rows);
}

auto telling_attributes(std::span<const Value* const> values, size_t most, const ValueStyle& style, const driver::TypeSchema* type)
    -> std::string {
  if (values.empty() || !values[0]->is(ValueKind::kObject)) return {};
  const Value& first = *values[0];
  struct Candidate {
    std::string label;
    const Value* value;
    size_t rank;
  };
  std::vector<Candidate> candidates;
  size_t written = 0;
  auto shared = [&](auto get) {
    return std::ranges::all_of(values, [&](const Value* other) {
      const Value* mine = get(first);
      const Value* theirs = get(*other);
      return mine != nullptr && theirs != nullptr && *mine == *theirs;
    });
  };
  for (const Field& field : first.fields()) {
    auto get = [&](const Value& object) { return object.get(field.key); };
    if (values.size() > 1 && !shared(get)) continue;
    if (is_default(type, field.key.view(), field.value)) continue;
    ++written;
    if (fits(field.key.view(), field.value)) {
      candidates.push_back({member_text(field.key), &field.value, rank(field.key.view(), field.value, type)});
    }
    if (field.key != "metadata") continue;
    auto name = [](const Value& object) { return object.get("metadata")->get("name"); };
    const Value* value = name(first);
    if (value != nullptr && is_short(*value)) candidates.push_back({"metadata.name", value, 0});
  }
  if (written == 0) return {};
  std::ranges::stable_sort(candidates, {}, &Candidate::rank);
  std::string out;
  size_t shown = 0;
  for (const Candidate& candidate : candidates | std::views::take(most)) {
    if (shown++ > 0) out += ", ";
    out += fmt::format("{} = {}", candidate.label, value_text(*candidate.value, style));
  }
  // Beside several, it would be said of what they share.
  if (shown == 0) return values.size() == 1 ? counted(written, "attribute") : std::string();
  if (written > shown) out += fmt::format(", and {} more", written - shown);
  return out;
}

}  // namespace weft::draw
