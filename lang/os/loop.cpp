#include "lang/os/loop.h"

#include <sys/types.h>
#include <uv.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <deque>
#include <list>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace weft {

namespace {

// A libuv handle on the heap. libuv lets go of a handle only in a later turn, so it keeps itself alive until then;
// whoever else holds it may look at `closing`.
template <class Raw>
struct Handle : std::enable_shared_from_this<Handle<Raw>> {
  Raw raw{};
  std::function<void()> callback;
  bool closing = false;

  auto base() -> uv_handle_t* { return reinterpret_cast<uv_handle_t*>(&raw); }
  void opened() {
    self_ = this->shared_from_this();
    raw.data = this;
  }
  void close() {
    if (std::exchange(closing, true)) return;
    uv_close(base(), [](uv_handle_t* handle) { static_cast<Handle*>(handle->data)->self_.reset(); });
  }

 private:
  std::shared_ptr<Handle> self_;
};

auto uv_failure(int status, std::string_view doing) -> Failure {
  Code code = Code::kInternal;
  if (status == UV_EPERM) code = Code::kUnsupported;
  if (status == UV_EBADF) code = Code::kInvalid;
  if (status == UV_EMFILE || status == UV_ENFILE || status == UV_ENOMEM || status == UV_ENOSPC) code = Code::kFull;
  return Failure{.code = code, .text = std::string(doing) + ": " + uv_strerror(status)};
}

}  // namespace

struct FdWatch::Watcher {
  Loop::Impl* impl = nullptr;  // null once the loop is gone or the watch ended
  int fd = -1;
  Readiness wanted;
  std::function<void(Readiness)> callback;
};

struct Loop::Impl {
  struct Poll {
    std::shared_ptr<Handle<uv_poll_t>> handle;
    std::vector<std::shared_ptr<FdWatch::Watcher>> watchers;
    Readiness asked;
  };
  using Row = std::optional<Task<void>>;

  uv_loop_t loop{};
  uv_async_t async{};
  uv_idle_t idle{};
  bool idling = false;
  bool running = false;
  WaitLine ready;
  std::unordered_map<int, Poll> polls;
  std::list<Row> tasks;
  std::list<Row> ended;
  std::mutex posted_mutex;
  std::deque<std::function<void()>> posted;  // guarded by posted_mutex

  void run_posted();
  void resume_ready();
  void turn();
  auto has_posted() -> bool;
  auto supervise(Loop& owner, Task<void> task, std::list<Row>::iterator row) -> Task<void>;
  void apply_wish(int fd, Poll& poll);
  void remove_watcher(FdWatch::Watcher& watcher);
  void fd_ready(int fd, Readiness ready);
};

void Loop::Impl::run_posted() {
  std::deque<std::function<void()>> now;
  {
    std::lock_guard lock(posted_mutex);
    now.swap(posted);
  }
  for (auto& function : now) function();
}

auto Loop::Impl::has_posted() -> bool {
  std::lock_guard lock(posted_mutex);
  return !posted.empty();
}

void Loop::Impl::resume_ready() {
  // Only those that stand in line now: what they wake comes after timers and descriptors had their turn.
  WaitLine batch;
  batch.take_all(ready);
  while (Waiter* waiter = batch.pop()) waiter->handle.resume();
  if (ready.empty()) {
    uv_idle_stop(&idle);
    idling = false;
  }
}

void Loop::Impl::turn() {
  uv_run(&loop, UV_RUN_ONCE);
  ended.clear();
}

auto Loop::Impl::supervise(Loop& owner, Task<void> task, std::list<Row>::iterator row) -> Task<void> {
  co_await owner.yield();
  {
    Task<void> mine = std::move(task);
    co_await std::move(mine);
  }
  ended.splice(ended.end(), tasks, row);
}

Loop::Loop() : impl_(std::make_unique<Impl>()) {
  std::signal(SIGPIPE, SIG_IGN);
  CHECK(uv_loop_init(&impl_->loop) == 0);
  CHECK(uv_async_init(&impl_->loop, &impl_->async, [](uv_async_t* async) {
          static_cast<Impl*>(async->data)->run_posted();
        }) == 0);
  CHECK(uv_idle_init(&impl_->loop, &impl_->idle) == 0);
  impl_->loop.data = impl_.get();
  impl_->async.data = impl_.get();
  impl_->idle.data = impl_.get();
}

Loop::~Loop() {
  CHECK(!impl_->running);
  impl_->tasks.clear();
  impl_->ended.clear();
  for (auto& [fd, poll] : impl_->polls) {
    for (auto& watcher : poll.watchers) watcher->impl = nullptr;
    poll.handle->close();
  }
  impl_->polls.clear();
  uv_close(reinterpret_cast<uv_handle_t*>(&impl_->async), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&impl_->idle), nullptr);
  // Timers and signals that somebody still holds a subscription of.
  uv_walk(
      &impl_->loop,
      [](uv_handle_t* handle, void*) {
        if (uv_is_closing(handle) != 0) return;
        if (handle->type == UV_TIMER) static_cast<Handle<uv_timer_t>*>(handle->data)->close();
        if (handle->type == UV_SIGNAL) static_cast<Handle<uv_signal_t>*>(handle->data)->close();
      },
      nullptr);
  uv_run(&impl_->loop, UV_RUN_DEFAULT);
  CHECK(uv_loop_close(&impl_->loop) == 0);
}

