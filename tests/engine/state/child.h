// Other processes: this test program again, running one of its DISABLED_ tests as what a process does. They can be killed
// at a crash point, and end with their locks as the kernel leaves them.
#pragma once

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

namespace weft::state::test {

inline constexpr const char* kChildFolder = "WEFT_TEST_FOLDER";
inline constexpr const char* kChildName = "WEFT_TEST_NAME";

class Child {
 public:
  // `role`: "Suite.DISABLED_Name".
  Child(const std::string& role, std::map<std::string, std::string> variables) {
    std::vector<std::string> arguments{"/proc/self/exe", "--gtest_also_run_disabled_tests", "--gtest_filter=" + role, "--gtest_brief=1"};
    for (char** one = environ; *one != nullptr; ++one) {
      std::string line = *one;
      variables.emplace(line.substr(0, line.find('=')), line.substr(line.find('=') + 1));
    }
    std::vector<std::string> lines;
    for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
    auto pointers = [](std::vector<std::string>& texts) {
      std::vector<char*> out;
      for (auto& text : texts) out.push_back(text.data());
      out.push_back(nullptr);
      return out;
    };
    EXPECT_EQ(posix_spawn(&pid_, "/proc/self/exe", nullptr, nullptr, pointers(arguments).data(), pointers(lines).data()), 0);
  }
  Child(const Child&) = delete;
  auto operator=(const Child&) -> Child& = delete;
  ~Child() {
    if (pid_ > 0) wait();
  }

  // As waitpid gives it.
  auto wait() -> int {
    int status = 0;
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    pid_ = -1;
    return status;
  }
  auto was_killed() -> bool {
    int status = wait();
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }
  auto succeeded() -> bool {
    int status = wait();
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  void kill() const { ::kill(pid_, SIGKILL); }

 private:
  pid_t pid_ = -1;
};

}  // namespace weft::state::test
