// The table "from → to" of the language, applied to values. What the checker could prove is never asked here
// again; what comes from `any`, from files and from drivers is.
#include <algorithm>

#include "lang/base/text.h"
#include "lang/value/path.h"
#include "lang/value/value.h"

namespace weft {

namespace {

// Where in the value we are; made into text only when something is wrong.
struct Place {
  const Place* above = nullptr;
  std::string_view key{};
  uint32_t index = 0;
  bool is_index = false;

  [[nodiscard]] auto path() const -> Path {
    if (above == nullptr) return {};
    return is_index ? above->path().at(index) : above->path().member(key);
  }
};

auto with_article(const Value& value) -> std::string {
  auto name = kind_name(value);
  if (value.is_null() || value.is(ValueKind::kBytes)) return std::string(name);
  bool vowel = name == "int" || name == "object" || name == "unknown";
  return (vowel ? "an " : "a ") + std::string(name);
}

auto shown(const Type& type) -> std::string {
  constexpr size_t kMaxText = 100;
  auto text = type.text();
  return text.size() <= kMaxText || !type.is(TypeKind::kObject) ? text : "an object";
}

// The table's last lines: how to get from one to the other.
auto way_out(const Value& value, const Type& type) -> std::string_view {
  switch (type.kind()) {
    case TypeKind::kString: return template_text(value) ? "; `\"${x}\"` makes a text of it" : "";
    case TypeKind::kInt:
      if (value.is(ValueKind::kNumber)) return "; `round(x)`, `floor(x)` and `ceil(x)` make an int of it";
      [[fallthrough]];
    case TypeKind::kNumber: return value.is(ValueKind::kString) ? "; `number.parse(x)` reads it" : "";
    case TypeKind::kList: return value.is(ValueKind::kSet) ? "; `to.list(x)` makes a list of it" : "";
    case TypeKind::kDuration:
      return value.is(ValueKind::kString) ? " that is no duration, such as `1h30m`" : "";
    case TypeKind::kSize: return value.is(ValueKind::kString) ? " that is no size, such as `20GiB`" : "";
    default: return "";
  }
}

auto is_literal(const Value& value, const Type& literal) -> bool {
  const auto& wanted = literal.literal_value();
  if (const auto* number = std::get_if<int64_t>(&wanted)) {
    return value.is(ValueKind::kInt) && value.as_int() == *number;
  }
  return value.is(ValueKind::kString) && value.as_string() == std::get<std::string>(wanted);
}

auto all_fit(std::span<const Value> elements, const Type& type) -> bool;
auto fields_fit(const Value& value, const Type& type) -> bool;

// Whether converting would change nothing.
auto fits(const Value& value, const Type& type) -> bool {
  if (value.is_null()) {
    return type.optional() || type.is(TypeKind::kNull) || type.is(TypeKind::kAny) ||
           type.is(TypeKind::kVariable) || type.is_error();
  }
  if (type.secret() && !value.secret()) return false;
  if (value.is_unknown()) return value.facts().type == type && (type.optional() || value.facts().not_null);
  switch (type.kind()) {
    case TypeKind::kError:
    case TypeKind::kAny:
    case TypeKind::kVariable: return true;
    case TypeKind::kNull: return false;
    case TypeKind::kBool: return value.is(ValueKind::kBool);
    case TypeKind::kInt: return value.is(ValueKind::kInt);
    case TypeKind::kNumber: return value.is(ValueKind::kNumber);
    case TypeKind::kString: return value.is(ValueKind::kString);
    case TypeKind::kDuration: return value.is(ValueKind::kDuration);
    case TypeKind::kSize: return value.is(ValueKind::kSize);
    case TypeKind::kLiteral: return is_literal(value, type);
    case TypeKind::kList: return value.is(ValueKind::kList) && all_fit(value.elements(), type.element());
    case TypeKind::kSet: return value.is(ValueKind::kSet) && all_fit(value.elements(), type.element());
    case TypeKind::kMap:
      return value.is(ValueKind::kObject) && std::ranges::all_of(value.fields(), [&](const Field& f) {
               return fits(f.value, type.element());
             });
    case TypeKind::kObject: return fields_fit(value, type);
    case TypeKind::kUnion:
      return std::ranges::any_of(type.alternatives(), [&](const Type& one) { return fits(value, one); });
  }
  return false;
}

auto all_fit(std::span<const Value> elements, const Type& type) -> bool {
  return std::ranges::all_of(elements, [&](const Value& element) { return fits(element, type); });
}

auto fields_fit(const Value& value, const Type& type) -> bool {
  if (!value.is(ValueKind::kObject)) return false;
  size_t found = 0;
  for (const auto& member : type.members()) {
    const Value* field = value.get(member.name);
    if (field == nullptr) {
      if (!member.may_be_left_out) return false;
      continue;
    }
    ++found;
    if (member.may_be_left_out && field->is_null()) return false;  // it will be left out
    if (!fits(*field, member.type)) return false;
  }
  return found == value.length();
}

class Converter {
 public:
  auto run(const Value& value, const Type& type, const Place& place) -> std::optional<Value> {
    auto made = unmarked(value, type, place);
    // There is nothing to keep secret in null.
    bool secret = made && !made->is_null() && (value.secret() || type.secret());
    return secret ? made->as_secret() : made;
  }
  auto problem() -> std::string { return std::move(problem_); }

