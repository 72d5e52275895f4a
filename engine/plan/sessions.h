// The provider configurations of a run, each opened when it is first needed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/os/clock.h"
#include "lang/os/loop.h"
#include "lang/os/task.h"
#include "providers/api/driver.h"
#include "providers/api/registry.h"

namespace weft::plan {

struct CallFactory {
  Loop& loop;
  Clock& clock;
  Cancel cancel;
  std::string folder;
  std::vector<int> inherit_fds{};
  uint64_t api_calls = 0, sent_again = 0;
  std::function<void(const driver::Rate&)> rate{};
  [[nodiscard]] auto call(std::chrono::milliseconds deadline = std::chrono::minutes(20)) -> driver::Call;
};

class Sessions {
 public:
  struct Open {
    std::unique_ptr<driver::Session> session;   // null: `failure` says why
    std::optional<driver::DriverFailure> failure;
    [[nodiscard]] auto place() const -> std::string { return session ? session->configured().place : std::string(); }
  };
  // `settings` gives a configuration's provider type and settings (an empty object without a block).
  using Settings = std::function<std::pair<std::string, Value>(const std::string& configuration)>;

  Sessions(driver::Registry& registry, CallFactory& calls) : registry_(registry), calls_(calls) {}
  void on_settings(Settings settings) { settings_ = std::move(settings); }

  // Opens it, once; the pointer stays good.
  auto get(std::string configuration) -> Task<Open*>;
  [[nodiscard]] auto find(const std::string& configuration) -> Open*;
  // Closes one, so that the next get() configures it anew (settings became known).
  void reopen(const std::string& configuration) { open_.erase(configuration); }
  // Configures it anew in its place; when that fails, or leads to another place, it says why and the former one stays.
  // Calls that are under way end on the session on which they began.
  auto renew(std::string configuration) -> Task<std::optional<driver::DriverFailure>>;

 private:
  auto open(std::string configuration) -> Task<std::unique_ptr<Open>>;

  driver::Registry& registry_;
  CallFactory& calls_;
  Settings settings_;
  std::map<std::string, std::unique_ptr<Open>> open_;
  std::vector<std::unique_ptr<Open>> former_;  // renewed since
};

}  // namespace weft::plan
