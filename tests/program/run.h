// Runs the built program as a user would, with a home and a folder of its own.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace weft::test {

struct Ran {
  int exit = -1;      // exit status, or 128 + signal
  std::string out;    // stdout and stderr together, as they came
  [[nodiscard]] auto killed() const -> bool { return exit == 128 + SIGKILL; }
};

class Program {
 public:
  explicit Program(const std::string& folder, const std::string& home) : folder_(folder), home_(home) {}

  // `environment`: NAME=value, beside a small fixed one. Killed after `patience`, if given (an injected fault, or a hang).
  auto run(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {},
           std::optional<std::chrono::microseconds> kill_after = {}) const -> Ran {
    pid_t child = start(arguments, environment);
    return finish(child, kill_after);
  }

  // Starts it and gives its process id; finish() waits for it.
  auto start(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {}) const -> pid_t {
    int ends[2];
    CHECK(pipe2(ends, O_CLOEXEC) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      CHECK(chdir(folder_.c_str()) == 0);
      dup2(ends[1], 1);
      dup2(ends[1], 2);
      int none = open("/dev/null", O_RDONLY);
      dup2(none, 0);
      std::vector<std::string> texts{WEFT_BINARY};
      texts.insert(texts.end(), arguments.begin(), arguments.end());
      std::vector<char*> argv;
      for (auto& text : texts) argv.push_back(text.data());
      argv.push_back(nullptr);
      std::vector<std::string> env{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=" + home_, "CI=1", "ASAN_OPTIONS=detect_leaks=0"};
      env.insert(env.end(), environment.begin(), environment.end());
      std::vector<char*> envp;
      for (auto& text : env) envp.push_back(text.data());
      envp.push_back(nullptr);
      execve(WEFT_BINARY, argv.data(), envp.data());
      _exit(127);
    }
    close(ends[1]);
    outputs_[child] = ends[0];
    return child;
  }

  auto finish(pid_t child, std::optional<std::chrono::microseconds> kill_after = {}) const -> Ran {
    Ran ran;
    int fd = outputs_.at(child);
    auto begun = std::chrono::steady_clock::now();
    char part[4096];
    for (;;) {
      int patience = -1;
      if (kill_after) {
        auto left = *kill_after - std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
        if (left.count() <= 0) {
          kill(child, SIGKILL);
          kill_after.reset();
          continue;
        }
        patience = static_cast<int>(left.count() / 1000) + 1;
      }
      pollfd wait{fd, POLLIN, 0};
      if (poll(&wait, 1, patience) == 0) continue;
      ssize_t count = read(fd, part, sizeof part);
      if (count <= 0) break;
      ran.out.append(part, static_cast<size_t>(count));
    }
    close(fd);
    outputs_.erase(child);
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ran;
  }

 private:
  std::string folder_, home_;
  mutable std::map<pid_t, int> outputs_;
};

}  // namespace weft::test
