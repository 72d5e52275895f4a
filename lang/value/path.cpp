#include "lang/value/path.h"

#include <algorithm>
#include <charconv>

#include "lang/base/text.h"
#include "lang/value/json.h"
#include "lang/value/type_text.h"

namespace weft {

namespace {

auto all_digits(std::string_view text) -> bool {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The rule for addresses: such a key is a JSON string in brackets.
auto needs_quotes(std::string_view key) -> bool {
  if (key.empty()) return true;
  return std::ranges::any_of(key, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F ||
           std::string_view("[]\"\\#").find(c) != std::string_view::npos;
  });
}

auto bracket_key(std::string_view key) -> std::string {
  bool quoted = needs_quotes(key) || key == "*" || all_digits(key) || key.find('=') != std::string_view::npos;
  return quoted ? json_quote(key) : std::string(key);
}

class PathReader {
 public:
  explicit PathReader(std::string_view text) : text_(text) {}

  auto read() -> Result<Path> {
    if (text_.empty()) return fail(Code::kInvalid, "an attribute path is empty");
    Path path;
    while (pos_ < text_.size()) {
      TRY(step, text_[pos_] == '[' ? bracket() : member(path.empty()));
      path.steps.push_back(std::move(step));
    }
    return path;
  }

 private:
  auto wrong(std::string_view rule) -> std::unexpected<Failure> {
    return fail(Code::kInvalid, "`" + std::string(text_) + "`: " + std::string(rule),
                "write it like `spec.containers[name=web].image` or `annotations[example.com/x]`");
  }

  auto member(bool first) -> Result<PathStep> {
    if (!first) {
      if (text_[pos_] != '.') return wrong("a `.` or `[` goes between the steps of a path");
      ++pos_;
    }
    size_t end = std::min(text_.find_first_of(".[", pos_), text_.size());
    auto name = text_.substr(pos_, end - pos_);
    if (!is_plain_name(name))
      return wrong("`" + std::string(name) + "` is no name; other keys stand in brackets");
    pos_ = end;
    return PathStep{.kind = PathStep::Kind::kMember, .name = std::string(name)};
  }

  auto bracket() -> Result<PathStep> {
    ++pos_;
    if (pos_ < text_.size() && text_[pos_] == '"') {
      TRY(key, quoted());
      return after_key(std::move(key));
    }
    size_t end = std::min(text_.find_first_of("]=", pos_), text_.size());
    auto key = text_.substr(pos_, end - pos_);
    pos_ = end;
    if (pos_ < text_.size() && text_[pos_] == ']') {
      if (key == "*") return closed({.kind = PathStep::Kind::kEvery});
      if (!key.empty() && all_digits(key)) return index(key);
    }
    if (needs_quotes(key)) return wrong("this key needs quotes inside its brackets");
    return after_key(std::string(key));
  }

  auto index(std::string_view digits) -> Result<PathStep> {
    PathStep step{.kind = PathStep::Kind::kIndex};
    auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), step.index);
    if (error != std::errc()) return wrong("this index is too large");
    if (digits.size() > 1 && digits.front() == '0') return wrong("an index has no leading zero");
    return closed(std::move(step));
  }

  auto after_key(std::string key) -> Result<PathStep> {
    if (pos_ < text_.size() && text_[pos_] == '=') {
      ++pos_;
      PathStep step{.kind = PathStep::Kind::kKeyed, .name = std::move(key)};
      if (pos_ < text_.size() && text_[pos_] == '"') {
        TRY(value, quoted());
        step.value = std::move(value);
      } else {
        size_t end = std::min(text_.find(']', pos_), text_.size());
        auto value = text_.substr(pos_, end - pos_);
        if (needs_quotes(value)) return wrong("this value needs quotes");
        step.value = std::string(value);
        pos_ = end;
      }
      return closed(std::move(step));
    }
    return closed({.kind = PathStep::Kind::kMember, .name = std::move(key)});
  }

  auto closed(PathStep step) -> Result<PathStep> {
    if (pos_ >= text_.size() || text_[pos_] != ']') return wrong("a `]` is missing");
    ++pos_;
    return step;
  }

  auto quoted() -> Result<std::string> {
    size_t end = pos_ + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    if (end >= text_.size()) return wrong("a closing quote is missing");
    auto value = from_json(text_.substr(pos_, end + 1 - pos_));
    if (!value) return wrong("the text in quotes is no JSON string");
    pos_ = end + 1;
    return value->as_text().str();
  }

  std::string_view text_;
  size_t pos_ = 0;
};

auto keyed_index(const Value& list, const PathStep& step) -> std::optional<size_t> {
  if (!list.is(ValueKind::kList) && !list.is(ValueKind::kSet)) return std::nullopt;
  for (size_t i = 0; i < list.length(); ++i) {
    const Value* key = list.elements()[i].get(step.name);
    if (key != nullptr && template_text(*key) == step.value) return i;
  }
  return std::nullopt;
}

