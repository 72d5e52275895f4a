#include "engine/view/html.h"

#include <fmt/format.h>

#include "engine/view/look.h"

namespace weft::draw {

auto html_escape(std::string_view text) -> std::string {
  std::string clean = without_controls(text);
  std::string out;
  out.reserve(clean.size());
  for (char c : clean) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

auto palette() -> std::string_view {
  return R"(:root{--paper:#fbfbf9;--sheet:#fff;--ink:#1d2430;--soft:#5c6675;--line:#dfe2e6;--edge:#b3bac4;--accent:#2f6fde;
--create:#1f8a4c;--update:#b07a00;--replace:#c2362b;--destroy:#c2362b;--state:#5b6b8c;--fresh:#8a93a1;--ok:#4a7d64;--wash:#f1f3f5}
@media(prefers-color-scheme:dark){:root{--paper:#14171c;--sheet:#1b1f26;--ink:#e4e8ee;--soft:#98a2b1;--line:#2c323c;--edge:#4a5361;
--accent:#76a5ff;--create:#57c98a;--update:#e0b04a;--replace:#f07a6f;--destroy:#f07a6f;--state:#93a5c9;--fresh:#7b8594;--ok:#7fb89a;--wash:#232831}}
)";
}

auto html_page(std::string_view title, std::string_view style, std::string_view body, std::string_view script) -> std::string {
  std::string out = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                    // The page neither loads nor sends anything.
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
                    "script-src 'unsafe-inline'; img-src data:\">\n";
  out += fmt::format("<title>{}</title>\n<style>\n{}{}</style>\n</head>\n<body>\n{}", html_escape(title), palette(), style, body);
  if (!script.empty()) out += fmt::format("<script>\n{}</script>\n", script);
  return out + "</body>\n</html>\n";
}

auto script_json(std::string json) -> std::string {
  // `</script>` and `<!--` inside a string would end the element.
  std::string out;
  out.reserve(json.size());
  for (char c : json) {
    if (c == '<') out += "\\u003c";
    else out += c;
  }
  return out;
}

}  // namespace weft::draw
