#include "engine/plan/sessions.h"

#include <fmt/core.h>

namespace weft::plan {

auto CallFactory::call(std::chrono::milliseconds deadline) -> driver::Call {
  return driver::Call{.loop = loop,
                      .clock = clock,
                      .cancel = cancel,
                      .deadline = deadline,
                      .working_folder = folder,
                      .inherit_fds = inherit_fds,
                      .progress = {},
                      .api_calls = &api_calls,
                      .sent_again = &sent_again,
                      .rate = rate};
}

auto Sessions::find(const std::string& configuration) -> Open* {
  auto known = open_.find(configuration);
  return known == open_.end() ? nullptr : known->second.get();
}

auto Sessions::open(std::string configuration) -> Task<std::unique_ptr<Open>> {
  auto open = std::make_unique<Open>();
  auto [provider, settings] = settings_(configuration);
  driver::Driver* driver = registry_.driver(provider);
  if (driver == nullptr) {
    open->failure = driver::DriverFailure{.failure = driver::FailureClass::kUnsupported,
                                          .text = fmt::format("no provider is called `{}`", provider)};
  } else {
    auto session = co_await driver->open(calls_.call(), settings);
    if (session) open->session = std::move(*session);
    else open->failure = std::move(session.error());
  }
  co_return open;
}

auto Sessions::get(std::string configuration) -> Task<Open*> {
  if (auto known = open_.find(configuration); known != open_.end()) co_return known->second.get();
  auto opened = co_await open(configuration);
  co_return open_.emplace(configuration, std::move(opened)).first->second.get();
}

auto Sessions::renew(std::string configuration) -> Task<std::optional<driver::DriverFailure>> {
  auto opened = co_await open(configuration);
  if (!opened->session) co_return std::move(opened->failure);
  auto known = open_.find(configuration);
  if (known != open_.end() && known->second->place() != opened->place()) {
    co_return driver::DriverFailure{.failure = driver::FailureClass::kDenied,
                                    .text = fmt::format("its credentials lead to another place now: {} instead of {}", opened->place(), known->second->place())};
  }
  if (known != open_.end()) former_.push_back(std::exchange(known->second, std::move(opened)));
  else open_.emplace(configuration, std::move(opened));
  co_return std::nullopt;
}

}  // namespace weft::plan
