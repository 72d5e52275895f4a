#include "lang/os/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace weft {

namespace {
constexpr uint32_t kNarrowest = 60;
constexpr uint32_t kWidest = 120;

auto is_utf8_locale(std::string name) -> bool {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name.find("utf-8") != std::string::npos || name.find("utf8") != std::string::npos;
}
}  // namespace

auto is_terminal(int fd) -> bool { return isatty(fd) == 1; }

auto terminal_size(int fd) -> std::optional<TerminalSize> {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return TerminalSize{.columns = size.ws_col, .rows = size.ws_row};
}

auto drawing_width(std::optional<TerminalSize> size) -> uint32_t {
  if (!size) return 0;
  return std::clamp(size->columns, kNarrowest, kWidest);
}

auto use_color(ColorFlag flag, const Environment& environment, bool stream_is_terminal) -> bool {
  if (flag != ColorFlag::kNone) return flag == ColorFlag::kAlways;
  if (!environment.get("NO_COLOR").empty()) return false;
  std::string force = environment.get("CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  if (environment.get("CLICOLOR") == "0" || environment.get("TERM") == "dumb") return false;
  return stream_is_terminal;
}

auto use_ascii(bool flag, const Environment& environment) -> bool {
  if (flag || environment.get("WEFT_ASCII") == "1") return true;
  for (std::string_view name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string locale = environment.get(name);
    if (!locale.empty()) return !is_utf8_locale(locale);
  }
  return true;
}

auto in_ci(const Environment& environment) -> bool { return !environment.get("CI").empty(); }

auto progress_named(std::string_view name) -> std::optional<Progress> {
  if (name == "live") return Progress::kLive;
  if (name == "plain") return Progress::kPlain;
  if (name == "none") return Progress::kNone;
  return std::nullopt;
}

auto progress_choice(std::optional<Progress> flag, const Environment& environment, bool stderr_is_terminal)
    -> Progress {
  if (flag) return *flag;
  if (auto wanted = progress_named(environment.get("WEFT_PROGRESS"))) return *wanted;
  bool live = stderr_is_terminal && environment.get("TERM") != "dumb" && !in_ci(environment);
  return live ? Progress::kLive : Progress::kPlain;
}

auto may_prompt(bool stdin_is_terminal, bool stderr_is_terminal, bool no_input_flag,
                const Environment& environment) -> bool {
  return stdin_is_terminal && stderr_is_terminal && !no_input_flag && !in_ci(environment);
}

}  // namespace weft
