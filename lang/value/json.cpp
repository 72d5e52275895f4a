#include "lang/value/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "lang/base/digest.h"
#include "lang/base/text.h"

namespace weft {

namespace {

constexpr int kMaxJsonDepth = 64;
constexpr size_t kMaxSize = size_t{16} << 20;

class JsonWriter {
 public:
  JsonWriter(const JsonStyle& style) : style_(style) {}

  void value(const Value& value, int level) {
    if (value.secret() && !style_.reveal) return marked("$secret", style_.secret_word);
    switch (value.kind()) {
      case ValueKind::kNull: out_ += "null"; return;
      case ValueKind::kBool: out_ += value.as_bool() ? "true" : "false"; return;
      case ValueKind::kInt: out_ += std::to_string(value.as_int()); return;
      case ValueKind::kNumber:
        // JSON knows no infinity; the language makes none.
        out_ += std::isfinite(value.as_number()) ? number_text(value.as_number()) : "null";
        return;
      case ValueKind::kDuration:
      case ValueKind::kSize:
      case ValueKind::kString: out_ += json_quote(*template_text(value)); return;
      case ValueKind::kBytes:
        if (style_.escape_dollar) return marked("$bytes", base64(value.as_string()));
        out_ += json_quote(base64(value.as_string()));
        return;
      case ValueKind::kList:
      case ValueKind::kSet: return list(value.elements(), level);
      case ValueKind::kObject: return object(value.fields(), level);
      case ValueKind::kUnknown: return marked("$unknown", value.facts().origin);
    }
  }
  auto take() -> std::string { return std::move(out_); }

 private:
  // Only where a user's own key cannot look the same.
  void marked(std::string_view mark, std::string_view text) {
    CHECK(style_.escape_dollar);
    out_ += "{" + json_quote(mark) + ":";
    if (style_.indent >= 0) out_ += ' ';
    out_ += json_quote(text) + "}";
  }

  void new_line(int level) {
    if (style_.indent < 0) return;
    out_ += '\n';
    out_.append(static_cast<size_t>(style_.indent) * static_cast<size_t>(level), ' ');
  }

  void list(std::span<const Value> elements, int level) {
    out_ += '[';
    for (size_t i = 0; i < elements.size(); ++i) {
      if (i > 0) out_ += ',';
      new_line(level + 1);
      value(elements[i], level + 1);
    }
    if (!elements.empty()) new_line(level);
    out_ += ']';
  }

  void object(std::span<const Field> fields, int level) {
    out_ += '{';
    for (size_t i = 0; i < fields.size(); ++i) {
      if (i > 0) out_ += ',';
      new_line(level + 1);
      bool escaped = style_.escape_dollar && fields[i].key.view().starts_with('$');
      out_ += json_quote(escaped ? "$" + fields[i].key.str() : fields[i].key.str());
      out_ += style_.indent < 0 ? ":" : ": ";
      value(fields[i].value, level + 1);
    }
    if (!fields.empty()) new_line(level);
    out_ += '}';
  }

  const JsonStyle& style_;
  std::string out_;
};

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  auto document() -> Result<Value> {
    TRY(value, this->value(0));
    skip_space();
    if (pos_ < text_.size()) return wrong("the end of the text");
    return value;
  }

 private:
  auto fail_at(size_t pos, const std::string& what) -> std::unexpected<Failure> {
    auto before = text_.substr(0, pos);
    size_t line = 1 + static_cast<size_t>(std::ranges::count(before, '\n'));
    size_t start = before.rfind('\n');
    size_t column = start == std::string_view::npos ? pos + 1 : pos - start;
    return fail(Code::kInvalid, "line " + std::to_string(line) + ", column " + std::to_string(column) +
                                    " of the JSON: " + what);
  }
  auto wrong(std::string_view expected) -> std::unexpected<Failure> {
    std::string seen = "its end";
    if (pos_ < text_.size()) {
      size_t end = pos_;
      next_code_point(text_, end);
      seen = "`" + std::string(text_.substr(pos_, end - pos_)) + "`";
    }
    return fail_at(pos_, "expected " + std::string(expected) + ", this is " + seen);
  }

