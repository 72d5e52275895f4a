// What `--help` prints.
#pragma once

#include <string>

#include "engine/cli/verb.h"

namespace weft::cli {

[[nodiscard]] auto main_help() -> std::string;
[[nodiscard]] auto verb_help(const Verb& verb) -> std::string;
// "weft plan [OPTIONS]", "weft state show ADDRESS [@VERSION]"
[[nodiscard]] auto usage(const Verb& verb) -> std::string;
// The verbs of a family ("state"): their names and what they do.
[[nodiscard]] auto family_help(std::string_view family) -> std::string;

}  // namespace weft::cli
