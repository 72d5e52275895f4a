#include "tests/support/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>

#include "lang/base/check.h"

namespace weft::test {

namespace {

using std::chrono::microseconds;

// WEFT_UNDER_TEST: another one than was built with the tests, such as an installed one.
auto binary() -> const char* {
  const char* other = std::getenv("WEFT_UNDER_TEST");
  return other == nullptr ? WEFT_BINARY : other;
}

// Two ends of a terminal that changes no byte on its way out and shows nothing that is typed.
auto open_terminal(uint16_t columns) -> std::pair<int, int> {
  int mine = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  CHECK(mine >= 0);
  CHECK(::grantpt(mine) == 0 && ::unlockpt(mine) == 0);
  char name[256];
  CHECK(::ptsname_r(mine, name, sizeof name) == 0);
  int theirs = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  CHECK(theirs >= 0);
  termios modes{};
  CHECK(::tcgetattr(theirs, &modes) == 0);
  modes.c_oflag &= ~static_cast<tcflag_t>(OPOST);
  modes.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  CHECK(::tcsetattr(theirs, TCSANOW, &modes) == 0);
  winsize size{.ws_row = 40, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  CHECK(::ioctl(theirs, TIOCSWINSZ, &size) == 0);
  return {mine, theirs};
}

auto variables_of(const RunRequest& request, const std::string& home) -> std::vector<std::string> {
  std::map<std::string, std::string> variables{{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                               {"LANG", "C.UTF-8"},
                                               {"HOME", home},
                                               {"ASAN_OPTIONS", "detect_leaks=0"},
                                               {"UBSAN_OPTIONS", "print_stacktrace=1"}};
  if (request.columns == 0) variables["CI"] = "1";
  else variables["TERM"] = "xterm";
  for (const std::string& one : request.environment) {
    size_t at = one.find('=');
    if (at == std::string::npos) variables.erase(one);
    else variables[one.substr(0, at)] = one.substr(at + 1);
  }
  std::vector<std::string> out;
  for (const auto& [name, value] : variables) out.push_back(name + "=" + value);
  return out;
}

auto pointers(std::vector<std::string>& texts) -> std::vector<char*> {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

void close_if(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

// Whether more may come.
auto read_some(int fd, std::string& to) -> bool {
  char part[16384];
  ssize_t count = ::read(fd, part, sizeof part);
  if (count <= 0) return false;  // of a terminal whose other end is closed: EIO
  to.append(part, static_cast<size_t>(count));
  return true;
}

}  // namespace

Program::Program() : files_(std::make_unique<TempDir>()), own_home_(std::make_unique<TempDir>()), folder_(files_->path()), home_(own_home_->path()) {}

Program::Program(std::string folder, std::string home) : folder_(std::move(folder)), home_(std::move(home)) {}

auto Program::run(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
                  std::optional<microseconds> kill_after) const -> Ran {
  return finish(start(arguments, environment), kill_after);
}

auto Program::run_in(const std::string& folder, const std::vector<std::string>& arguments) const -> Ran {
  return run(RunRequest{.arguments = arguments, .folder = folder, .apart = true});
}

auto Program::run(const RunRequest& request) const -> Ran { return finish(start(request)); }

auto Program::start(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) const -> pid_t {
  return start(RunRequest{.arguments = arguments, .environment = environment});
}

auto Program::start(const RunRequest& request) const -> pid_t {
  std::vector<std::string> words{binary()};
  words.insert(words.end(), request.arguments.begin(), request.arguments.end());
  std::vector<std::string> variables = variables_of(request, home_);
  auto argv = pointers(words), envp = pointers(variables);
  const std::string& folder = request.folder.empty() ? folder_ : request.folder;

  int in[2] = {-1, -1}, out[2] = {-1, -1}, error[2] = {-1, -1};  // theirs, mine; mine, theirs
  if (request.columns > 0) {
    auto [mine, theirs] = open_terminal(request.columns);
    out[0] = mine;
    out[1] = theirs;
  } else {
    CHECK(::pipe2(out, O_CLOEXEC) == 0);
    if (request.apart) CHECK(::pipe2(error, O_CLOEXEC) == 0);
    if (!request.input.empty()) CHECK(::pipe2(in, O_CLOEXEC) == 0);
    else CHECK((in[0] = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0);
  }
  pid_t child = ::fork();
  CHECK(child >= 0);
  if (child == 0) {
    if (::chdir(folder.c_str()) != 0) ::_exit(126);
    if (request.remove_folder && ::rmdir(folder.c_str()) != 0) ::_exit(126);
    ::dup2(request.columns > 0 ? out[1] : in[0], 0);
    ::dup2(out[1], 1);
    ::dup2(error[1] >= 0 ? error[1] : out[1], 2);
    if (request.largest_file > 0) {
      rlimit limit{.rlim_cur = request.largest_file, .rlim_max = request.largest_file};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      ::signal(SIGXFSZ, SIG_IGN);
    }
    ::execve(words[0].c_str(), argv.data(), envp.data());
    ::_exit(127);
  }
  close_if(in[0]);
  close_if(out[1]);
  close_if(error[1]);
  Ends ends{.out = out[0], .error = error[0], .in = in[1], .input = request.input, .may_crash = request.may_crash};
  if (request.columns > 0 && !request.input.empty()) {
    // A terminal keeps a few kilobytes of what was typed until it is read.
    CHECK(::write(ends.out, ends.input.data(), ends.input.size()) == static_cast<ssize_t>(ends.input.size()));
    ends.input.clear();
  }
  running_[child] = std::move(ends);
  return child;
}

auto Program::finish(pid_t child, std::optional<microseconds> kill_after) const -> Ran {
  using Clock = std::chrono::steady_clock;
  Ends ends = std::move(running_.at(child));
  running_.erase(child);
  ::signal(SIGPIPE, SIG_IGN);
  Ran ran;
  auto begun = Clock::now();
  while (ends.out >= 0 || ends.error >= 0) {
    int patience = -1;
    if (kill_after) {
      auto left = *kill_after - std::chrono::duration_cast<microseconds>(Clock::now() - begun);
      if (left.count() <= 0) {
        ::kill(child, SIGKILL);
        kill_after.reset();
        continue;
      }
      patience = static_cast<int>(left.count() / 1000) + 1;
    }
    if (ends.input.empty()) close_if(ends.in);
    pollfd waits[3] = {{ends.out, POLLIN, 0}, {ends.error, POLLIN, 0}, {ends.in, POLLOUT, 0}};
    if (::poll(waits, 3, patience) <= 0) continue;
    if (waits[0].revents != 0 && !read_some(ends.out, ran.out)) close_if(ends.out);
    if (waits[1].revents != 0 && !read_some(ends.error, ran.error)) close_if(ends.error);
    if (waits[2].revents != 0) {
      ssize_t count = ::write(ends.in, ends.input.data(), ends.input.size());
      if (count <= 0) ends.input.clear();
      else ends.input.erase(0, static_cast<size_t>(count));
    }
  }
  close_if(ends.in);
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (!ends.may_crash) {
    if (std::string fault = fault_in(ran); !fault.empty()) ADD_FAILURE() << "a fault of the program: " << fault << "\n" << ran.all();
  }
  return ran;
}

auto fault_in(const Ran& ran) -> std::string {
  if (ran.exit == 70) return "exit 70";
  for (int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGXFSZ}) {
    if (ran.exit == 128 + signal) return "signal " + std::to_string(signal);
  }
  for (const char* words : {"AddressSanitizer", "LeakSanitizer", "UndefinedBehaviorSanitizer", "runtime error:", "a bug in Weft"}) {
    if (ran.out.find(words) != std::string::npos || ran.error.find(words) != std::string::npos) return words;
  }
  return {};
}

}  // namespace weft::test
