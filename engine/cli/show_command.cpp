// weft show: a saved plan, or what the fabric holds.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "engine/cli/plan_output.h"
#include "engine/cli/verbs.h"
#include "engine/view/page.h"
#include "engine/view/plan_documents.h"
#include "engine/view/plan_text.h"
#include "engine/view/state_text.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::cli {

namespace {

auto show_plan(Session& session, const std::string& file) -> int {
  auto plan = ops::read_plan(session.world(), file);
  if (!plan) {
    session.failure(plan.error(), false);
    return kFailed;
  }
  write_plan_events(session, *plan);
  if (session.args().has("--markdown")) session.answer(draw::plan_markdown(*plan, draw::kMarkdownMost, session.out_look()));
  else session.answer(draw::plan_text(*plan, session.out_look()));
  return write_plan_documents(session, *plan, {}) ? kOk : kFailed;
}

// How many of what, the newest run, the outputs: one look at what is there.
auto overview(const ops::StateResult& state, const ops::HistoryResult& history, const ops::OutputResult& outputs,
              const std::string& environment, const draw::Look& look) -> std::string {
  draw::Page page(look);
  page.line(draw::Line().add(fmt::format("{}, state @{}: {}", draw::fabric_name(state.fabric, environment), state.snapshot.tail.seq,
                                         counted(state.records.size(), "resource")), draw::Ink::kBold));
  if (!history.entries.empty()) {
    const auto& last = history.entries.front().run;
    page.line(draw::Line(fmt::format("last changed {} by {} on {}: {}", draw::local_time(last.begun_ms, look.now_ms), last.owner, last.host,
                                     last.summary.empty() ? last.verb : last.summary)));
  }
  std::map<std::string, size_t> types;
  for (const auto& record : state.records) ++types[record.type];
  page.gap();
  for (const auto& [type, count] : types) page.line(draw::Line(fmt::format("{:>6} × {}", with_thousands(count), type)));
  std::string text = page.text();
  if (!outputs.outputs.empty()) text += "\n" + draw::outputs_text(outputs.outputs, look);
  return text;
}

auto run_show(Session& session) -> int {
  if (std::string file = session.args().operand(0); !file.empty()) return show_plan(session, file);
  std::string environment = session.args().has("--env") ? session.args().get("--env") : "default";
  ops::StateResult state = ops::state_list(session.world(), {.environment = environment});
  if (int exit = session.report(state, false); exit != kOk) return exit;
  ops::HistoryResult history = ops::state_history(session.world(), environment, 1);
  ops::OutputResult outputs = ops::output(session.world(), environment, "", false);
  if (session.log().any()) {
    for (const auto& record : state.records) session.log().write(draw::record_members(record, false));
  }
  session.answer(overview(state, history, outputs, environment, session.out_look()));
  return kOk;
}

}  // namespace

auto show_verb() -> Verb {
  return {.name = "show",
          .summary = "Show a saved plan, or without one what the fabric holds.",
          .operands = {{"PLAN", "a saved plan", true}},
          .examples = {{"weft show", "what the state knows, in short"},
                       {"weft show prod.plan", "a saved plan, as weft plan has shown it"},
                       {"weft show prod.plan --markdown", "for a merge request"}},
          .options = {{"Which", {env_option()}},
                      {"Output", {{"--full", "", "nothing is left out"},
                                  {"--json", "", "events as JSON lines to stdout"},
                                  {"--json-to", "FILE", "events as JSON lines into a file"},
                                  {"--markdown", "", "for a merge request, to stdout"},
                                  {"--html", "FILE", "a page that needs nothing but itself"},
                                  {"--junit", "FILE", "one case a step"}}}},
          .exit = "0, or 1 on error",
          .run = run_show};
}

}  // namespace weft::cli
