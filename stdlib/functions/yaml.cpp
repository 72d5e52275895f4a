// yaml.*: decoding is in yaml_decode.cpp, writing here.
#include <algorithm>

#include "lang/base/text.h"
#include "lang/value/json.h"
#include "stdlib/functions/parts.h"
#include "stdlib/functions/yaml_decode.h"
#include "stdlib/functions/yaml_scalar.h"

namespace weft::functions {

namespace {

// Block style as `kubectl` writes it: lists are not indented below their key.
class Writer {
 public:
  auto document(const Value& value) -> Result<std::string> {
    if (is_too_large(value)) return refused("yaml.encode", "the result is larger than 16 MiB");
    if (is_block(value)) {
      block(value, 0, false);
    } else {
      inline_value(value, 0);
      out_ += '\n';
    }
    if (too_large()) return refused("yaml.encode", "the result is larger than 16 MiB");
    return std::move(out_);
  }

 private:
  [[nodiscard]] auto too_large() const -> bool { return out_.size() > kMaxText; }
  static auto is_block(const Value& value) -> bool {
    return (value.is(ValueKind::kObject) || value.is(ValueKind::kList) || value.is(ValueKind::kSet)) &&
           value.length() > 0;
  }
  void spaces(size_t level) { out_.append(2 * level, ' '); }

  // `started`: the first line's beginning ("- ") is written already.
  void block(const Value& value, size_t level, bool started) {
    if (too_large()) return;
    if (value.is(ValueKind::kObject)) {
      for (const auto& [key, member] : value.fields()) {
        if (!started) spaces(level);
        started = false;
        out_ += scalar_text(key.view());
        out_ += ':';
        if (!is_block(member)) {
          out_ += ' ';
          inline_value(member, level);
          out_ += '\n';
        } else {
          out_ += '\n';
          block(member, member.is(ValueKind::kObject) ? level + 1 : level, false);
        }
        if (too_large()) return;
      }
      return;
    }
    for (const auto& element : value.elements()) {
      if (!started) spaces(level);
      started = false;
      out_ += "- ";
      if (is_block(element)) {
        block(element, level + 1, true);
      } else {
        inline_value(element, level);
        out_ += '\n';
      }
      if (too_large()) return;
    }
  }

  void inline_value(const Value& value, size_t level) {
    switch (value.kind()) {
      case ValueKind::kString: return text(value.as_string(), level);
      case ValueKind::kObject: out_ += "{}"; return;
      case ValueKind::kList:
      case ValueKind::kSet: out_ += "[]"; return;
      case ValueKind::kDuration:
      case ValueKind::kSize: out_ += scalar_text(*weft::template_text(value)); return;
      default: out_ += to_json(value); return;
    }
  }

  static auto scalar_text(std::string_view text) -> std::string {
    return may_be_plain(text) ? std::string(text) : quoted_scalar(text);
  }

  // A JSON string is a YAML one, but for the few characters that JSON does not escape and YAML does not take.
  static auto quoted_scalar(std::string_view text) -> std::string {
    auto json = json_quote(text);
    bool ascii = std::ranges::all_of(json, [](char c) { return c < 0x7F && c >= 0; });
    if (ascii) return json;
    std::string out;
    for (size_t pos = 0; pos < json.size();) {
      size_t start = pos;
      char32_t code = next_code_point(json, pos);
      bool unprintable = code == 0x7F || (code >= 0x80 && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
                         code == 0xFEFF || code == 0xFFFE || code == 0xFFFF;
      if (!unprintable) {
        out += json.substr(start, pos - start);
        continue;
      }
      static constexpr std::string_view kHex = "0123456789abcdef";
      out += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(code >> shift) & 15];
    }
    return out;
  }

  // Texts of several lines as a literal block, where nothing in them could be read otherwise.
  static auto may_be_literal(std::string_view text) -> bool {
    if (text.find('\n') == std::string_view::npos ||
        std::string_view("\n \t").find(text.front()) != std::string_view::npos)
      return false;
    for (size_t pos = 0; pos < text.size();) {
      char32_t code = next_code_point(text, pos);
      bool printable = code == '\n' || code == '\t' || (code >= 0x20 && code < 0x7F) ||
                       (code >= 0xA0 && code < 0xD800 && code != 0x2028 && code != 0x2029);
      if (!printable) return false;
    }
    return true;
  }

  void text(std::string_view text, size_t level) {
    if (!may_be_literal(text)) {
      out_ += scalar_text(text);
      return;
    }
    bool ends = text.ends_with('\n');
    bool more = text.ends_with("\n\n");
    out_ += more ? "|+" : ends ? "|" : "|-";
    auto lines = ends ? text.substr(0, text.size() - 1) : text;
    for (auto line : weft::split(lines, '\n')) {
      out_ += '\n';
      if (!line.empty()) spaces(level + 1);
      out_ += line;
    }
  }

  std::string out_;
};

auto encode(const Arguments& arguments) -> Result<Value> {
  TRY(out, Writer().document(arguments[0]));
  return Value::string(out);
}

auto decode(const Arguments& arguments) -> Result<Value> {
  auto documents = yaml_documents(arguments[0].as_string());
  if (!documents) return refused("yaml.decode", documents.error().text);
  if (documents->size() > 1) {
    return refused("yaml.decode", "there are " + counted(documents->size(), "document") +
                                      "; `yaml.decode_all` reads several");
  }
  return documents->empty() ? Value::null() : documents->front();
}

auto decode_all(const Arguments& arguments) -> Result<Value> {
  auto documents = yaml_documents(arguments[0].as_string());
  if (!documents) return refused("yaml.decode_all", documents.error().text);
  return Value::list(std::move(*documents));
}

constexpr Function kRows[] = {
    {.name = "yaml.encode",
     .signature = "(value: any) -> string",
     .text = "The value as a YAML document in block style, keys in order; quotes stand wherever YAML 1.1 or "
             "1.2 would read a text as "
             "something else.",
     .example = "yaml.encode({ name = \"web\", on = \"yes\", ports = [80] })",
     .result = "\"name: web\\n\\\"on\\\": \\\"yes\\\"\\nports:\\n- 80\\n\"",
     .run = encode},
    {.name = "yaml.decode",
     .signature = "(text: string) -> any",
     .text = "The value of a YAML document: scalars by YAML 1.2, so `yes` and `on` are texts; `0644` is "
             "octal; aliases and `<<` are "
             "followed. At most 64 levels and 16 MiB.",
     .example = "yaml.decode(\"a: [1, yes]\")",
     .result = "{ a = [1, \"yes\"] }",
     .run = decode},
    {.name = "yaml.decode_all",
     .signature = "(text: string) -> list<any>",
     .text = "The values of all the documents in a YAML text, which `---` separates.",
     .example = "yaml.decode_all(\"a: 1\\n---\\nb: 2\\n\")",
     .result = "[{ a = 1 }, { b = 2 }]",
     .run = decode_all},
};

}  // namespace

auto yaml_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
