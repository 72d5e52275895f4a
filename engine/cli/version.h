// What this program is.
#pragma once

#include <string>
#include <string_view>

namespace weft::cli {

[[nodiscard]] auto program_version() -> std::string_view;  // "0.1.0"
[[nodiscard]] auto program_commit() -> std::string_view;   // "3f9c2ab"
[[nodiscard]] auto platform() -> std::string;              // "linux x86_64"

}  // namespace weft::cli
