// What the pages share: escaping, the frame, colours for light and dark. No page asks for anything outside itself.
#pragma once

#include <string>
#include <string_view>

namespace weft::draw {

// For text and attribute values in HTML and SVG.
[[nodiscard]] auto html_escape(std::string_view text) -> std::string;
// A whole document. `style` and `script` are put in as they are.
[[nodiscard]] auto html_page(std::string_view title, std::string_view style, std::string_view body, std::string_view script) -> std::string;
// Custom properties (--ink, --paper, --create …) for both colour schemes.
[[nodiscard]] auto palette() -> std::string_view;
// JSON that may stand inside a <script> element.
[[nodiscard]] auto script_json(std::string json) -> std::string;

}  // namespace weft::draw
