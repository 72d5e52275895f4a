#include "stdlib/functions/parts.h"

#include <algorithm>

#include "lang/base/text.h"
#include "stdlib/functions/library.h"

namespace weft::functions {

namespace {

auto exceeds(const Value& value, size_t& budget) -> bool {
  size_t cost = 2;
  if (value.is(ValueKind::kString)) cost += value.as_text().size();
  if (cost > budget) return true;
  budget -= cost;
  if (value.is(ValueKind::kObject)) {
    for (const auto& field : value.fields()) {
      if (field.key.size() > budget) return true;
      budget -= field.key.size();
      if (exceeds(field.value, budget)) return true;
    }
  }
  if (value.is(ValueKind::kList) || value.is(ValueKind::kSet)) {
    for (const auto& element : value.elements()) {
      if (exceeds(element, budget)) return true;
    }
  }
  return false;
}

}  // namespace

auto library() -> std::vector<const Function*> {
  std::vector<const Function*> all;
  for (auto rows : {core_rows(), number_rows(), text_rows(), format_rows(), list_rows(), list_extra_rows(),
                    map_rows(), set_rows(), encoding_rows(), csv_rows(), yaml_rows(), digest_rows(),
                    regex_rows(), time_rows(), net_rows(), file_rows(), convert_rows(), version_rows()}) {
    for (const auto& row : rows) all.push_back(&row);
  }
  return all;
}

auto refused(std::string_view function, std::string_view text) -> std::unexpected<Failure> {
  return fail(Code::kInvalid, "`" + std::string(function) + "`: " + std::string(text));
}

namespace {

constexpr size_t kMaxShown = 60;

auto cut(std::string text) -> std::string {
  if (text.size() <= kMaxShown) return text;
  size_t end = 0;
  while (end < kMaxShown) next_code_point(text, end);
  return text.substr(0, end) + "…";
}

}  // namespace

auto shown(const Value& value) -> std::string {
  return value.is(ValueKind::kString) ? quoted(value.as_string()) : cut(display_text(value));
}

auto shown(const Path& path) -> std::string {
  return cut(path.text());
}

auto path_argument(std::string_view function, const Value& text) -> Result<Path> {
  auto path = parse_path(text.as_string());
  if (path) return path;
  bool plain = text.as_string().size() <= kMaxShown && std::ranges::none_of(text.as_string(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  auto failure = refused(function, plain ? path.error().text : quoted(text.as_string()) + " is no path of an attribute");
  failure.error().hint = path.error().hint;
  return failure;
}

auto quoted(std::string_view text) -> std::string {
  if (text.size() <= kMaxShown) return quote_text(text);
  size_t end = 0;
  while (end < kMaxShown) next_code_point(text, end);
  auto shown = quote_text(text.substr(0, end));
  shown.insert(shown.size() - 1, "…");
  return shown;
}

auto a_kind(const Value& value) -> std::string {
  std::string name(kind_name(value));
  if (value.is_null()) return name;
  return (name.starts_with('i') || name.starts_with('o') || name.starts_with('u') ? "an " : "a ") + name;
}

auto bounded(std::string_view function, std::string text) -> Result<Value> {
  if (text.size() > kMaxText) return refused(function, "the result is larger than 16 MiB");
  return Value::string(text);
}

auto count(std::string_view function, std::string_view parameter, const Value& value, int64_t most)
    -> Result<size_t> {
  int64_t number = value.as_int();
  if (number >= 0 && number <= most) return static_cast<size_t>(number);
  std::string seen = "`" + std::string(parameter) + "` is " + std::to_string(number);
  return refused(function, seen + (number < 0 ? "; it cannot be negative"
                                              : "; at most " + with_thousands(static_cast<uint64_t>(most))));
}

auto unknown_result(const Arguments& arguments, Unknown facts) -> Value {
  for (const auto& value : arguments.values) {
    if (!value.has_unknown() || !facts.origin.empty()) continue;
    facts.origin = origin_of(value);
  }
  if (facts.type.is(TypeKind::kAny) && arguments.result_type != nullptr) {
    facts.type = arguments.result_type->with_secret(false);
    facts.not_null = facts.not_null || (!facts.type.optional() && !facts.type.is(TypeKind::kAny));
  }
  return Value::unknown(std::move(facts));
}

auto texts(const Value& list) -> std::vector<std::string> {
  std::vector<std::string> all;
  all.reserve(list.length());
  for (const auto& element : list.elements()) all.push_back(element.as_text().str());
  return all;
}

auto text_list(const std::vector<std::string>& texts) -> Value {
  std::vector<Value> all;
  all.reserve(texts.size());
  for (const auto& text : texts) all.push_back(Value::string(text));
  return Value::list(std::move(all));
}

auto key_at(std::string_view function, const Value& element, const Path& path) -> Result<std::string> {
  const Value* key = find(element, path);
  if (key == nullptr || key->is_null()) return refused(function, "an element has no `" + shown(path) + "`");
  if (!key->is(ValueKind::kString) && !key->is(ValueKind::kInt)) {
    return refused(function,
                   "`" + shown(path) + "` is " + a_kind(*key) + "; keys are made of strings and ints");
  }
  return *template_text(*key);
}

auto is_too_large(const Value& value) -> bool {
  size_t budget = kMaxText;
  return exceeds(value, budget);
}

}  // namespace weft::functions
