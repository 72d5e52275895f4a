// What the streams are, and what follows for colour, ASCII, width, the live view and questions (docs: what people
// see, rules for machines). The rules are plain functions of facts; only the first two look at the world.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lang/os/env.h"

namespace weft {

struct TerminalSize {
  uint32_t columns = 0;
  uint32_t rows = 0;
};

[[nodiscard]] auto is_terminal(int fd) -> bool;
// Nothing when `fd` is no terminal or does not say.
[[nodiscard]] auto terminal_size(int fd) -> std::optional<TerminalSize>;

// Columns to draw in: the terminal's, between 60 and 120; 0 (nothing is cut or wrapped) without one.
[[nodiscard]] auto drawing_width(std::optional<TerminalSize> size) -> uint32_t;

enum class ColorFlag : uint8_t { kNone, kAlways, kNever };
// The first that applies: the flag, NO_COLOR, CLICOLOR_FORCE, CLICOLOR=0 or TERM=dumb, then whether that very
// stream is a terminal.
[[nodiscard]] auto use_color(ColorFlag flag, const Environment& environment, bool stream_is_terminal) -> bool;

// The flag, WEFT_ASCII=1, or a locale (LC_ALL, LC_CTYPE, LANG: the first that is not empty) that is not UTF-8.
[[nodiscard]] auto use_ascii(bool flag, const Environment& environment) -> bool;

// CI is set to something.
[[nodiscard]] auto in_ci(const Environment& environment) -> bool;

enum class Progress : uint8_t { kLive, kPlain, kNone };
// "live", "plain", "none"; anything else is nothing.
[[nodiscard]] auto progress_named(std::string_view name) -> std::optional<Progress>;
// The flag, then WEFT_PROGRESS, then live on a terminal that can and outside CI, else plain.
[[nodiscard]] auto progress_choice(std::optional<Progress> flag, const Environment& environment,
                                   bool stderr_is_terminal) -> Progress;

// Whether a question may be asked: a terminal at both ends, nobody's CI, not forbidden.
[[nodiscard]] auto may_prompt(bool stdin_is_terminal, bool stderr_is_terminal, bool no_input_flag,
                              const Environment& environment) -> bool;

}  // namespace weft
