#include "engine/view/json_text.h"

#include "lang/base/text.h"
#include "lang/value/json.h"

namespace weft::draw {

auto JsonObject::raw(std::string_view key, std::string_view json) -> JsonObject& {
  if (!members_.empty()) members_ += ',';
  members_ += json_quote(key);
  members_ += ':';
  members_ += json;
  return *this;
}

auto JsonObject::add(std::string_view key, std::string_view value) -> JsonObject& { return raw(key, json_quote(value)); }

auto JsonObject::add_list(std::string_view key, std::span<const std::string> values) -> JsonObject& {
  JsonList list;
  for (const std::string& value : values) list.add(json_quote(value));
  return raw(key, list.text());
}

auto JsonObject::add_value(std::string_view key, const Value& value, std::string_view secret_word) -> JsonObject& {
  return raw(key, to_json(value, {.escape_dollar = true, .secret_word = secret_word}));
}

auto JsonObject::append_members(std::string_view members) -> JsonObject& {
  if (members.empty()) return *this;
  if (!members_.empty()) members_ += ',';
  members_ += members;
  return *this;
}

auto JsonList::add(std::string_view json) -> JsonList& {
  if (!elements_.empty()) elements_ += ',';
  elements_ += json;
  return *this;
}

}  // namespace weft::draw
