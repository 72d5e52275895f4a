// weft output: outputs as the last apply recorded them.
#include <algorithm>

#include <fmt/format.h>

#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/view/json_text.h"
#include "engine/view/state_text.h"
#include "lang/value/json.h"

namespace weft::cli {

namespace {

auto run_output(Session& session) -> int {
  std::string environment = session.args().has("--env") ? session.args().get("--env") : "default";
  std::string name = session.args().operand(0);
  bool reveal = session.args().has("--reveal");
  ops::OutputResult result = ops::output(session.world(), environment, name, reveal);
  if (int exit = session.report(result, false); exit != kOk) return exit;
  if (session.log().any()) {
    for (const auto& [own, value] : result.outputs) {
      draw::JsonObject out;
      out.add("type", "output").add("name", own).add("secret", value.has_secret());
      out.raw("value", to_json(value, {.escape_dollar = true, .reveal = reveal}));
      session.log().write(out.members());
    }
  }
  if (name.empty()) {
    auto outputs = result.outputs;
    if (reveal) {
      for (auto& [own, value] : outputs) value = value.revealed();
    }
    if (outputs.empty()) session.out("The last apply recorded no outputs.\n");
    else session.answer(draw::outputs_text(outputs, session.out_look()));
    return kOk;
  }
  const Value& value = result.outputs.front().second;
  if (value.has_secret() && !reveal) {
    session.failure(Failure{Code::kDenied, fmt::format("`{}` is secret", name), fmt::format("show it:  weft output {} --reveal", name)}, false);
    return kFailed;
  }
  Value plain = value.revealed();
  // A string alone is for scripts: its bytes and a newline.
  if (plain.is(ValueKind::kString)) session.answer(std::string(plain.as_string()) + "\n");
  else session.answer(to_json(plain, {.indent = 2}) + "\n");
  return kOk;
}

}  // namespace

auto output_verb() -> Verb {
  return {.name = "output",
          .summary = "Show outputs as the last apply recorded them.",
          .operands = {{"NAME", "one of them", true}},
          .examples = {{"weft output", "all of them; secrets are not shown"},
                       {"weft output endpoint", "one: a string without quotes, anything else as JSON"},
                       {"weft output password --reveal", "a secret"}},
          .options = {{"Which", {env_option()}},
                      {"Output", {{"--reveal", "", "show what is secret"}, {"--json", "", "events as JSON lines to stdout"},
                                  {"--json-to", "FILE", "events as JSON lines into a file"}}}},
          .exit = "0, or 1 when there is no such output or no state",
          .run = run_output};
}

}  // namespace weft::cli
