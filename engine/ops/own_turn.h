// Writing to the state while the loop goes on: whoever waits for its turn, because another process is writing, still hears
// Ctrl-C, and is told whom it waits for. Only the .cpp files of this room include it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/ops/ops.h"
#include "engine/state/state.h"

namespace weft::ops {

// Each wait for that state's turn can be called off by the world's requests to stop; a long one is an event.
void watch_turns(World& world, state::State& state);

// Runs `work`, which blocks, on another thread, and the loop meanwhile. Not from inside the loop.
void beside_loop(Loop& loop, std::function<void()> work);
template <class T>
auto beside_loop(Loop& loop, std::function<T()> work) -> T {
  std::optional<T> answer;
  beside_loop(loop, std::function<void()>([&] { answer.emplace(work()); }));
  return std::move(*answer);
}

// A writer whose blocking calls are made so; those from another thread than this one are made there.
[[nodiscard]] auto begin_writing(World& world, state::State& state, const state::BeginRun& run) -> Result<std::unique_ptr<state::Writer>>;

// Each of `units` whole, as many as go into one transaction together; gives the last one. Broken off it has done the first
// ones, and is for those who can be asked again for the rest.
[[nodiscard]] auto append_units(state::Writer& writer, std::vector<std::vector<state::OperationBody>> units) -> Result<state::Appended>;

// The end of a run whose one change has landed as `landed`; gives the state's version. That the wait for saying so was
// called off undoes nothing: whoever comes next finds the run without its lock.
[[nodiscard]] auto end_changed(state::Writer& writer, uint64_t landed, std::string summary) -> Result<uint64_t>;

}  // namespace weft::ops
