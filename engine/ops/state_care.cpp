// weft state verify, backup, compact, heal.
#include <fmt/core.h>

#include "engine/ops/own_turn.h"
#include "engine/ops/workspace.h"
#include "lang/os/files.h"

namespace weft::ops {
namespace {

auto with_state(World& world, const std::string& environment, bool write, const std::function<Result<void>(state::State&, StateCare&)>& act)
    -> StateCare {
  StateCare result;
  auto done = [&]() -> Result<void> {
    TRY(state, open_state_only(world, environment, write));
    TRY(tail, state->tail());
    result.version = tail.seq;
    return act(*state, result);
  }();
  if (!done) result.failure = done.error();
  return result;
}

}  // namespace

auto state_verify(World& world, const std::string& environment) -> StateCare {
  return with_state(world, environment, false, [](state::State& state, StateCare&) { return state.verify(); });
}

auto state_backup(World& world, const std::string& environment, const std::string& to) -> StateCare {
  return with_state(world, environment, false, [&](state::State& state, StateCare&) -> Result<void> {
    auto there = real_files().info(to);
    if (there && there->kind != FileKind::kFolder) return fail(Code::kInvalid, fmt::format("{} is no folder", to), "name an empty folder, or one that is not there yet");
    return beside_loop<Result<void>>(world.loop, [&] { return state.backup(to); });
  });
}

auto state_compact(World& world, const std::string& environment, const state::Retention& retention) -> StateCare {
  return with_state(world, environment, true, [&](state::State& state, StateCare& result) -> Result<void> {
    TRY(compacted, beside_loop<Result<state::Compacted>>(world.loop, [&] { return state.compact(retention); }));
    result.compacted = compacted;
    return {};
  });
}

auto state_heal(World& world, const HealRequest& request) -> HealResult {
  HealResult result;
  auto done = [&]() -> Result<void> {
    if (auto sound = open_state_only(world, request.environment, true)) {
      TRY(tail, (*sound)->tail());
      result.version = tail.seq;
      return {};
    } else if (sound.error().code != Code::kConflict) {
      return std::unexpected(sound.error());
    }
    TRY(state, open_state_only(world, request.environment, true, request));
    TRY(writer, begin_writing(world, *state, state::BeginRun{.verb = "state heal", .owner = world.owner, .host = world.host, .command = world.command}));
    std::vector<state::OperationBody> notes;
    if (request.moved) notes.push_back(state::Note{.what = "moved", .value = Value()});
    if (request.accept_rewind) notes.push_back(state::Note{.what = "rewind", .value = Value()});
    if (request.renamed) notes.push_back(state::Note{.what = "renamed", .value = Value()});
    TRY_VOID(writer->append(std::move(notes)));
    std::string summary = "state heal";
    if (request.moved) summary += " --moved";
    if (request.accept_rewind) summary += " --accept-rewind";
    if (request.renamed) summary += " --renamed";
    TRY(ended, writer->end({.outcome = "done", .summary = std::move(summary)}, {}));
    result.version = ended.seq;
    result.healed = true;
    return {};
  }();
  if (!done) result.failure = done.error();
  return result;
}

}  // namespace weft::ops
