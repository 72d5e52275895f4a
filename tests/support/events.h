// What `--json` printed, as values.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "lang/base/text.h"
#include "lang/value/json.h"

namespace weft::test {

inline auto text_at(const Value& object, std::string_view name) -> std::string {
  const Value* value = object.get(name);
  return value != nullptr && value->is(ValueKind::kString) ? std::string(value->as_string()) : std::string();
}

// Every line is one object; anything else fails the test.
inline auto events(const std::string& lines) -> std::vector<Value> {
  std::vector<Value> out;
  for (std::string_view line : split(lines, '\n')) {
    if (line.empty()) continue;
    auto event = from_json(line);
    if (event && event->is(ValueKind::kObject)) out.push_back(*event);
    else ADD_FAILURE() << "no JSON object: " << line;
  }
  return out;
}

// Those whose `type` is so.
inline auto events_of(const std::string& lines, std::string_view type) -> std::vector<Value> {
  std::vector<Value> out;
  for (Value& event : events(lines)) {
    if (text_at(event, "type") == type) out.push_back(std::move(event));
  }
  return out;
}

}  // namespace weft::test
