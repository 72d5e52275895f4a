// weft console: expressions against inputs and what the state knows.
#include <algorithm>

#include <unistd.h>

#include <fmt/format.h>

#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/view/attribute_rows.h"
#include "engine/view/json_text.h"
#include "engine/view/page.h"
#include "engine/view/value_text.h"
#include "engine/view/words.h"
#include "lang/base/text.h"
#include "lang/os/terminal.h"

namespace weft::cli {

namespace {

constexpr size_t kMostLine = 64 * 1024;

// One line from stdin, without its newline; nothing at the end.
auto read_line() -> std::optional<std::string> {
  std::string line;
  for (;;) {
    char c = 0;
    ssize_t got = ::read(0, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return line.empty() ? std::nullopt : std::optional(line);
    if (c == '\n') return line;
    if (line.size() < kMostLine) line += c;
  }
}

auto shown(const Value& value, const draw::Look& look) -> std::string {
  bool many_lines = value.is(ValueKind::kString) && !value.secret() && std::ranges::count(value.as_string(), '\n') > 1 && draw::is_text(value.as_string());
  if (many_lines) return std::string(value.as_string()) + (value.as_string().ends_with('\n') ? "" : "\n");
  std::string line = draw::value_text(value, {.most = 0});
  if (!value.is(ValueKind::kObject) || value.secret() || draw::shown_width(line, look) <= std::max<size_t>(look.width, 80)) return line + "\n";
  draw::Page page(look);
  page.block(draw::attribute_rows(value, {.most = 0}, 0));
  return page.text();
}

auto answer(Session& session, ops::Console& console, const std::string& text) -> bool {
  ops::Console::Answer answer = console.evaluate(text);
  if (session.report(answer, false, false) != kOk || !answer.value) return false;
  session.answer(shown(*answer.value, session.out_look()));
  if (session.log().any()) {
    draw::JsonObject out;
    out.add("type", "info").add("expression", text).add("value_type", answer.type.text()).add_value("value", *answer.value);
    session.log().write(out.members());
  }
  return true;
}

auto run_console(Session& session) -> int {
  std::optional<Failure> wrong;
  ops::InputSources inputs = inputs_of(session, wrong);
  if (wrong) {
    session.failure(*wrong, false);
    return kUsage;
  }
  auto [console, reported] = ops::Console::open(session.world(), inputs);
  if (console == nullptr) {
    int exit = session.report(reported, false);
    return exit == kOk ? kFailed : exit;
  }
  session.diagnostics(*reported.sources, reported.diagnostics);
  if (!session.args().operands.empty()) return answer(session, *console, join(session.args().operands, " ")) ? kOk : kFailed;
  bool person = is_terminal(0) && is_terminal(2);
  if (person) session.err("An expression a line; names lists what there is, Ctrl-D ends.\n");
  bool all = true;
  for (;;) {
    if (person) session.err("> ");
    auto line = read_line();
    if (!line) break;
    std::string text(trim(*line));
    if (text.empty()) continue;
    if (text == "exit" || text == "quit") break;
    if (text == "names") {
      session.answer(draw::listed(console->names()) + "\n");
      continue;
    }
    all = answer(session, *console, text) && all;
  }
  if (person) session.err("\n");
  return all || person ? kOk : kFailed;
}

}  // namespace

auto console_verb() -> Verb {
  return {.name = "console",
          .summary = "Evaluate expressions against inputs and what the state knows. Reads nothing from the world.",
          .operands = {{"EXPRESSION", "one; without it, one a line from stdin", true, true}},
          .examples = {{"weft console", "a prompt"},
                       {"weft console 'net.subnet(vpc.CidrBlock, 4, 2)'", "one expression"},
                       {"echo 'length(zones)' | weft console", "from a pipe"}},
          .options = {{"Inputs", input_options()}, {"Output", json_options()}},
          .exit = "0, or 1 when an expression fails",
          .run = run_console};
}

}  // namespace weft::cli