 private:
  auto unmarked(const Value& value, const Type& type, const Place& place) -> std::optional<Value> {
    if (type.is_error()) return value;
    if (value.is_null()) {
      if (fits(value, type)) return value;
      return wrong(place, "expected " + shown(type) + ", this is null");
    }
    if (value.is_unknown()) return unknown(value.facts(), type);
    switch (type.kind()) {
      case TypeKind::kNumber:
        if (value.is(ValueKind::kInt)) return Value::number(value.as_number());
        break;
      case TypeKind::kDuration:
        if (!value.is(ValueKind::kString)) break;
        if (auto amount = parse_duration(value.as_string())) return Value::duration(*amount);
        break;
      case TypeKind::kSize:
        if (!value.is(ValueKind::kString)) break;
        if (auto amount = parse_size(value.as_string())) return Value::size(*amount);
        break;
      case TypeKind::kList:
      case TypeKind::kSet: return elements(value, type, place);
      case TypeKind::kMap: return map(value, type, place);
      case TypeKind::kObject: return object(value, type, place);
      case TypeKind::kUnion:
        if (!type.is_enum()) return alternative(value, type, place);
        [[fallthrough]];
      case TypeKind::kLiteral:
        if (fits(value, type.with_secret(false))) return value;
        return not_among(value, type, place);
      default: break;
    }
    if (fits(value, type.with_secret(false))) return value;
    return mismatch(value, type, place);
  }

  // The target says more than what was known, unless it says nothing.
  static auto unknown(const Unknown& facts, const Type& type) -> Value {
    Unknown narrowed = facts;
    if (!type.is(TypeKind::kAny) && !type.is(TypeKind::kVariable)) {
      narrowed.type = type.with_secret(false);
      narrowed.not_null = facts.not_null || (!type.optional() && !type.is(TypeKind::kNull));
      // Doubles of a list fall together in a set.
      if (type.is(TypeKind::kSet) && !facts.type.is(TypeKind::kSet) && facts.least_length) {
        narrowed.least_length = std::min<uint32_t>(*facts.least_length, 1);
      }
    }
    return Value::unknown(std::move(narrowed));
  }

  auto elements(const Value& value, const Type& type, const Place& place) -> std::optional<Value> {
    bool to_set = type.is(TypeKind::kSet);
    if (!value.is(ValueKind::kList) && !(to_set && value.is(ValueKind::kSet)))
      return mismatch(value, type, place);
    std::vector<Value> made;
    made.reserve(value.length());
    for (const auto& element : value.elements()) {
      auto index = static_cast<uint32_t>(made.size());
      auto one = run(element, type.element(), {.above = &place, .index = index, .is_index = true});
      if (!one) return std::nullopt;
      made.push_back(std::move(*one));
    }
    return to_set ? Value::set(std::move(made)) : Value::list(std::move(made));
  }

  auto map(const Value& value, const Type& type, const Place& place) -> std::optional<Value> {
    if (!value.is(ValueKind::kObject)) return mismatch(value, type, place);
    std::vector<Field> made;
    made.reserve(value.length());
    for (const auto& [key, member] : value.fields()) {
      auto one = run(member, type.element(), {.above = &place, .key = key.view()});
      if (!one) return std::nullopt;
      made.push_back({key, std::move(*one)});
    }
    return Value::object(std::move(made));
  }

