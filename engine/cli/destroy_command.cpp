// weft destroy: what the fabric holds, in reverse order.
#include <fmt/format.h>

#include "engine/cli/plan_output.h"
#include "engine/cli/verbs.h"
#include "lang/base/text.h"

namespace weft::cli {

namespace {

auto run_destroy(Session& session) -> int {
  std::optional<Failure> wrong;
  ops::ApplyRequest request;
  request.planning = plan_request(session, wrong);
  request.planning.destroy = true;
  if (session.args().has("--wait")) {
    request.wait = duration_named(session.args().get("--wait"));
    if (!request.wait) wrong = Failure{Code::kInvalid, fmt::format("`--wait {}` is no duration", session.args().get("--wait")), {}};
  }
  if (wrong) {
    session.failure(*wrong, true);
    return kUsage;
  }
  return run_applying(session, std::move(request), "destroy", again_of(session, "weft destroy"));
}

}  // namespace

auto destroy_verb() -> Verb {
  return {.name = "destroy",
          .summary = "Destroy what the fabric holds, in reverse order. Asks for the fabric's name.",
          .examples = {{"weft destroy", "everything that the state knows"},
                       {"weft destroy --except db", "all but this and what it needs"},
                       {"weft destroy --only 'web[*]'", "these and what depends on them"},
                       {"weft plan --destroy", "only look"}},
          .options = {{"Which", which_options()},
                      {"Inputs", input_options()},
                      {"World", {refresh_option()}, true},
                      {"Run", {{"--auto-approve", "", "ask nothing"},
                               {"--wait", "DURATION", "wait that long for records that somebody else has claimed; without it not at all"}}},
                      {"Output", {{"--full", "", "nothing is left out"},
                                  {"--json", "", "events as JSON lines to stdout"},
                                  {"--json-to", "FILE", "events as JSON lines into a file"},
                                  {"--junit", "FILE", "one case a step"}}}},
          .exit = "0; 1 failed, nothing changed; 3 refused, nothing changed; 4 changed in part; 130, 143 stopped",
          .run = run_destroy};
}

}  // namespace weft::cli
