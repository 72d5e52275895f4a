#include "engine/ops/own_turn.h"

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "engine/state/frame.h"
#include "engine/state/turn.h"

namespace weft::ops {
namespace {

auto offloaded(Loop& loop, std::function<void()> work) -> Task<void> { co_await loop.offload(std::move(work)); }

class TurnWriter : public state::Writer {
 public:
  TurnWriter(Loop& loop, std::unique_ptr<state::Writer> inner) : loop_(loop), thread_(std::this_thread::get_id()), inner_(std::move(inner)) {}

  auto run() const -> const state::RunId& override { return inner_->run(); }
  auto lock_fd() const -> int override { return inner_->lock_fd(); }
  auto fabric_id() -> Result<std::string> override { return inner_->fabric_id(); }
  auto claim(std::vector<state::ClaimItem> items, std::vector<Pin> pins) -> Result<Claimed> override {
    return in_turn<Result<Claimed>>([&] { return inner_->claim(std::move(items), std::move(pins)); });
  }
  auto wait_for(std::vector<state::ClaimItem> items, std::chrono::milliseconds patience) -> Result<bool> override {
    return in_turn<Result<bool>>([&] { return inner_->wait_for(std::move(items), patience); });
  }
  void submit(std::vector<state::OperationBody> operations, std::function<void(Result<state::Appended>)> done) override {
    inner_->submit(std::move(operations), std::move(done));
  }
  void on_ready(std::function<void()> notify) override { inner_->on_ready(std::move(notify)); }
  auto poll() -> size_t override { return inner_->poll(); }
  auto append(std::vector<state::OperationBody> operations) -> Result<state::Appended> override {
    return in_turn<Result<state::Appended>>([&] { return inner_->append(std::move(operations)); });
  }
  auto end(state::EndRun end, std::vector<state::OperationBody> outputs, uint64_t looked_at) -> Result<state::Appended> override {
    // What is due is told here, where it was asked for.
    while (inner_->poll() > 0) {
    }
    return in_turn<Result<state::Appended>>([&] { return inner_->end(std::move(end), std::move(outputs), looked_at); });
  }
  auto refused() const -> std::optional<Failure> override { return inner_->refused(); }

 private:
  template <class T>
  auto in_turn(std::function<T()> work) -> T {
    return std::this_thread::get_id() == thread_ ? beside_loop<T>(loop_, std::move(work)) : work();
  }

  Loop& loop_;
  const std::thread::id thread_;
  std::unique_ptr<state::Writer> inner_;
};

}  // namespace

void watch_turns(World& world, state::State& state) {
  state::TurnWatch watch{.soft = world.soft_stop, .hard = world.hard_stop, .told = [&world](const state::Held& held) {
    world.loop.post([&world, held] {
      world.listener.on(event::Event{.time_ms = static_cast<uint64_t>(world.clock.wall_ms()),
                                     .fact = event::StateHeld{.process = held.process, .stands_still = held.stands_still}});
    });
  }};
  state::watch_turns(state, std::move(watch));
}

void beside_loop(Loop& loop, std::function<void()> work) { block_on(loop, offloaded(loop, std::move(work))); }

auto begin_writing(World& world, state::State& state, const state::BeginRun& run) -> Result<std::unique_ptr<state::Writer>> {
  TRY(writer, state.writer(run));
  return std::unique_ptr<state::Writer>(std::make_unique<TurnWriter>(world.loop, std::move(writer)));
}

auto append_units(state::Writer& writer, std::vector<std::vector<state::OperationBody>> units) -> Result<state::Appended> {
  constexpr size_t kMostInOne = state::kMostOperations - 1;  // beside what the writer itself puts first
  Result<state::Appended> last = fail(Code::kInternal, "nothing to append");
  std::vector<state::OperationBody> together;
  for (size_t i = 0; i < units.size(); ++i) {
    std::ranges::move(units[i], std::back_inserter(together));
    bool more = i + 1 < units.size();
    if (more && together.size() + units[i + 1].size() <= kMostInOne) continue;
    last = writer.append(std::exchange(together, {}));
    if (!last) return last;
  }
  return last;
}

auto end_changed(state::Writer& writer, uint64_t landed, std::string summary) -> Result<uint64_t> {
  auto ended = writer.end({.outcome = "done", .summary = std::move(summary)}, {});
  if (ended) return ended->seq;
  if (ended.error().code == Code::kCancelled) return landed;
  return std::unexpected(std::move(ended).error());
}

}  // namespace weft::ops
