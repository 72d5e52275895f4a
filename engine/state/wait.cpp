// Waiting for a claim: a ticket in the log keeps the place in the queue; the folder of run locks tells when somebody goes.
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "engine/state/claims.h"
#include "engine/state/writer.h"

namespace weft::state {
namespace {

using Time = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Hears when a run ends (its lock file is removed) or dies (the kernel closes it). Events may come a moment before the
// lock is free, and may be lost when the system has no watches left, so each wait is bounded too.
class LockWatch {
 public:
  explicit LockWatch(const std::string& runs) : fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (fd_ >= 0) inotify_add_watch(fd_, runs.c_str(), IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM);
  }
  LockWatch(const LockWatch&) = delete;
  auto operator=(const LockWatch&) -> LockWatch& = delete;
  ~LockWatch() {
    if (fd_ >= 0) close(fd_);
  }

  // Whether something was heard.
  auto wait(milliseconds most) -> bool {
    pollfd watched{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&watched, fd_ >= 0 ? 1 : 0, static_cast<int>(most.count())) <= 0) return false;
    std::array<char, 4096> events{};
    while (::read(fd_, events.data(), events.size()) > 0) {
    }
    return true;
  }

 private:
  int fd_;
};

constexpr milliseconds kSoon(5);
constexpr milliseconds kLate(1000);

}  // namespace

auto LocalWriter::wait_for(std::vector<ClaimItem> items, std::chrono::milliseconds patience) -> Result<bool> {
  auto deadline = Time::now() + patience;
  LockWatch watch(core_->folder.runs());
  auto wanted = [&] {
    std::lock_guard lock(run_->mutex);
    return Wanted{.run = run_->id, .ticket = run_->ticket, .items = items, .alive = [this](const RunId& run) { return is_alive(run); }};
  };
  bool granted = false;
  auto first = core_->committer.decide(run_, true, [&](const Rows& rows) -> Result<std::vector<OperationBody>> {
    TRY(decision, decide_claim(rows, wanted()));
    granted = decision.answer.granted;
    if (granted) return std::vector<OperationBody>();
    return std::vector<OperationBody>{Wait{.items = items}};
  });
  if (!first) return std::unexpected(first.error());
  if (granted) return true;
  {
    std::lock_guard lock(run_->mutex);
    if (run_->ticket == 0) run_->ticket = first->seq;
  }
  for (auto pause = kSoon;;) {
    bool withdrawn = false;
    TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
      TRY(decision, decide_claim(rows, wanted()));
      granted = decision.answer.granted;
      // Another thread of this run has given the place up (Ctrl-C), or somebody has fenced it.
      TRY(row, load_run(rows, run_->id));
      withdrawn = !row || row->ticket == 0;
      return {};
    }));
    if (withdrawn) break;
    // Giving the place up was called off as well: nothing of this run is written any more.
    if (auto why = refused()) return std::unexpected(*why);
    if (granted) return true;
    auto left = std::chrono::duration_cast<milliseconds>(deadline - Time::now());
    if (left.count() <= 0) {
      TRY_VOID(append({Wait{}}));
      break;
    }
    bool heard = watch.wait(std::clamp(pause, milliseconds(1), left + milliseconds(1)));
    pause = heard ? kSoon : std::min(pause * 2, kLate);
  }
  std::lock_guard lock(run_->mutex);
  run_->ticket = 0;
  return false;
}

}  // namespace weft::state
