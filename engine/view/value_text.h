// One value on one line, as plans, tables and messages show it: what is secret stays hidden, what is unknown says where
// it will come from, what is long is cut with its size.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/view/look.h"
#include "lang/value/path.h"
#include "lang/value/value.h"

namespace weft::draw {

// Where unknown values come from: turns the origin "nat[us-east-2c].NatGatewayId" into the address "nat[us-east-2c]".
using OriginName = std::function<std::string(std::string_view origin)>;

struct ValueStyle {
  size_t most = 200;        // characters, roughly; 0: everything
  OriginName origin = {};
};

// "text" with the language's escapes.
[[nodiscard]] auto quoted(std::string_view text) -> std::string;
// (known after vpc, starts with "vpc-")
[[nodiscard]] auto unknown_text(const Unknown& facts, const ValueStyle& style = {}) -> std::string;
[[nodiscard]] auto value_text(const Value& value, const ValueStyle& style = {}) -> std::string;
// Whether the bytes are text: UTF-8 without NUL. Control characters in it are shown as escapes.
[[nodiscard]] auto is_text(std::string_view bytes) -> bool;
// "(12.4 KiB, sha256 9f31c7a2…)"
[[nodiscard]] auto binary_text(std::string_view bytes) -> std::string;
// A scalar that fits a line well: no object, list, or long text.
[[nodiscard]] auto is_short(const Value& value) -> bool;

}  // namespace weft::draw