auto child(const Value& parent, const PathStep& step) -> const Value* {
  switch (step.kind) {
    case PathStep::Kind::kMember: return parent.get(step.name);
    case PathStep::Kind::kIndex:
      if (!parent.is(ValueKind::kList) && !parent.is(ValueKind::kSet)) return nullptr;
      return step.index < parent.length() ? &parent.elements()[step.index] : nullptr;
    case PathStep::Kind::kKeyed: {
      auto index = keyed_index(parent, step);
      return index ? &parent.elements()[*index] : nullptr;
    }
    case PathStep::Kind::kEvery: return nullptr;
  }
  return nullptr;
}

auto edit_member(const Value& root, const std::string& name, auto&& change) -> Value {
  if (!root.is(ValueKind::kObject) && !root.is_null()) return root;
  std::vector<Field> fields;
  bool found = false;
  if (root.is(ValueKind::kObject)) {
    for (const auto& field : root.fields()) {
      found = found || field.key == std::string_view(name);
      if (field.key != std::string_view(name)) {
        fields.push_back(field);
      } else if (auto changed = change(field.value)) {
        fields.push_back({field.key, std::move(*changed)});
      }
    }
  }
  if (!found) {
    auto made = change(Value());
    if (!made) return root;
    fields.push_back({name, std::move(*made)});
  }
  return Value::object(std::move(fields)).as_secret(root.secret());
}

auto edit_element(const Value& root, const PathStep& step, auto&& change) -> Value {
  if (!root.is(ValueKind::kList) && !root.is(ValueKind::kSet)) return root;
  bool by_index = step.kind == PathStep::Kind::kIndex;
  size_t at = by_index ? step.index : keyed_index(root, step).value_or(root.length());
  if (at > root.length()) return root;
  std::vector<Value> elements(root.elements().begin(), root.elements().end());
  if (at == elements.size()) {
    auto made = change(by_index ? Value() : Value::object({{step.name, Value::string(step.value)}}));
    if (!made) return root;
    elements.push_back(std::move(*made));
  } else if (auto changed = change(elements[at])) {
    elements[at] = std::move(*changed);
  } else {
    elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(at));
  }
  auto made = root.is(ValueKind::kSet) ? Value::set(std::move(elements)) : Value::list(std::move(elements));
  return made.as_secret(root.secret());
}

// `value` null: remove. Whatever is absent on the way to a removal stays absent.
auto edited(const Value& root, std::span<const PathStep> steps, const Value* value) -> std::optional<Value> {
  if (steps.empty()) return value == nullptr ? std::nullopt : std::optional(*value);
  const auto& step = steps.front();
  if (value == nullptr && child(root, step) == nullptr) return root;
  auto change = [&](const Value& old) { return edited(old, steps.subspan(1), value); };
  if (step.kind == PathStep::Kind::kMember) return edit_member(root, step.name, change);
  if (step.kind == PathStep::Kind::kEvery) return root;
  return edit_element(root, step, change);
}

}  // namespace

auto Path::text() const -> std::string {
  std::string out;
  for (const auto& step : steps) {
    switch (step.kind) {
      case PathStep::Kind::kMember:
        if (is_plain_name(step.name)) {
          if (!out.empty()) out += '.';
          out += step.name;
        } else {
          out += '[' + bracket_key(step.name) + ']';
        }
        break;
      case PathStep::Kind::kIndex: out += '[' + std::to_string(step.index) + ']'; break;
      case PathStep::Kind::kEvery: out += "[*]"; break;
      case PathStep::Kind::kKeyed:
        out += '[' + bracket_key(step.name) + '=' +
               (needs_quotes(step.value) ? json_quote(step.value) : step.value) + ']';
        break;
    }
  }
  return out;
}

auto Path::operator/(PathStep step) const -> Path {
  Path longer = *this;
  longer.steps.push_back(std::move(step));
  return longer;
}

auto Path::member(std::string_view name) const -> Path {
  return *this / PathStep{.kind = PathStep::Kind::kMember, .name = std::string(name)};
}

auto Path::at(uint32_t index) const -> Path {
  return *this / PathStep{.kind = PathStep::Kind::kIndex, .index = index};
}

auto Path::covered_by(const Path& pattern) const -> bool {
  if (pattern.steps.size() > steps.size()) return false;
  for (size_t i = 0; i < pattern.steps.size(); ++i) {
    if (pattern.steps[i].kind != PathStep::Kind::kEvery && pattern.steps[i] != steps[i]) return false;
  }
  return true;
}

auto parse_path(std::string_view text) -> Result<Path> {
  return PathReader(text).read();
}

auto find(const Value& root, const Path& path) -> const Value* {
  const Value* value = &root;
  for (const auto& step : path.steps) {
    if (value == nullptr) return nullptr;
    value = child(*value, step);
  }
  return value;
}

auto with(const Value& root, const Path& path, const Value& value) -> Value {
  return *edited(root, path.steps, &value);
}

auto without(const Value& root, const Path& path) -> Value {
  auto left = edited(root, path.steps, nullptr);
  return left ? *left : Value();
}

}  // namespace weft
