// weft why: one step, down to the source lines.
#include "engine/view/why_text.h"

#include <fmt/format.h>

#include "engine/cli/plan_output.h"
#include "engine/cli/verbs.h"
#include "engine/view/json_text.h"
#include "engine/view/plan_json.h"
#include "lang/base/text.h"
#include "lang/os/files.h"

namespace weft::cli {

namespace {

// Lines of the files that were read for the plan; of a saved plan, those that lie in the folder now.
class Lines {
 public:
  Lines(const SourceMap& sources, std::string folder) : sources_(sources), folder_(std::move(folder)) {}

  auto operator()(const std::string& file, uint32_t line) const -> std::string {
    for (uint32_t i = 0; i < sources_.size(); ++i) {
      if (sources_.name(FileId{i}) == file) return nth(sources_.text(FileId{i}), line);
    }
    auto text = real_files().read(join_path(folder_, file), 16u << 20);
    return text ? nth(*text, line) : std::string();
  }

 private:
  static auto nth(std::string_view text, uint32_t line) -> std::string {
    auto lines = split(text, '\n');
    return line >= 1 && line <= lines.size() ? std::string(trim(lines[line - 1])) : std::string();
  }

  const SourceMap& sources_;
  std::string folder_;
};

auto run(Session& session) -> int { return run_why(session, session.args().operand(0)); }

}  // namespace

auto run_why(Session& session, const std::string& address) -> int {
  std::optional<Failure> wrong;
  ops::PlanRequest request = plan_request(session, wrong);
  if (wrong) {
    session.failure(*wrong, false);
    return kUsage;
  }
  bool saved = session.args().has("--plan");
  request.out = session.args().get("--plan");
  ops::WhyResult result = ops::why(session.world(), request, address, saved);
  int exit = session.report(result, false);
  if (exit != kOk) return exit;
  if (result.step == UINT32_MAX || !result.plan) {
    if (!result.remark.empty()) {
      session.answer(result.remark + ".\n");
      session.log().write(draw::JsonObject().add("type", "info").add("name", address).add("text", result.remark).members());
    }
    return kOk;
  }
  for (const std::string& members : draw::why_event_members(*result.plan, result.step)) session.log().write(members);
  Lines lines(*result.sources, session.folder());
  draw::WhyFacts facts{.names = {}, .written_ms = result.written_ms};
  for (const auto& [step, names] : result.names) {
    for (const ops::NamedValue& one : names) facts.names[step].push_back({one.name, one.value, one.source, one.set_in});
  }
  session.answer(draw::why_text(*result.plan, result.step, lines, session.out_look(), facts));
  return kOk;
}

auto why_verb() -> Verb {
  return {.name = "why",
          .summary = "Explain one step of the plan, down to the source lines.",
          .operands = {{"ADDRESS", "the resource"}},
          .examples = {{"weft why 'subnet[a]'", "of a fresh plan"},
                       {"weft why --plan prod.plan web", "of a saved one"}},
          .options = {{"Plan", {{"--plan", "FILE", "a saved plan, instead of a fresh one"}}},
                      {"Inputs", input_options()},
                      {"World", {refresh_option()}, true},
                      {"Output", {{"--full", "", "nothing is left out"}, {"--json", "", "the step and its causes as JSON lines"},
                                  {"--json-to", "FILE", "the same into a file"}}}},
          .exit = "0, or 1 on error",
          .run = run};
}

}  // namespace weft::cli