void Loop::spawn(Task<void> task) {
  auto row = impl_->tasks.insert(impl_->tasks.end(), std::nullopt);
  row->emplace(impl_->supervise(*this, std::move(task), row));
  (*row)->start();
}

void Loop::run() {
  CHECK(!impl_->running);
  impl_->running = true;
  uv_handle_t* async = reinterpret_cast<uv_handle_t*>(&impl_->async);
  for (;;) {
    // A task may wait for nothing but a post() from elsewhere; without tasks only handles count.
    bool busy = !impl_->tasks.empty() || impl_->has_posted();
    busy ? uv_ref(async) : uv_unref(async);
    if (!busy && uv_loop_alive(&impl_->loop) == 0) break;
    impl_->turn();
  }
  impl_->running = false;
}

void Loop::run_until(const std::function<bool()>& done) {
  CHECK(!impl_->running);
  impl_->running = true;
  uv_ref(reinterpret_cast<uv_handle_t*>(&impl_->async));
  while (!done()) impl_->turn();
  impl_->running = false;
}

void Loop::post(std::function<void()> function) {
  {
    std::lock_guard lock(impl_->posted_mutex);
    impl_->posted.push_back(std::move(function));
  }
  CHECK(uv_async_send(&impl_->async) == 0);
}

auto Loop::now() -> std::chrono::nanoseconds { return std::chrono::nanoseconds(uv_hrtime()); }

void Loop::wake(Waiter& waiter) {
  waiter.woken_ = true;
  impl_->ready.push(waiter);
  if (std::exchange(impl_->idling, true)) return;
  uv_idle_start(&impl_->idle, [](uv_idle_t* idle) { static_cast<Impl*>(idle->data)->resume_ready(); });
}

// --- timers and signals

auto Loop::start_timer(std::chrono::milliseconds delay, std::function<void()> callback) -> Subscription {
  auto timer = std::make_shared<Handle<uv_timer_t>>();
  CHECK(uv_timer_init(&impl_->loop, &timer->raw) == 0);
  timer->opened();
  timer->callback = std::move(callback);
  auto on_time = [](uv_timer_t* raw) {
    auto* fired = static_cast<Handle<uv_timer_t>*>(raw->data);
    auto call = std::exchange(fired->callback, nullptr);
    fired->close();
    if (call) call();
  };
  // libuv counts from the start of its turn, which may be long ago, and in whole milliseconds: one more, so that it
  // is never less than asked for.
  uv_update_time(&impl_->loop);
  auto wait = delay.count() > 0 ? static_cast<uint64_t>(delay.count()) + 1 : 0;
  CHECK(uv_timer_start(&timer->raw, on_time, wait, 0) == 0);
  return Subscription([timer] {
    timer->callback = nullptr;
    timer->close();
  });
}

auto Loop::on_signal(int signo, std::function<void()> callback) -> Subscription {
  auto signal = std::make_shared<Handle<uv_signal_t>>();
  CHECK(uv_signal_init(&impl_->loop, &signal->raw) == 0);
  signal->opened();
  signal->callback = std::move(callback);
  auto on_arrival = [](uv_signal_t* raw, int) {
    // A copy: the callback may end its own subscription.
    auto call = static_cast<Handle<uv_signal_t>*>(raw->data)->callback;
    if (call) call();
  };
  CHECK(uv_signal_start(&signal->raw, on_arrival, signo) == 0);
  uv_unref(signal->base());
  return Subscription([signal] {
    signal->callback = nullptr;
    signal->close();
  });
}

// --- descriptors

auto Loop::watch_fd(int fd, Readiness wanted, std::function<void(Readiness)> callback) -> Result<FdWatch> {
  auto known = impl_->polls.find(fd);
  if (known == impl_->polls.end()) {
    auto handle = std::make_shared<Handle<uv_poll_t>>();
    int status = uv_poll_init(&impl_->loop, &handle->raw, fd);
    if (status != 0) return std::unexpected(uv_failure(status, "watching descriptor " + std::to_string(fd)));
    handle->opened();
    known = impl_->polls.emplace(fd, Impl::Poll{.handle = std::move(handle), .watchers = {}, .asked = {}}).first;
  }
  auto watcher = std::make_shared<FdWatch::Watcher>();
  watcher->impl = impl_.get();
  watcher->fd = fd;
  watcher->wanted = wanted;
  watcher->callback = std::move(callback);
  known->second.watchers.push_back(watcher);
  impl_->apply_wish(fd, known->second);
  return FdWatch(std::move(watcher));
}

