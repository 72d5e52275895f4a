#include "engine/addr/scan.h"

#include <algorithm>
#include <charconv>

#include "lang/base/text.h"
#include "lang/value/json.h"

namespace weft::addr {
namespace {

auto is_digit(char c) -> bool { return c >= '0' && c <= '9'; }
auto is_name_start(char c) -> bool { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// White_Space and Cc of Unicode.
auto is_space_or_control(char32_t c) -> bool {
  return c <= 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
         c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

// A key that reads as an int stands in quotes when it is a string, so that w["-1"] and w[-1] stay apart too.
auto reads_as_int(std::string_view key) -> bool {
  if (key.starts_with('-')) key.remove_prefix(1);
  return !key.empty() && std::all_of(key.begin(), key.end(), is_digit);
}

}  // namespace

auto needs_quotes(std::string_view key) -> bool {
  if (key.empty() || key == "*" || reads_as_int(key)) return true;
  for (size_t at = 0; at < key.size();) {
    char32_t c = next_code_point(key, at);
    if (is_space_or_control(c) || c == '[' || c == ']' || c == '"' || c == '\\' || c == '#') return true;
  }
  return false;
}

auto Scanner::begin() const -> Result<void> {
  if (text_.empty()) return fail(Code::kInvalid, "an empty " + std::string(what_));
  if (text_.size() > kMostBytes) return fail(Code::kInvalid, "an " + std::string(what_) + " of more than 64 KiB");
  if (first_invalid_utf8(text_) != std::string_view::npos) return fail(Code::kInvalid, "text that is not UTF-8");
  return {};
}

auto Scanner::take(char c) -> bool {
  if (done() || text_[at_] != c) return false;
  ++at_;
  return true;
}

auto Scanner::name() -> Result<std::string_view> {
  size_t from = at_;
  if (done() || !is_name_start(text_[at_])) return unexpected("a name");
  while (!done() && (is_name_start(text_[at_]) || is_digit(text_[at_]))) ++at_;
  return text_.substr(from, at_ - from);
}

auto Scanner::key() -> Result<std::optional<Key>> {
  if (!done() && text_[at_] == '"') {
    TRY(key, quoted_key());
    if (!take(']')) return unexpected("`]`");
    return key;
  }
  size_t end = text_.find(']', at_);
  if (end == std::string_view::npos) return refuse("a `[` without its `]`", {});
  auto inside = text_.substr(at_, end - at_);
  if (inside == "*") {
    at_ = end + 1;
    return std::nullopt;
  }
  TRY(key, plain_key(inside));
  at_ = end + 1;
  return key;
}

auto Scanner::quoted_key() -> Result<Key> {
  size_t end = at_ + 1;
  while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
  if (end >= text_.size()) return refuse("a quoted key without its closing quote", {});
  auto value = from_json(text_.substr(at_, end + 1 - at_));
  if (!value || !value->is(ValueKind::kString)) {
    return refuse("a quoted key that is no JSON string", "escapes are those of JSON: \\\" \\\\ \\n \\u0000");
  }
  at_ = end + 1;
  return Key(std::string(value->as_string()));
}

auto Scanner::plain_key(std::string_view text) const -> Result<Key> {
  if (reads_as_int(text)) {
    int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && std::to_string(number) == text) return number;
    return refuse("the key `" + std::string(text) + "`, which is no int", "a string of digits stands in quotes: [\"" + std::string(text) + "\"]");
  }
  if (needs_quotes(text)) {
    return refuse("the key `" + std::string(text) + "` without quotes", "write it as a JSON string: [" + json_quote(text) + "]");
  }
  return std::string(text);
}

auto Scanner::unexpected(std::string_view wanted) const -> std::unexpected<Failure> {
  if (done()) return refuse("nothing where " + std::string(wanted) + " should stand", {});
  size_t at = at_;
  next_code_point(text_, at);
  return refuse("`" + std::string(text_.substr(at_, at - at_)) + "` where " + std::string(wanted) + " should stand", {});
}

auto Scanner::refuse(std::string_view seen, std::string hint) const -> std::unexpected<Failure> {
  std::string shown(text_.substr(0, 200));
  if (hint.empty()) hint = what_ == "address" ? "an address looks like subnet[us-east-2a] or network.vpc" : "a selector looks like subnet[*] or network.*";
  return fail(Code::kInvalid, "`" + shown + "` is no " + std::string(what_) + ": " + std::string(seen), std::move(hint));
}

}  // namespace weft::addr
