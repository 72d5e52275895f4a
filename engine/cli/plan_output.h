// What `plan`, `apply`, `destroy`, `drift` and `why` have in common at the door.
#pragma once

#include <optional>
#include <string>

#include "engine/cli/session.h"
#include "engine/ops/ops.h"
#include "engine/view/plan_documents.h"

namespace weft::cli {

// Which, inputs and refresh, as typed. `wrong`: a flag that makes no sense.
[[nodiscard]] auto plan_request(const Session& session, std::optional<Failure>& wrong) -> ops::PlanRequest;
// Whether the plan is worth drawing, whatever diagnostics came with it.
[[nodiscard]] auto may_be_shown(const ops::PlanResult& result) -> bool;
void write_plan_events(Session& session, const plan::Plan& plan);
// Errors as JUnit knows them; `failure`: that of the whole too, `checks`: those that do not hold too, where nobody else tells them.
[[nodiscard]] auto mistakes_of(const ops::Reported& reported, bool failure, bool checks) -> std::vector<draw::Mistake>;
// --html, --junit, --sarif.
[[nodiscard]] auto write_plan_documents(Session& session, const plan::Plan& plan, const ops::Reported& reported) -> bool;

// The rest of `apply`, `destroy` and `drift --fix`: asks, runs, reports. `again`: the command that goes on.
[[nodiscard]] auto run_applying(Session& session, ops::ApplyRequest request, const std::string& verb, const std::string& again) -> int;
[[nodiscard]] auto run_why(Session& session, const std::string& address) -> int;

// Who stands in the way, as events.
void write_held(Session& session, const std::vector<state::Holder>& holders);

// `command` with the environment and the inputs that were typed; values of --set stay untold.
[[nodiscard]] auto with_inputs(const Session& session, std::string command) -> std::string;
// The command that goes on: the same with the selection, too.
[[nodiscard]] auto again_of(const Session& session, std::string command) -> std::string;

// "10m", "1h30m", "500ms".
[[nodiscard]] auto duration_named(std::string_view text) -> std::optional<std::chrono::milliseconds>;

}  // namespace weft::cli
