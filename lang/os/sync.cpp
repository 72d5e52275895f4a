#include "lang/os/sync.h"

namespace weft {

LineWait::LineWait(Loop& loop, WaitLine& line, bool happened, Cancel cancel, Event* event)
    : loop_(loop), line_(line), cancel_(std::move(cancel)), event_(event), happened_(happened) {}

// A turn that was given to a task which never got to use it goes to the next one.
LineWait::~LineWait() {
  bool had_turn = happened_ || (waiter_.woken() && !given_up_);
  if (event_ != nullptr && had_turn && !resumed_) event_->set();
}

void LineWait::await_suspend(std::coroutine_handle<> handle) {
  waiter_.handle = handle;
  line_.push(waiter_);
  cancelled_ = cancel_.on_request([this] {
    if (waiter_.woken()) return;
    given_up_ = true;
    loop_.wake(waiter_);
  });
}

auto LineWait::await_resume() -> bool {
  resumed_ = true;
  return happened_ || (waiter_.woken() && !given_up_);
}

void Latch::set() {
  set_ = true;
  while (Waiter* waiter = line_.pop()) loop_.wake(*waiter);
}

void Event::set() {
  if (Waiter* waiter = line_.pop()) {
    loop_.wake(*waiter);
  } else {
    pending_ = true;
  }
}

TaskGroup::~TaskGroup() {
  // Row by row: a frame that goes may set events or end subscriptions of the others, but adds none.
  rows_.clear();
}

void TaskGroup::spawn(Task<void> task) {
  ended_.clear();
  auto row = rows_.insert(rows_.end(), std::nullopt);
  row->emplace(supervise(std::move(task), row));
  ++running_;
  (*row)->start();
}

auto TaskGroup::supervise(Task<void> task, std::list<Row>::iterator row) -> Task<void> {
  co_await loop_.yield();
  {
    // A parameter would live until the row is cleared; what the task holds shall go when it ends.
    Task<void> mine = std::move(task);
    co_await std::move(mine);
  }
  ended_.splice(ended_.end(), rows_, row);
  if (--running_ == 0) emptied_.set();
}

auto TaskGroup::join(Cancel cancel) -> Task<bool> {
  while (running_ > 0 && !cancel.requested()) co_await emptied_.wait(cancel);
  ended_.clear();
  co_return running_ == 0;
}

}  // namespace weft