  auto object(const Value& value, const Type& type, const Place& place) -> std::optional<Value> {
    if (!value.is(ValueKind::kObject)) return mismatch(value, type, place);
    for (const auto& [key, ignored] : value.fields()) {
      if (type.member(key) == nullptr) return no_such_member(key, type, {.above = &place, .key = key.view()});
    }
    std::vector<Field> made;
    made.reserve(value.length());
    for (const auto& member : type.members()) {
      const Value* field = value.get(member.name);
      Place inside{.above = &place, .key = member.name};
      if (field == nullptr || (member.may_be_left_out && field->is_null())) {
        if (member.may_be_left_out) continue;
        return wrong(inside, "this member is missing; it is of type " + shown(member.type));
      }
      auto one = run(*field, member.type, inside);
      if (!one) return std::nullopt;
      made.push_back({member.name, std::move(*one)});
    }
    return Value::object(std::move(made));
  }

  // The alternative that fits as it is, else the first that can be made.
  auto alternative(const Value& value, const Type& type, const Place& place) -> std::optional<Value> {
    if (fits(value, type.with_secret(false))) return value;
    std::string nearest_problem;
    for (const auto& one : type.alternatives()) {
      if (auto made = run(value, one, place)) return made;
      if (may_be_meant(value, one)) nearest_problem = problem();
      problem_.clear();
    }
    if (!nearest_problem.empty()) {
      problem_ = std::move(nearest_problem);
      return std::nullopt;
    }
    return mismatch(value, type, place);
  }

  static auto may_be_meant(const Value& value, const Type& type) -> bool {
    switch (type.kind()) {
      case TypeKind::kList:
      case TypeKind::kSet: return value.is(ValueKind::kList) || value.is(ValueKind::kSet);
      case TypeKind::kMap:
      case TypeKind::kObject: return value.is(ValueKind::kObject);
      default: return false;
    }
  }

  auto not_among(const Value& value, const Type& type, const Place& place) -> std::optional<Value> {
    std::vector<std::string> words;
    bool numbers = false;
    std::string list;
    auto all = type.is(TypeKind::kUnion) ? type.alternatives() : std::span(&type, 1);
    for (const auto& one : all) {
      if (!list.empty()) list += ", ";
      list += one.with_optional(false).with_secret(false).text();
      const auto* word = std::get_if<std::string>(&one.literal_value());
      numbers = numbers || word == nullptr;
      if (word != nullptr) words.push_back(*word);
    }
    bool same_kind =
        (value.is(ValueKind::kString) && !words.empty()) || (value.is(ValueKind::kInt) && numbers);
    if (!same_kind) return wrong(place, "expected " + list + ", this is " + with_article(value));
    std::string seen = value.has_secret() ? "this" : display_text(value);
    std::string text = seen + (all.size() == 1 ? " is not " : " is none of ") + list;
    if (value.is(ValueKind::kString) && !value.has_secret()) {
      if (auto near = nearest(value.as_string(), words); !near.empty()) {
        text += "; did you mean " + quote_text(near) + "?";
      }
    }
    return wrong(place, text);
  }

  auto no_such_member(std::string_view key, const Type& type, const Place& place) -> std::optional<Value> {
    std::vector<std::string_view> names;
    for (const auto& member : type.members()) names.push_back(member.name);
    std::string text = "there is no such member in " + shown(type);
    if (auto near = nearest(key, names); !near.empty()) text += "; did you mean `" + std::string(near) + "`?";
    return wrong(place, text);
  }

  auto mismatch(const Value& value, const Type& type, const Place& place) -> std::optional<Value> {
    return wrong(place, "expected " + shown(type) + ", this is " + with_article(value) +
                            std::string(way_out(value, type)));
  }

  auto wrong(const Place& place, const std::string& text) -> std::nullopt_t {
    auto path = place.path();
    problem_ = path.empty() ? text : "`" + path.text() + "`: " + text;
    return std::nullopt;
  }

  std::string problem_;
};

}  // namespace

auto convert(const Value& value, const Type& type) -> std::pair<std::optional<Value>, std::string> {
  if (fits(value, type)) return {value, {}};
  Converter converter;
  auto made = converter.run(value, type, Place{});
  return {std::move(made), converter.problem()};
}

}  // namespace weft
