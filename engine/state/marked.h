// Values in which secrets are replaced by what may be kept: {"$sealed": bytes}, {"$digest": bytes}. No value of the
// language can look like that, because none holds bytes.
#pragma once

#include <functional>
#include <string_view>

#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft::state {

[[nodiscard]] auto marked(std::string_view mark, std::string_view bytes) -> Value;
// The bytes of {mark: bytes}, or null.
[[nodiscard]] auto marked_bytes(const Value& value, std::string_view mark) -> const Value*;

// A copy with every secret-marked node (the outermost) replaced. `path` is where it stands: `attribute`, then the members
// and positions inside; the elements of a set have no position ([*]), for their order may change with what replaces them.
[[nodiscard]] auto replace_secrets(const Value& value, std::string_view attribute, const std::function<Value(const Value& secret, std::string_view path)>& with) -> Value;
// A copy with every {mark: bytes} replaced; the first failure ends it.
[[nodiscard]] auto replace_marked(const Value& value, std::string_view mark, std::string_view attribute,
                                  const std::function<Result<Value>(std::string_view bytes, std::string_view path)>& with) -> Result<Value>;

}  // namespace weft::state
