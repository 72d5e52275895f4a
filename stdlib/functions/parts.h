// What the topics share. Part of this room only; the door is library.h.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/base/result.h"
#include "lang/value/function.h"
#include "lang/value/path.h"
#include "lang/value/value.h"

namespace weft::functions {

using Rows = std::span<const Function>;

[[nodiscard]] auto core_rows() -> Rows;
[[nodiscard]] auto number_rows() -> Rows;
[[nodiscard]] auto text_rows() -> Rows;
[[nodiscard]] auto format_rows() -> Rows;
[[nodiscard]] auto list_rows() -> Rows;
[[nodiscard]] auto list_extra_rows() -> Rows;
[[nodiscard]] auto map_rows() -> Rows;
[[nodiscard]] auto set_rows() -> Rows;
[[nodiscard]] auto encoding_rows() -> Rows;
[[nodiscard]] auto csv_rows() -> Rows;
[[nodiscard]] auto yaml_rows() -> Rows;
[[nodiscard]] auto digest_rows() -> Rows;
[[nodiscard]] auto regex_rows() -> Rows;
[[nodiscard]] auto time_rows() -> Rows;
[[nodiscard]] auto net_rows() -> Rows;
[[nodiscard]] auto file_rows() -> Rows;
[[nodiscard]] auto convert_rows() -> Rows;
[[nodiscard]] auto version_rows() -> Rows;

inline constexpr size_t kMaxText = size_t{16} << 20;
inline constexpr size_t kMaxElements = 1'000'000;

// "`number.parse`: …": what a function says when its arguments make no sense.
[[nodiscard]] auto refused(std::string_view function, std::string_view text) -> std::unexpected<Failure>;
// A text argument as messages show it: in quotes, cut when it is long.
[[nodiscard]] auto quoted(std::string_view text) -> std::string;
// The same of any value.
[[nodiscard]] auto shown(const Value& value) -> std::string;
[[nodiscard]] auto shown(const Path& path) -> std::string;
// A text argument that is a path of attributes.
[[nodiscard]] auto path_argument(std::string_view function, const Value& text) -> Result<Path>;
// "an int", "a string", "null".
[[nodiscard]] auto a_kind(const Value& value) -> std::string;
// The text as a value, or that it is larger than 16 MiB.
[[nodiscard]] auto bounded(std::string_view function, std::string text) -> Result<Value>;
// Whether written out the value would certainly take more than 16 MiB. Values are shared, so a short program
// can make a very long text of them; encoders ask before they write.
[[nodiscard]] auto is_too_large(const Value& value) -> bool;
// An argument that must not be negative and not above `most`.
[[nodiscard]] auto count(std::string_view function, std::string_view parameter, const Value& value,
                         int64_t most) -> Result<size_t>;
// A result that nobody can know yet, of the caller's type; it comes from where the first unknown argument
// comes from.
[[nodiscard]] auto unknown_result(const Arguments& arguments, Unknown facts = {}) -> Value;
[[nodiscard]] auto texts(const Value& list) -> std::vector<std::string>;
[[nodiscard]] auto text_list(const std::vector<std::string>& texts) -> Value;
// The string or int at the path in an element, as text: what `map.by` and `map.group` make their keys of.
[[nodiscard]] auto key_at(std::string_view function, const Value& element, const Path& path)
    -> Result<std::string>;

// For functions that move elements about without looking into them: `run` sees elements that are unknown, but
// no argument that is unknown as a whole.
template <auto run>
auto moving(const Arguments& arguments) -> Result<Value> {
  for (const auto& value : arguments.values) {
    if (value.is_unknown()) return unknown_result(arguments);
  }
  return run(arguments);
}

}  // namespace weft::functions
