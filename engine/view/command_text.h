// Commands that a text tells people to type, for the environment that they are in: without it they would reach `default`.
#pragma once

#include <string>
#include <string_view>

namespace weft::draw {

// Every `weft VERB` of the text whose verb has environments becomes `weft VERB --env ENVIRONMENT`; the text as it is for
// `default` (or nothing), and where a command's line names an environment already.
[[nodiscard]] auto with_environment(std::string_view text, std::string_view environment) -> std::string;

}  // namespace weft::draw
