#include "engine/apply/batches.h"

#include <algorithm>

namespace weft::apply {

using driver::DriverFailure;
using driver::FailureClass;
using driver::Happened;

auto no_answer() -> driver::ChangeResult {
  return std::unexpected(DriverFailure{.failure = FailureClass::kInternal, .happened = Happened::kMaybe,
                                       .text = "the driver gave no answer; this is a bug of the driver"});
}

struct Batches::Member {
  Member(Loop& loop, driver::Call with, driver::Step asked) : call(std::move(with)), step(std::move(asked)), answered(loop) {}
  driver::Call call;
  driver::Step step;
  driver::ChangeResult answer = no_answer();
  Latch answered;
};

struct Batches::Gathering {
  explicit Gathering(Loop& loop) : closed(loop) {}
  std::vector<std::shared_ptr<Member>> members;
  Latch closed;
};

Batches::Joiner::Joiner(Batches& batches, Key key) : batches_(&batches), key_(std::move(key)) { ++batches.lines_[key_].coming; }

auto Batches::Joiner::operator=(Joiner&& other) noexcept -> Joiner& {
  if (this == &other) return *this;
  leave();
  batches_ = std::exchange(other.batches_, nullptr);
  key_ = std::move(other.key_);
  return *this;
}

void Batches::Joiner::leave() {
  auto* batches = std::exchange(batches_, nullptr);
  if (batches != nullptr && --batches->lines_[key_].coming == 0) batches->close(key_);
}

void Batches::close(const Key& key) {
  auto gathering = std::exchange(lines_[key].open, nullptr);
  if (gathering != nullptr) gathering->closed.set();
}

auto Batches::call(Joiner joiner, size_t limit, driver::Call call, driver::Step step) -> Task<driver::ChangeResult> {
  auto member = std::make_shared<Member>(loop_, std::move(call), std::move(step));
  Key key = joiner.key_;
  auto& line = lines_[key];
  if (line.open == nullptr) {
    line.open = std::make_shared<Gathering>(loop_);
    sending_.spawn(send(key, line.open));
  }
  line.open->members.push_back(member);
  if (limit != 0 && line.open->members.size() >= limit) close(key);
  joiner.leave();
  co_await member->answered.wait();
  co_return std::move(member->answer);
}

auto Batches::send(Key key, std::shared_ptr<Gathering> gathering) -> Task<void> {
  CancelSource over;
  auto timer = loop_.start_timer(patience_, [&over] { over.request(); });
  bool closed = co_await gathering->closed.wait(over.token());
  if (!closed && lines_[key].open == gathering) lines_[key].open = nullptr;
  auto members = gathering->members;
  driver::Call call = members.front()->call;
  std::vector<driver::Step> steps;
  for (const auto& member : members) {
    call.deadline = std::max(call.deadline, member->call.deadline);
    steps.push_back(std::move(member->step));
  }
  call.progress = [members](size_t item, const driver::Progress& progress) {
    if (item < members.size() && members[item]->call.progress) members[item]->call.progress(0, progress);
  };
  auto sink = [members](size_t item, driver::ChangeResult result) {
    if (item >= members.size() || members[item]->answered.is_set()) return;
    members[item]->answer = std::move(result);
    members[item]->answered.set();
  };
  co_await key.first->change(std::move(call), std::move(steps), sink);
  for (const auto& member : members) member->answered.set();
}

}  // namespace weft::apply
