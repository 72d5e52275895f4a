#include "engine/view/value_text.h"

#include <fmt/format.h>

#include "engine/view/words.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"

namespace weft::draw {

namespace {

// Writes values until the budget is spent, then closes what is open.
class Writer {
 public:
  explicit Writer(const ValueStyle& style) : style_(style) {}
  auto take() -> std::string { return std::move(out_); }

  void value(const Value& value) {
    if (value.secret()) {
      out_ += "(secret)";
      return;
    }
    switch (value.kind()) {
      case ValueKind::kString: text(value.as_string()); break;
      case ValueKind::kBytes: out_ += binary_text(value.as_string()); break;
      case ValueKind::kUnknown: out_ += unknown_text(value.facts(), style_); break;
      case ValueKind::kList:
      case ValueKind::kSet: list(value); break;
      case ValueKind::kObject: object(value); break;
      default: out_ += display_text(value);
    }
  }

 private:
  [[nodiscard]] auto spent() const -> bool { return style_.most != 0 && out_.size() >= style_.most; }

  void text(std::string_view bytes) {
    if (first_invalid_utf8(bytes) != std::string_view::npos) {
      out_ += binary_text(bytes);
      return;
    }
    size_t room = style_.most == 0 ? bytes.size() : style_.most;
    if (bytes.size() <= room) {
      out_ += quoted(bytes);
      return;
    }
    size_t end = 0;
    while (end < room) (void)next_code_point(bytes, end);
    std::string shown = quoted(bytes.substr(0, end));
    shown.pop_back();
    out_ += fmt::format("{}…\" ({})", shown, draw::bytes(bytes.size()));
  }

  void list(const Value& value) {
    out_ += '[';
    size_t n = 0;
    for (const Value& element : value.elements()) {
      if (spent()) {
        out_ += fmt::format("{}… {} more", n == 0 ? "" : ", ", value.length() - n);
        break;
      }
      if (n++ > 0) out_ += ", ";
      this->value(element);
    }
    out_ += ']';
  }

  void object(const Value& value) {
    if (value.length() == 0) {
      out_ += "{}";
      return;
    }
    out_ += "{ ";
    size_t n = 0;
    for (const Field& field : value.fields()) {
      if (spent()) {
        out_ += fmt::format("{}… {} more", n == 0 ? "" : ", ", value.length() - n);
        break;
      }
      if (n++ > 0) out_ += ", ";
      out_ += key(field.key.view());
      out_ += " = ";
      this->value(field.value);
    }
    out_ += " }";
  }

  static auto key(std::string_view name) -> std::string {
    bool plain = !name.empty() && (name[0] < '0' || name[0] > '9');
    for (char c : name) {
      plain = plain && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
    }
    return plain ? std::string(name) : quoted(name);
  }

  const ValueStyle& style_;
  std::string out_;
};

}  // namespace

auto quoted(std::string_view text) -> std::string {
  std::string out = "\"";
  for (char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: out += c;
    }
  }
  return without_controls(out) + "\"";
}

auto unknown_text(const Unknown& facts, const ValueStyle& style) -> std::string {
  std::string origin = facts.origin.str();
  if (style.origin && !origin.empty()) origin = style.origin(origin);
  std::string out = origin.empty() ? "(known during the apply" : fmt::format("(known after {}", origin);
  if (!facts.prefix.empty()) out += fmt::format(", starts with {}", quoted(facts.prefix.view()));
  return out + ")";
}

auto value_text(const Value& value, const ValueStyle& style) -> std::string {
  Writer writer(style);
  writer.value(value);
  return writer.take();
}

auto is_text(std::string_view bytes) -> bool {
  return bytes.find('\0') == std::string_view::npos && first_invalid_utf8(bytes) == std::string_view::npos;
}

auto binary_text(std::string_view bytes) -> std::string {
  return fmt::format("({}, sha256 {}…)", draw::bytes(bytes.size()), hex(view(sha256(bytes)).substr(0, 4)));
}

auto is_short(const Value& value) -> bool {
  if (value.secret() || value.is_unknown() || value.is_null()) return false;
  if (value.is(ValueKind::kString)) {
    return value.as_string().size() <= 48 && value.as_string().find('\n') == std::string_view::npos;
  }
  return value.is(ValueKind::kBool) || value.is(ValueKind::kInt) || value.is(ValueKind::kNumber) ||
         value.is(ValueKind::kDuration) || value.is(ValueKind::kSize);
}

}  // namespace weft::draw