  void skip_space() {
    while (pos_ < text_.size() && std::string_view(" \t\n\r").find(text_[pos_]) != std::string_view::npos)
      ++pos_;
  }
  auto take(char c) -> bool {
    skip_space();
    if (pos_ >= text_.size() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }
  auto take_word(std::string_view word) -> bool {
    if (!text_.substr(pos_).starts_with(word)) return false;
    pos_ += word.size();
    return true;
  }

  auto value(int depth) -> Result<Value> {
    if (depth > kMaxJsonDepth) return fail_at(pos_, "nested deeper than 64 levels");
    skip_space();
    char c = pos_ < text_.size() ? text_[pos_] : '\0';
    if (c == '{') return object(depth);
    if (c == '[') return list(depth);
    if (c == '"') {
      TRY(text, string());
      return Value::string(text);
    }
    if (c == '-' || (c >= '0' && c <= '9')) return number();
    if (take_word("true")) return Value::boolean(true);
    if (take_word("false")) return Value::boolean(false);
    if (take_word("null")) return Value::null();
    return wrong("a value");
  }

  auto list(int depth) -> Result<Value> {
    ++pos_;
    std::vector<Value> elements;
    if (take(']')) return Value::list({});
    do {
      TRY(element, value(depth + 1));
      elements.push_back(std::move(element));
    } while (take(','));
    if (!take(']')) return wrong("`,` or `]`");
    return Value::list(std::move(elements));
  }

  auto object(int depth) -> Result<Value> {
    size_t start = pos_++;
    std::vector<Field> fields;
    if (take('}')) return Value::object({});
    do {
      skip_space();
      if (pos_ >= text_.size() || text_[pos_] != '"') return wrong("a key in quotes");
      TRY(key, string());
      if (!take(':')) return wrong("`:`");
      TRY(member, value(depth + 1));
      fields.push_back({key, std::move(member)});
    } while (take(','));
    if (!take('}')) return wrong("`,` or `}`");
    std::ranges::stable_sort(fields, {}, [](const Field& field) { return field.key.view(); });
    auto twice = std::ranges::adjacent_find(fields, {}, [](const Field& field) { return field.key.view(); });
    if (twice != fields.end())
      return fail_at(start, "this object holds the key `" + twice->key.str() + "` twice");
    return Value::object(std::move(fields));
  }

  auto digits() -> bool {
    size_t start = pos_;
    while (pos_ < text_.size() && text_[pos_] >= '0' && text_[pos_] <= '9') ++pos_;
    return pos_ > start;
  }

  auto number() -> Result<Value> {
    size_t start = pos_;
    if (text_[pos_] == '-') ++pos_;
    bool zero = pos_ < text_.size() && text_[pos_] == '0';
    size_t first = pos_;
    if (!digits()) return wrong("a digit");
    if (zero && pos_ > first + 1) return fail_at(start, "a number has no leading zero");
    bool whole = true;
    if (pos_ < text_.size() && text_[pos_] == '.') {
      whole = false;
      ++pos_;
      if (!digits()) return wrong("a digit");
    }
    if (pos_ < text_.size() && (text_[pos_] == 'e' || text_[pos_] == 'E')) {
      whole = false;
      ++pos_;
      if (pos_ < text_.size() && (text_[pos_] == '+' || text_[pos_] == '-')) ++pos_;
      if (!digits()) return wrong("a digit");
    }
    const char* begin = text_.data() + start;
    const char* end = text_.data() + pos_;
    int64_t integer = 0;
    if (whole && std::from_chars(begin, end, integer).ec == std::errc()) return Value::integer(integer);
    double number = 0;
    auto error = std::from_chars(begin, end, number).ec;
    // Too small reads as zero, too large as nothing.
    if (error == std::errc::result_out_of_range)
      number = std::strtod(std::string(begin, end).c_str(), nullptr);
    if (!std::isfinite(number)) return fail_at(start, "this number is too large");
    return Value::number(number);
  }

  auto string() -> Result<std::string> {
    size_t start = pos_++;
    std::string out;
    for (;;) {
      size_t end = pos_;
      while (end < text_.size() && text_[end] != '"' && text_[end] != '\\' &&
             static_cast<unsigned char>(text_[end]) >= 0x20) {
        ++end;
      }
      out += text_.substr(pos_, end - pos_);
      pos_ = end;
      if (pos_ >= text_.size()) return fail_at(start, "this string has no end");
      if (text_[pos_] == '"') break;
      if (text_[pos_] != '\\')
        return fail_at(pos_, "a control character in a string is written as an escape");
      TRY_VOID(escape(out));
    }
    ++pos_;
    return out;
  }

  auto escape(std::string& out) -> Result<void> {
    size_t start = pos_++;
    char c = pos_ < text_.size() ? text_[pos_++] : '\0';
    static constexpr std::string_view kFrom = "\"\\/bfnrt";
    static constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
    if (size_t at = kFrom.find(c); c != '\0' && at != std::string_view::npos) {
      out += kTo[at];
      return {};
    }
    if (c != 'u') return fail_at(start, "there is no such escape");
    TRY(unit, code_unit(start));
    char32_t code = unit;
    if (unit >= 0xD800 && unit < 0xDC00 && take_word("\\u")) {
      TRY(low, code_unit(start));
      if (low < 0xDC00 || low > 0xDFFF) return fail_at(start, "half of a surrogate pair");
      code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    } else if (unit >= 0xD800 && unit <= 0xDFFF) {
      return fail_at(start, "half of a surrogate pair");
    }
    append_utf8(out, code);
    return {};
  }

  auto code_unit(size_t start) -> Result<uint32_t> {
    uint32_t unit = 0;
    auto digits = text_.substr(std::min(pos_, text_.size()), 4);
    auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (error != std::errc() || digits.size() < 4 || stop != digits.data() + 4) {
      return fail_at(start, "`\\u` takes four hex digits");
    }
    pos_ += 4;
    return unit;
  }

  std::string_view text_;
  size_t pos_ = 0;
};

}  // namespace

auto to_json(const Value& value, const JsonStyle& style) -> std::string {
  JsonWriter writer(style);
  writer.value(value, 0);
  return writer.take();
}

auto from_json(std::string_view text) -> Result<Value> {
  if (text.size() > kMaxSize) return fail(Code::kInvalid, "this JSON is larger than 16 MiB");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (size_t bad = first_invalid_utf8(text); bad != std::string_view::npos) {
    return fail(Code::kInvalid, "byte " + std::to_string(bad + 1) + " of the JSON is not UTF-8");
  }
  return JsonReader(text).document();
}

}  // namespace weft
