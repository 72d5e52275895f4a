// Runs the built program as a user would: in a folder and with a home of its own, with no variable of ours but a few, so
// that no state outlives the test. A run that ends by a fault of the program (a sanitizer's report, a broken CHECK) fails
// the test by itself.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temp_dir.h"

namespace weft::test {

struct Ran {
  int exit = -1;      // exit status, or 128 + signal
  std::string out;    // stdout; of a run that is not `apart` stderr as well, as it came
  std::string error;  // stderr of a run that is `apart`
  [[nodiscard]] auto killed() const -> bool { return exit == 128 + SIGKILL; }
  [[nodiscard]] auto all() const -> std::string { return "exit " + std::to_string(exit) + "\n" + out + error; }
};

struct RunRequest {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  // NAME=value, over the fixed ones; NAME alone takes one away
  std::string input;                     // of stdin; nothing: /dev/null
  std::string folder;                    // to run in; nothing: the program's
  bool apart = false;                    // stderr by itself
  uint16_t columns = 0;                  // above 0: stdin, stdout and stderr are one terminal of that width, without echo
  uint64_t largest_file = 0;             // above 0: what writes beyond that gets EFBIG, as on a full disk
  bool remove_folder = false;            // which must be empty, once the program would start in it
  bool may_crash = false;                // a fault of the program is what the test looks for
};

class Program {
 public:
  Program();  // with a folder of its own
  Program(std::string folder, std::string home);

  // The folder made by Program().
  [[nodiscard]] auto files() const -> const TempDir& { return *files_; }
  [[nodiscard]] auto folder() const -> const std::string& { return folder_; }
  [[nodiscard]] auto home() const -> const std::string& { return home_; }

  // Killed after `kill_after`, if given (an injected fault).
  auto run(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {},
           std::optional<std::chrono::microseconds> kill_after = {}) const -> Ran;
  // In another folder, with the streams apart.
  auto run_in(const std::string& folder, const std::vector<std::string>& arguments) const -> Ran;
  auto run(const RunRequest& request) const -> Ran;

  // Starts it and gives its process id; finish() reads what it says until it ends.
  auto start(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {}) const -> pid_t;
  auto start(const RunRequest& request) const -> pid_t;
  auto finish(pid_t child, std::optional<std::chrono::microseconds> kill_after = {}) const -> Ran;

 private:
  struct Ends {
    int out = -1, error = -1, in = -1;
    std::string input;
    bool may_crash = false;
  };
  std::unique_ptr<TempDir> files_, own_home_;
  std::string folder_, home_;
  mutable std::map<pid_t, Ends> running_;
};

// What only a fault of the program says: a report of a sanitizer, a broken CHECK; empty when there is nothing of it.
[[nodiscard]] auto fault_in(const Ran& ran) -> std::string;

}  // namespace weft::test
