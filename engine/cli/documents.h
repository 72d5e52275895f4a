// Drawings that go into a file beside the text: --html, --svg, --sarif, --junit.
#pragma once

#include <string>
#include <string_view>

#include "engine/cli/session.h"

namespace weft::cli {

// Whole or not at all. A failure has been told.
[[nodiscard]] auto write_document(Session& session, const std::string& file, std::string_view text) -> bool;

}  // namespace weft::cli
