// What the operating system refused, as a Failure.
#pragma once

#include <string>
#include <string_view>

#include "lang/base/result.h"

namespace weft {

// `error` is an errno. "reading a/b: no such file or directory", with the code that fits.
[[nodiscard]] auto os_failure(int error, std::string_view doing) -> Failure;
// "no such file or directory"
[[nodiscard]] auto os_error_text(int error) -> std::string;

}  // namespace weft
