#include "engine/state/turn.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>

#include "lang/os/files.h"
#include "lang/os/open_by.h"

namespace weft::state {
namespace {

using std::chrono::milliseconds;
using Time = std::chrono::steady_clock;

constexpr milliseconds kLook{50};      // how late a request to stop may be heard; a turn that is given back wakes at once
constexpr milliseconds kTellAfter{1000};
constexpr size_t kPageBytes = 4096;
constexpr uint64_t kPageFormat = 0x3130'6e72'7574'6677;  // "wfturn01"

// A robust mutex means something to the kernel that knows it: each start of the machine has a file of its own.
auto start_of_machine() -> std::string {
  auto text = real_files().read("/proc/sys/kernel/random/boot_id", 64);
  std::string id;
  for (char one : text.value_or("")) {
    if ((one >= '0' && one <= '9') || (one >= 'a' && one <= 'f')) id += one;
  }
  return id.substr(0, 16);
}

}  // namespace

struct Turn::Page {
  uint64_t format;
  uint64_t size;     // of the mutex: another C library has another one
  uint64_t inode;    // of its own file: a copy of a held one is nobody's
  std::atomic<pid_t> holder;
  pthread_mutex_t mutex;

  static_assert(std::atomic<pid_t>::is_always_lock_free);
  [[nodiscard]] auto fits(const struct stat& file) const -> bool {
    return static_cast<size_t>(file.st_size) == kPageBytes && format == kPageFormat && size == sizeof(pthread_mutex_t) && inode == file.st_ino;
  }
};

Turn::Turn() = default;
Turn::~Turn() {
  if (page_ != nullptr) munmap(page_, kPageBytes);
}

void Turn::watch(TurnWatch watch) {
  std::lock_guard lock(mutex_);
  watch_ = std::move(watch);
}

namespace {

// A whole one under a name of its own, for nobody may meet half of one. False: there is no room, or no right to make it.
template <class Page>
auto make_page(const std::string& path) -> bool {
  int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return false;
  // Real blocks: a hole that finds no room later would be a SIGBUS.
  bool made = posix_fallocate(fd, 0, kPageBytes) == 0;
  struct stat facts {};
  made = made && fstat(fd, &facts) == 0;
  void* at = made ? mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
  ::close(fd);
  if (at == MAP_FAILED) {
    unlink(path.c_str());
    return false;
  }
  auto* page = static_cast<Page*>(at);
  pthread_mutexattr_t shared;
  made = pthread_mutexattr_init(&shared) == 0 && pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED) == 0 &&
         pthread_mutexattr_setrobust(&shared, PTHREAD_MUTEX_ROBUST) == 0 && pthread_mutex_init(&page->mutex, &shared) == 0;
  pthread_mutexattr_destroy(&shared);
  page->size = sizeof(pthread_mutex_t);
  page->inode = facts.st_ino;
  page->format = kPageFormat;
  munmap(at, kPageBytes);
  if (!made) unlink(path.c_str());
  return made;
}

}  // namespace

auto Turn::map(const std::string& folder) -> Page* {
  auto path = folder + "/turn-" + start_of_machine() + ".lock";
  // More than once: it is not there yet, or it is a copy of another folder's.
  for (int attempt = 0; attempt < 4; ++attempt) {
    int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno != ENOENT) return nullptr;
    if (fd >= 0) {
      struct stat facts {};
      bool whole = fstat(fd, &facts) == 0 && static_cast<size_t>(facts.st_size) == kPageBytes;
      void* at = whole ? mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
      ::close(fd);
      if (at != MAP_FAILED && static_cast<Page*>(at)->fits(facts)) return static_cast<Page*>(at);
      if (at != MAP_FAILED) munmap(at, kPageBytes);
      unlink(path.c_str());
    }
    // Those of earlier starts of the machine go when a new one comes.
    if (auto names = real_files().list(folder)) {
      for (const auto& one : *names) {
        auto other = folder + "/" + one.name;
        if (one.name.starts_with("turn-") && other != path) unlink(other.c_str());
      }
    }
    auto fresh = path + "." + std::to_string(getpid());
    if (!make_page<Page>(fresh)) return nullptr;
    // Whoever is first gives it the name; the others use that one.
    (void)::link(fresh.c_str(), path.c_str());
    unlink(fresh.c_str());
  }
  return nullptr;
}

auto Turn::wait(Page& page, Patience patience) -> Result<void> {
  TurnWatch watch;
  {
    std::lock_guard lock(mutex_);
    watch = watch_;
  }
  auto began = Time::now();
  bool told = false;
  for (;;) {
    bool stop = patience == Patience::kUntilStopped ? watch.soft.requested() || watch.hard.requested() : watch.hard.requested();
    if (stop) return fail(Code::kCancelled, "stopped while another process was writing the state");
    timespec until{};
    clock_gettime(CLOCK_MONOTONIC, &until);  // the other clock may be set back
    auto nanoseconds = until.tv_nsec + std::chrono::nanoseconds(kLook).count();
    until.tv_sec += nanoseconds / 1'000'000'000;
    until.tv_nsec = nanoseconds % 1'000'000'000;
    int code = pthread_mutex_clocklock(&page.mutex, CLOCK_MONOTONIC, &until);
    if (code == EOWNERDEAD) code = pthread_mutex_consistent(&page.mutex);
    if (code == 0) {
      held_ = true;
      return {};
    }
    if (code != ETIMEDOUT) return {};  // it cannot be used: LMDB's own lock is left
    if (told || !watch.told || Time::now() - began < kTellAfter) continue;
    told = true;
    pid_t holder = page.holder.load(std::memory_order_relaxed);
    watch.told({.process = holder, .stands_still = holder > 0 && stands_still(holder)});
  }
}

auto Turn::take(const std::string& folder, Patience patience) -> Result<void> {
  held_ = false;
  if (!tried_) page_ = map(folder);
  tried_ = true;
  if (page_ == nullptr) return {};
  int code = pthread_mutex_trylock(&page_->mutex);
  if (code == EOWNERDEAD) code = pthread_mutex_consistent(&page_->mutex);
  held_ = code == 0;
  if (code == EBUSY) {
    auto waited = wait(*page_, patience);
    if (!waited) return waited;
  }
  if (held_) page_->holder.store(getpid(), std::memory_order_relaxed);
  return {};
}

void Turn::give_back() {
  if (!held_) return;
  held_ = false;
  page_->holder.store(0, std::memory_order_relaxed);
  pthread_mutex_unlock(&page_->mutex);
}

}  // namespace weft::state
