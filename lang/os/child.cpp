#include "lang/os/child.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "lang/base/text.h"
#include "lang/os/errors.h"
#include "lang/os/files.h"

namespace weft {

namespace {

constexpr int kAnswerFd = 3;
constexpr int kFirstInherited = 4;

auto refused(std::string_view doing) -> std::unexpected<Failure> {
  return std::unexpected(os_failure(errno, doing));
}

struct Ends {
  Descriptor ours;
  Descriptor theirs;
};

// Ours does not block. Theirs is moved above every number that the child is given, so that laying descriptors out
// there never overwrites one that is still to be laid out.
auto make_pipe(bool we_read, int above) -> Result<Ends> {
  std::array<int, 2> raw{};
  if (pipe2(raw.data(), O_CLOEXEC) != 0) return refused("making a pipe");
  Descriptor reading(raw[0]);
  Descriptor writing(raw[1]);
  Ends ends;
  ends.ours = std::move(we_read ? reading : writing);
  Descriptor low = std::move(we_read ? writing : reading);
  ends.theirs = Descriptor(fcntl(low.get(), F_DUPFD_CLOEXEC, above));
  if (!ends.theirs.valid()) return refused("making a pipe");
  if (fcntl(ends.ours.get(), F_SETFL, O_NONBLOCK) != 0) return refused("making a pipe");
  return ends;
}

class Actions {
 public:
  Actions() { CHECK(posix_spawn_file_actions_init(&raw_) == 0); }
  ~Actions() { posix_spawn_file_actions_destroy(&raw_); }
  Actions(const Actions&) = delete;
  auto operator=(const Actions&) -> Actions& = delete;

  // All of these fail only for want of memory.
  void lay(int from, int to) { CHECK(posix_spawn_file_actions_adddup2(&raw_, from, to) == 0); }
  void close(int one) { CHECK(posix_spawn_file_actions_addclose(&raw_, one) == 0); }
  void close_from(int first) { CHECK(posix_spawn_file_actions_addclosefrom_np(&raw_, first) == 0); }
  void change_folder(const std::string& folder) {
    CHECK(posix_spawn_file_actions_addchdir_np(&raw_, folder.c_str()) == 0);
  }
  [[nodiscard]] auto raw() const -> const posix_spawn_file_actions_t* { return &raw_; }

 private:
  posix_spawn_file_actions_t raw_{};
};

class Attributes {
 public:
  Attributes() {
    CHECK(posix_spawnattr_init(&raw_) == 0);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    CHECK(posix_spawnattr_setsigmask(&raw_, &none) == 0);
    CHECK(posix_spawnattr_setsigdefault(&raw_, &all) == 0);
    CHECK(posix_spawnattr_setpgroup(&raw_, 0) == 0);
    CHECK(posix_spawnattr_setflags(
              &raw_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP) == 0);
  }
  ~Attributes() { posix_spawnattr_destroy(&raw_); }
  Attributes(const Attributes&) = delete;
  auto operator=(const Attributes&) -> Attributes& = delete;
  [[nodiscard]] auto raw() const -> const posix_spawnattr_t* { return &raw_; }

