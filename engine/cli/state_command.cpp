// weft state list, show, history, mv.
#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "engine/addr/written.h"
#include "engine/cli/plan_output.h"
#include "engine/cli/session.h"
#include "engine/cli/state_output.h"
#include "engine/cli/verbs.h"
#include "engine/view/command_text.h"
#include "engine/view/json_text.h"
#include "engine/view/page.h"
#include "engine/view/run_report.h"
#include "engine/view/state_text.h"
#include "lang/base/text.h"
#include "lang/os/clock.h"

namespace weft::cli {

auto environment_of(const Session& session) -> std::string {
  return session.args().has("--env") ? session.args().get("--env") : "default";
}

auto version_named(std::string_view text) -> std::optional<uint64_t> {
  if (text.starts_with('@')) text.remove_prefix(1);
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void write_held(Session& session, const std::vector<state::Holder>& holders) {
  if (!session.log().any()) return;
  auto time = [](uint64_t ms) { return utc_text(std::chrono::milliseconds(ms)); };
  for (const state::Holder& holder : holders) {
    session.log().write(draw::JsonObject().add("type", "claim.held").add("address", holder.address).add("holder", "r-" + holder.run.id).add("owner", holder.run.owner)
                            .add("host", holder.run.host).add("command", holder.run.command).add("since", time(holder.run.begun_ms))
                            .add("last_sign", time(holder.run.last_sign_ms)).add("alive", holder.run.alive).members());
  }
}

auto report_changed(Session& session, const ops::ChangedState& result, const std::string& done) -> int {
  session.diagnostics(*result.sources, result.diagnostics);
  if (!result.holders.empty()) {
    write_held(session, result.holders);
    session.log().write(draw::JsonObject().add("type", "diagnostic").add("severity", "error").add("message", "claimed by another run").raw("notes", "[]")
                            .raw("help", "[]").raw("fixes", "[]").members());
    session.err(draw::claimed_text(result.holders, 0, session.typed_command(), environment_of(session), session.err_look(), session.process_of(environment_of(session))));
    return kRefused;
  }
  if (result.failure) {
    session.failure(*result.failure, true);
    return result.failure->code == Code::kConflict ? kRefused : kFailed;
  }
  if (!result.ok()) return kFailed;
  draw::Page moved(session.out_look());
  for (const std::string& address : result.addresses) moved.line(draw::Line(address));
  session.out(moved.text());
  draw::Page page(session.out_look());
  page.line(draw::Line(fmt::format("{} {}. State @{} → @{}.", done, counted(result.addresses.size(), "record"), result.state_before, result.state_after)));
  session.answer(page.text());
  if (session.log().any()) {
    session.log().write(draw::JsonObject().add("type", "info").add("verb", session.verb()).add_list("addresses", result.addresses)
                            .add("state_before", result.state_before).add("state", result.state_after).members());
  }
  return kOk;
}

namespace {

auto state_list(Session& session) -> int {
  ops::StateResult result = ops::state_list(session.world(), {.environment = environment_of(session), .selector = session.args().operand(0)});
  if (int exit = session.report(result, false); exit != kOk) return exit;
  if (session.log().any()) {
    for (const auto& record : result.records) session.log().write(draw::record_members(record, false));
  }
  if (result.records.empty()) session.out("The state holds no resources.\n");
  else session.answer(draw::state_list_text(result.records, result.history, session.out_look()));
  return kOk;
}

auto state_show(Session& session) -> int {
  ops::StateRequest request{.environment = environment_of(session), .selector = session.args().operand(0), .reveal = session.args().has("--reveal")};
  std::string version = session.args().operand(1);
  if (request.selector.starts_with('@')) {
    version = request.selector;
    request.selector.clear();
  }
  if (!version.empty()) {
    request.version = version_named(version);
    if (!request.version) {
      session.failure(Failure{Code::kInvalid, fmt::format("`{}` is no version", version), "a version is @ and a number, as weft state history lists them"}, false);
      return kUsage;
    }
  }
  ops::StateResult result = ops::state_show(session.world(), request);
  if (int exit = session.report(result, false); exit != kOk) return exit;
  if (session.log().any()) {
    for (const auto& record : result.records) session.log().write(draw::record_members(record, request.reveal));
  }
  std::string text;
  for (const auto& record : result.records) {
    draw::ShownRecord shown{.record = &record};
    if (result.records.size() == 1) {
      shown.earlier_versions = static_cast<size_t>(std::ranges::count_if(result.versions, [&](uint64_t version) { return version < record.version; }));
      shown.used_by = result.used_by;
      shown.declared = result.declared;
      shown.from = result.from;
    }
    if (!text.empty()) text += "\n";
    text += draw::state_show_text(shown, request.reveal, session.out_look());
  }
  if (text.empty()) session.out("The state holds no resources.\n");
  session.answer(text);
  return kOk;
}

auto state_history(Session& session) -> int {
  size_t most = 20;
  if (session.args().has("--full")) most = 1'000'000;
  ops::HistoryResult result = ops::state_history(session.world(), environment_of(session), most);
  if (int exit = session.report(result, false); exit != kOk) return exit;
  if (session.log().any()) {
    for (const auto& entry : result.entries) session.log().write(draw::transaction_members(entry));
  }
  if (result.entries.empty()) {
    session.out("The state has no history yet.\n");
    return kOk;
  }
  session.answer(draw::history_text(result.entries, session.out_look()));
  if (result.entries.size() == most) session.hint("Older ones:  weft state history --full");
  return kOk;
}

auto state_move(Session& session) -> int {
  ops::ChangedState result = ops::state_move(session.world(), environment_of(session), session.args().operand(0), session.args().operand(1));
  int exit = report_changed(session, result, "Moved");
  if (exit == kOk) session.hint(fmt::format("In the files, `moved {} to {}` does the same for everybody.", addr::written(session.args().operand(0)), addr::written(session.args().operand(1))));
  return exit;
}

}  // namespace

auto state_list_verb() -> Verb {
  return {.name = "state list",
          .summary = "List the records of the state. Nothing is read from the world.",
          .operands = {{"ADDRESS", "which: `nat[*]`, `network`, one resource", true}},
          .examples = {{"weft state list", "all of them"}, {"weft state list 'nat[*]'", "some"}},
          .options = {{"Which", {env_option()}}, {"Output", json_options()}},
          .exit = "0, or 1 on error",
          .run = state_list};
}

auto state_show_verb() -> Verb {
  return {.name = "state show",
          .summary = "Show records whole: what was written, what the provider filled in, who uses them.",
          .operands = {{"ADDRESS", "which: `nat[*]`, `network`, one resource"}, {"@VERSION", "as it was then", true}},
          .examples = {{"weft state show 'nat[us-east-2c]'", "as it is now"},
                       {"weft state show web @41", "as it was at a version"},
                       {"weft state show key --reveal", "with its secrets"}},
          .options = {{"Which", {env_option()}},
                      {"Output", {{"--full", "", "long values whole"}, {"--reveal", "", "show what is secret"},
                                  {"--json", "", "records as JSON lines"}, {"--json-to", "FILE", "the same into a file"}}}},
          .exit = "0, or 1 on error",
          .run = state_show};
}

auto state_history_verb() -> Verb {
  return {.name = "state history",
          .summary = "List the runs that wrote the state, newest first.",
          .examples = {{"weft state history", "the last 20"}, {"weft state history --full", "all that are kept"}},
          .options = {{"Which", {env_option()}},
                      {"Output", {{"--full", "", "all that are kept"}, {"--json", "", "as JSON lines"}, {"--json-to", "FILE", "the same into a file"}}}},
          .exit = "0, or 1 on error",
          .run = state_history};
}

auto state_move_verb() -> Verb {
  return {.name = "state mv",
          .summary = "Rename records, in one transaction. The world stays as it is.",
          .operands = {{"OLD", "an address, a collection or a module"}, {"NEW", "its new address"}},
          .examples = {{"weft state mv topic alerts", "one resource"}, {"weft state mv net network", "a module with all in it"}},
          .options = {{"Which", {env_option()}}, {"Output", json_options()}},
          .exit = "0; 1 failed, 3 refused: nothing changed",
          .run = state_move};
}

}  // namespace weft::cli
