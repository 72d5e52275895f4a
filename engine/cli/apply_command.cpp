// weft apply: make the changes, of a fresh plan or of exactly the saved one.
#include <charconv>

#include <fmt/format.h>

#include "engine/cli/plan_output.h"
#include "engine/cli/verbs.h"
#include "lang/base/text.h"

namespace weft::cli {

namespace {

auto run_apply(Session& session) -> int {
  std::optional<Failure> wrong;
  ops::ApplyRequest request;
  request.planning = plan_request(session, wrong);
  request.plan_file = session.args().operand(0);
  const Arguments& args = session.args();
  if (args.has("--wait")) {
    request.wait = duration_named(args.get("--wait"));
    if (!request.wait) wrong = Failure{Code::kInvalid, fmt::format("`--wait {}` is no duration", args.get("--wait")), "for example --wait 10m"};
  }
  if (args.has("--parallel")) {
    std::string text = args.get("--parallel");
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), request.parallel);
    bool whole = end == text.data() + text.size();
    if (error == std::errc::result_out_of_range && whole) {
      wrong = Failure{Code::kInvalid, fmt::format("`--parallel {}` is more than can be counted", text), "leave it out: then as many steps run at a time as the graph allows"};
    } else if (error != std::errc() || !whole || request.parallel == 0) {
      wrong = Failure{Code::kInvalid, fmt::format("`--parallel {}` is no number of steps", text), "say 1 or more; without it as many as the graph allows"};
    }
  }
  if (!request.plan_file.empty()) {
    for (std::string_view flag : {"--only", "--except", "--replace", "--refresh"}) {
      if (args.has(flag)) wrong = Failure{Code::kInvalid, fmt::format("a saved plan is applied as it is: `{}` belongs to weft plan", flag), {}};
    }
  }
  if (wrong) {
    session.failure(*wrong, true);
    return kUsage;
  }
  std::string again = request.plan_file.empty() ? again_of(session, "weft apply") : "weft apply " + shell_quote(request.plan_file);
  return run_applying(session, std::move(request), "apply", again);
}

}  // namespace

auto apply_verb() -> Verb {
  std::vector<Option> which = which_options();
  which.push_back({"--replace", "ADDRESS", "replace these, though nothing of them changes; without it only what must be", true});
  return {.name = "apply",
          .summary = "Make the changes: plan, show, ask, do. Run again after anything, it goes on where it stopped.",
          .operands = {{"PLAN", "a saved plan: exactly that is done, and nothing is asked", true}},
          .examples = {{"weft apply", "plan, ask, and do it"},
                       {"weft apply prod.plan", "exactly the saved plan; refused if it is stale"},
                       {"weft apply --auto-approve", "ask nothing (CI)"},
                       {"weft apply --wait 10m", "wait for whoever holds what it needs"}},
          .options = {{"Which", which},
                      {"Inputs", input_options()},
                      {"World", {refresh_option()}, true},
                      {"Run", {{"--auto-approve", "", "ask nothing; later stages go on inside their bounds"},
                               {"--wait", "DURATION", "wait that long for records that somebody else has claimed; without it not at all"},
                               {"--parallel", "N", "at most so many steps at a time; without it as many as the graph allows"}}},
                      {"Output", {{"--full", "", "nothing is left out"},
                                  {"--json", "", "events as JSON lines to stdout"},
                                  {"--json-to", "FILE", "events as JSON lines into a file"},
                                  {"--junit", "FILE", "one case a step"}}}},
          .exit = "0; 1 failed, nothing changed; 3 refused, nothing changed; 4 changed in part; 130, 143 stopped",
          .run = run_apply};
}

}  // namespace weft::cli