void Loop::Impl::apply_wish(int fd, Poll& poll) {
  if (poll.watchers.empty()) {
    poll.handle->close();
    polls.erase(fd);
    return;
  }
  Readiness wish;
  for (const auto& watcher : poll.watchers) {
    wish.read = wish.read || watcher->wanted.read;
    wish.write = wish.write || watcher->wanted.write;
  }
  if (wish == poll.asked) return;
  poll.asked = wish;
  if (wish == Readiness{}) {
    uv_poll_stop(&poll.handle->raw);
    return;
  }
  auto on_ready = [](uv_poll_t* raw, int status, int events) {
    auto* impl = static_cast<Impl*>(raw->loop->data);
    int fd = -1;
    uv_fileno(reinterpret_cast<uv_handle_t*>(raw), &fd);
    // On an error libuv stops watching; each watcher hears that it may try, and its read or write tells the rest.
    Readiness ready{.read = status < 0 || (events & UV_READABLE) != 0,
                    .write = status < 0 || (events & UV_WRITABLE) != 0};
    if (status < 0) impl->polls.at(fd).asked = {};
    impl->fd_ready(fd, ready);
  };
  int events = (wish.read ? UV_READABLE : 0) | (wish.write ? UV_WRITABLE : 0);
  CHECK(uv_poll_start(&poll.handle->raw, events, on_ready) == 0);
}

void Loop::Impl::fd_ready(int fd, Readiness ready) {
  auto poll = polls.find(fd);
  if (poll == polls.end()) return;
  // A copy: callbacks end and add watches.
  auto watchers = poll->second.watchers;
  for (const auto& watcher : watchers) {
    Readiness mine{.read = ready.read && watcher->wanted.read, .write = ready.write && watcher->wanted.write};
    if (watcher->impl != nullptr && mine != Readiness{}) watcher->callback(mine);
  }
}

void Loop::Impl::remove_watcher(FdWatch::Watcher& watcher) {
  auto poll = polls.find(watcher.fd);
  CHECK(poll != polls.end());
  std::erase_if(poll->second.watchers, [&](const auto& one) { return one.get() == &watcher; });
  watcher.impl = nullptr;
  apply_wish(watcher.fd, poll->second);
}

FdWatch::FdWatch(std::shared_ptr<Watcher> watcher) : watcher_(std::move(watcher)) {}
FdWatch::FdWatch(FdWatch&&) noexcept = default;
auto FdWatch::operator=(FdWatch&& other) noexcept -> FdWatch& {
  if (this != &other) {
    end();
    watcher_ = std::move(other.watcher_);
  }
  return *this;
}
FdWatch::~FdWatch() { end(); }

void FdWatch::change(Readiness wanted) {
  CHECK(watcher_ != nullptr);
  watcher_->wanted = wanted;
  if (watcher_->impl == nullptr) return;
  watcher_->impl->apply_wish(watcher_->fd, watcher_->impl->polls.at(watcher_->fd));
}

void FdWatch::end() {
  auto watcher = std::exchange(watcher_, nullptr);
  if (watcher != nullptr && watcher->impl != nullptr) watcher->impl->remove_watcher(*watcher);
}

// --- work on other threads

struct Loop::Offload::Job {
  uv_work_t request{};
  std::function<void()> work;
  Offload* owner = nullptr;
  std::atomic<bool> ended = false;
};

Loop::Offload::Offload(Loop& loop, std::function<void()> work) : loop_(loop), work_(std::move(work)) {}

Loop::Offload::~Offload() {
  if (job_ == nullptr) return;
  job_->owner = nullptr;
  if (uv_cancel(reinterpret_cast<uv_req_t*>(&job_->request)) != 0) job_->ended.wait(false);
  // The job itself is freed by the loop later; what the function captured may refer to this frame.
  job_->work = nullptr;
}

void Loop::Offload::await_suspend(std::coroutine_handle<> handle) {
  waiter_.handle = handle;
  job_ = new Job;
  job_->work = std::move(work_);
  job_->owner = this;
  job_->request.data = job_;
  auto run = [](uv_work_t* request) {
    auto* job = static_cast<Job*>(request->data);
    job->work();
    job->ended = true;
    job->ended.notify_all();
  };
  auto after = [](uv_work_t* request, int) {
    std::unique_ptr<Job> job(static_cast<Job*>(request->data));
    if (job->owner == nullptr) return;
    job->owner->job_ = nullptr;
    job->owner->loop_.wake(job->owner->waiter_);
  };
  CHECK(uv_queue_work(&loop_.impl_->loop, &job_->request, run, after) == 0);
}

auto Loop::sleep_for(std::chrono::nanoseconds duration, Cancel cancel) -> Sleep {
  return {*this, duration, std::move(cancel)};
}
auto Loop::readable(int fd, Cancel cancel) -> FdWait {
  return {*this, fd, {.read = true, .write = false}, std::move(cancel)};
}
auto Loop::writable(int fd, Cancel cancel) -> FdWait {
  return {*this, fd, {.read = false, .write = true}, std::move(cancel)};
}
auto Loop::offload(std::function<void()> work) -> Offload { return {*this, std::move(work)}; }
auto Loop::yield() -> Yield { return Yield(*this); }

}  // namespace weft