 private:
  posix_spawnattr_t raw_{};
};

auto pointers(std::vector<std::string>& texts) -> std::vector<char*> {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// A nul inside would silently cut the text for the child.
auto has_nul(const std::vector<std::string>& texts) -> bool {
  for (const auto& text : texts) {
    if (text.find('\0') != std::string::npos) return true;
  }
  return false;
}

// Where SIGCHLD is ignored (inherited so by some service managers) the kernel throws statuses away.
void keep_statuses() {
  struct sigaction now{};
  if (sigaction(SIGCHLD, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) std::signal(SIGCHLD, SIG_DFL);
}

}  // namespace

auto find_program(const std::string& name, const std::string& path) -> Result<std::string> {
  if (name.find('/') != std::string::npos) return name;
  std::string_view folders = path;
  if (folders.empty()) folders = "/usr/local/bin:/usr/bin:/bin";
  for (std::string_view folder : split(folders, ':')) {
    std::string candidate = join_path(folder, name);
    struct stat raw{};
    if (candidate.find('/') == std::string::npos) candidate = "./" + candidate;
    if (stat(candidate.c_str(), &raw) == 0 && S_ISREG(raw.st_mode) && access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return fail(Code::kNotFound, "no program `" + name + "` in PATH");
}

auto Child::start(const ProcessRequest& request) -> Result<Child> {
  if (request.argv.empty() || request.argv[0].empty()) return fail(Code::kInvalid, "a command without a program");
  auto argv = request.argv;
  auto environment = request.environment.list();
  if (has_nul(argv) || has_nul(environment) || request.directory.find('\0') != std::string::npos) {
    return fail(Code::kInvalid, "a command's arguments and environment cannot hold a nul character");
  }
  TRY(program, find_program(argv[0], request.environment.get("PATH")));
  std::string doing = "starting `" + argv[0] + '`';
  if (!request.directory.empty()) {
    TRY(folder, real_files().info(request.directory));
    if (folder.kind != FileKind::kFolder) return fail(Code::kInvalid, doing + ": " + request.directory + " is no folder");
  }

  int behind = kFirstInherited + static_cast<int>(request.inherit_fds.size());
  Child child;
  Actions actions;
  std::vector<Descriptor> theirs;
  auto give = [&](Descriptor from, int to) {
    actions.lay(from.get(), to);
    theirs.push_back(std::move(from));
  };
  if (request.input.empty()) {
    Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
    Descriptor high(fcntl(nothing.get(), F_DUPFD_CLOEXEC, behind));
    if (!high.valid()) return refused(doing);
    give(std::move(high), 0);
  } else {
    TRY(ends, make_pipe(/*we_read=*/false, behind));
    child.input = std::move(ends.ours);
    give(std::move(ends.theirs), 0);
  }
  for (auto [ours, to] : {std::pair(&child.out, 1), std::pair(&child.error, 2), std::pair(&child.answer, kAnswerFd)}) {
    if (to == kAnswerFd && !request.answer_pipe) continue;
    TRY(ends, make_pipe(/*we_read=*/true, behind));
    *ours = std::move(ends.ours);
    give(std::move(ends.theirs), to);
  }
  for (size_t i = 0; i < request.inherit_fds.size(); ++i) {
    Descriptor high(fcntl(request.inherit_fds[i], F_DUPFD_CLOEXEC, behind));
    if (!high.valid()) return refused(doing);
    give(std::move(high), kFirstInherited + static_cast<int>(i));
  }
  // Between the standard streams and the named ones may be one of ours that was never made close-on-exec.
  if (!request.answer_pipe) actions.close(kAnswerFd);
  actions.close_from(behind);
  if (!request.directory.empty()) actions.change_folder(request.directory);

  keep_statuses();
  Attributes attributes;
  // Keeps the number for the handle that can only be had once the child runs.
  Descriptor spare(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!spare.valid()) return refused(doing);
  errno = posix_spawn(&child.pid_, program.c_str(), actions.raw(), attributes.raw(), pointers(argv).data(),
                      pointers(environment).data());
  if (errno != 0) {
    child.pid_ = -1;
    return refused(doing);
  }
  spare.reset();
  child.pidfd_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, child.pid_, 0)));
  if (!child.pidfd_.valid()) {
    return fail(Code::kInternal, "watching `" + argv[0] + "`, which was started and killed at once: " + os_error_text(errno));
  }
  return child;
}

Child::Child(Child&& other) noexcept
    : input(std::move(other.input)),
      out(std::move(other.out)),
      error(std::move(other.error)),
      answer(std::move(other.answer)),
      pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)) {}

Child::~Child() {
  if (pid_ < 0) return;
  signal_group(SIGKILL);
  ProcessResult ignored;
  reap(ignored);
}

void Child::signal_group(int signo) const {
  if (pid_ > 0) kill(-pid_, signo);
}

void Child::reap(ProcessResult& result) {
  CHECK(pid_ > 0);
  int status = 0;
  pid_t got = 0;
  do got = waitpid(pid_, &status, 0);
  while (got < 0 && errno == EINTR);
  CHECK(got == pid_);
  pid_ = -1;
  if (WIFEXITED(status)) {
    result.exit_code = WEXITSTATUS(status);
  } else {
    result.signal = WTERMSIG(status);
  }
}

}  // namespace weft
