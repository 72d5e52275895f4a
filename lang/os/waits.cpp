// What tasks await of the loop, and the lines in which they stand. Nothing here knows of libuv.
#include "lang/os/loop.h"

namespace weft {

void Waiter::unlink() {
  previous_->next_ = next_;
  next_->previous_ = previous_;
  next_ = this;
  previous_ = this;
}

WaitLine::~WaitLine() {
  while (pop() != nullptr) {
  }
}

void WaitLine::push(Waiter& waiter) {
  waiter.unlink();
  waiter.previous_ = head_.previous_;
  waiter.next_ = &head_;
  head_.previous_->next_ = &waiter;
  head_.previous_ = &waiter;
}

auto WaitLine::pop() -> Waiter* {
  if (empty()) return nullptr;
  Waiter* first = head_.next_;
  first->unlink();
  return first;
}

void WaitLine::take_all(WaitLine& other) {
  if (other.empty()) return;
  Waiter* first = other.head_.next_;
  Waiter* last = other.head_.previous_;
  other.head_.next_ = &other.head_;
  other.head_.previous_ = &other.head_;
  first->previous_ = head_.previous_;
  head_.previous_->next_ = first;
  last->next_ = &head_;
  head_.previous_ = last;
}

Loop::Sleep::Sleep(Loop& loop, std::chrono::nanoseconds duration, Cancel cancel)
    : loop_(loop), duration_(duration), cancel_(std::move(cancel)) {}

void Loop::Sleep::await_suspend(std::coroutine_handle<> handle) {
  waiter_.handle = handle;
  timer_ = loop_.start_timer(std::chrono::ceil<std::chrono::milliseconds>(duration_), [this] {
    elapsed_ = true;
    loop_.wake(waiter_);
  });
  cancelled_ = cancel_.on_request([this] {
    if (elapsed_) return;
    timer_.end();
    loop_.wake(waiter_);
  });
}

Loop::FdWait::FdWait(Loop& loop, int fd, Readiness wanted, Cancel cancel)
    : loop_(loop), fd_(fd), wanted_(wanted), cancel_(std::move(cancel)) {}

auto Loop::FdWait::await_suspend(std::coroutine_handle<> handle) -> bool {
  waiter_.handle = handle;
  auto watch = loop_.watch_fd(fd_, wanted_, [this](Readiness) {
    ready_ = true;
    watch_.end();
    loop_.wake(waiter_);
  });
  if (!watch) {
    // Nothing to wait for: a plain file is always ready, and with a bad descriptor the read or write itself tells.
    ready_ = true;
    return false;
  }
  watch_ = std::move(*watch);
  cancelled_ = cancel_.on_request([this] {
    if (ready_) return;
    watch_.end();
    loop_.wake(waiter_);
  });
  return true;
}

void Loop::Yield::await_suspend(std::coroutine_handle<> handle) {
  waiter_.handle = handle;
  loop_.wake(waiter_);
}

}  // namespace weft
