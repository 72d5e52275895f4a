#include "engine/view/command_text.h"

#include "lang/base/text.h"

namespace weft::draw {

namespace {

// The verbs that know an environment and are named in what is printed.
constexpr std::string_view kVerbs[] = {"adopt",        "apply",         "destroy",       "drift",      "forget",       "output",     "plan",
                                       "recover",      "state backup",  "state compact", "state heal", "state history", "state list", "state mv",
                                       "state show",   "state verify",  "unlock",        "why"};
constexpr std::string_view kProgram = "weft ";

auto is_word(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/';
}

// The verb that `text` begins with; empty: none of them.
auto verb_of(std::string_view text) -> std::string_view {
  for (std::string_view verb : kVerbs) {
    if (text.starts_with(verb) && (text.size() == verb.size() || !is_word(text[verb.size()]))) return verb;
  }
  return {};
}

}  // namespace

auto with_environment(std::string_view text, std::string_view environment) -> std::string {
  if (environment.empty() || environment == "default") return std::string(text);
  std::string out;
  for (size_t pos = 0; pos < text.size();) {
    size_t at = text.find(kProgram, pos);
    if (at == std::string_view::npos) {
      out += text.substr(pos);
      break;
    }
    size_t after = at + kProgram.size();
    std::string_view verb = at > 0 && is_word(text[at - 1]) ? std::string_view() : verb_of(text.substr(after));
    after += verb.size();
    out += text.substr(pos, after - pos);
    std::string_view rest = text.substr(after);
    rest = rest.substr(0, rest.find('\n'));
    if (!verb.empty() && rest.find(" --env ") == std::string_view::npos) out += " --env " + shell_quote(environment);
    pos = after;
  }
  return out;
}

}  // namespace weft::draw
