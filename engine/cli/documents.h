// Drawings that go into a file beside the text: --html, --svg, --sarif, --junit.
#pragma once

#include <string>
#include <string_view>

#include "engine/cli/session.h"

namespace weft::cli {

// Whole or not at all. A failure has been told.
[[nodiscard]] auto write_document(Session& session, const std::string& file, std::string_view text) -> bool;

// Before anything is done of which it would tell. A failure has been told.
[[nodiscard]] auto may_write_document(Session& session, const std::string& file) -> bool;

}  // namespace weft::cli
