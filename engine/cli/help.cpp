#include "engine/cli/help.h"

#include <algorithm>

#include <fmt/format.h>

#include "lang/base/text.h"

namespace weft::cli {

namespace {

constexpr size_t kLabel = 11;   // columns of the rows' labels
constexpr size_t kWidth = 80;
constexpr size_t kExample = 36;

auto option_text(const Option& option) -> std::string {
  return option.value.empty() ? std::string(option.name) : fmt::format("{} {}", option.name, option.value);
}

// Words from column `at` on, further lines from column `hang` on.
auto wrapped(std::string_view text, size_t at, size_t hang) -> std::string {
  std::string out;
  size_t column = at;
  bool first = true;
  for (std::string_view word : split(text, ' ')) {
    size_t wide = display_width(word);
    if (!first && column + 1 + wide > kWidth) {
      out += "\n" + std::string(hang, ' ');
      column = hang;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += wide;
    first = false;
  }
  return out;
}

void option_rows(const Verb& verb, std::string& out) {
  std::string line;
  auto finish = [&] {
    if (!line.empty()) out += line + "\n";
    line.clear();
  };
  for (const OptionRow& row : verb.options) {
    if (row.label.empty()) continue;  // said elsewhere in the help
    size_t beside = row.label.size() + 5;
    for (const Option& option : row.options) beside += option_text(option).size() + 2;
    if (row.beside && !line.empty() && display_width(line) + beside - 2 <= kWidth) {
      line += fmt::format("   {}  ", row.label);
    } else {
      finish();
      line = fmt::format("{:<{}}", row.label, kLabel);
    }
    bool first = true;
    for (const Option& option : row.options) {
      std::string text = option_text(option);
      if (!first && display_width(line) + 2 + text.size() > kWidth) {
        finish();
        line = std::string(kLabel, ' ');
        first = true;
      }
      if (!first) line += "  ";
      line += text;
      first = false;
    }
  }
  finish();
}

}  // namespace

auto usage(const Verb& verb) -> std::string {
  std::string out = fmt::format("weft {}", verb.name);
  for (const Operand& operand : verb.operands) {
    std::string text = fmt::format("{}{}", operand.name, operand.many ? "…" : "");
    out += operand.optional ? fmt::format(" [{}]", text) : " " + text;
  }
  if (!verb.options.empty()) out += " [OPTIONS]";
  return out;
}

auto verb_help(const Verb& verb) -> std::string {
  std::string out = fmt::format("{}\nUsage: {}\n", wrapped(verb.summary, 0, 0), usage(verb));
  size_t column = 0;
  for (const Example& example : verb.examples) column = std::max(column, display_width(example.command));
  column = std::max(column + 3, kExample);
  for (const Example& example : verb.examples) {
    std::string pad(column - display_width(example.command), ' ');
    out += fmt::format("  {}{} {}\n", example.command, pad, wrapped(example.what, column + 3, column + 3));
  }
  option_rows(verb, out);
  if (!verb.exit.empty()) out += fmt::format("{:<{}}{}\n", "Exit", kLabel, wrapped(verb.exit, kLabel, kLabel));
  return out;
}

auto main_help() -> std::string {
  return R"(Weft plans and applies changes to infrastructure.
Usage: weft [-C DIR] VERB [OPTIONS]
Daily      init     start a fabric in this folder
           fmt      settle the layout of files
           check    find mistakes, offline
           plan     show what would change, and why
           apply    make the changes
           drift    compare the world with the state
           destroy  destroy what the fabric holds
Looking    show output why graph console docs
State      state adopt forget recover unlock
Program    version completion debug
Anywhere   -C DIR  --json  --json-to FILE  --color always|never  --ascii
           --quiet  --no-input  --progress live|plain|none  --trace FILE

weft VERB --help has options and examples; weft docs explains a type, a function
or an error code.
)";
}

auto family_help(std::string_view family) -> std::string {
  std::string out = fmt::format("Usage: weft {} VERB [OPTIONS]\n", family);
  for (const VerbRow& row : verb_rows()) {
    if (!row.name.starts_with(std::string(family) + " ")) continue;
    out += fmt::format("  weft {:<{}}{}\n", row.name, kExample - 9, row.brief);
  }
  return out;
}

}  // namespace weft::cli
