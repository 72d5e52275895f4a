#include "engine/ops/state_look.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/addr/selection.h"
#include "engine/ops/workspace.h"
#include "lang/base/text.h"

namespace weft::ops {

namespace {
constexpr size_t kMostRuns = 100'000;
}  // namespace

auto no_record(const std::string& text, const std::vector<state::Record>& records) -> Failure {
  std::vector<std::string> known;
  for (const auto& record : records) known.push_back(record.address);
  auto meant = addr::likely(text, known);
  return {Code::kNotFound, fmt::format("no record is called `{}`", text), (meant.empty() ? "" : fmt::format("did you mean `{}`? ", meant)) + "weft state list shows all"};
}

auto look(World& world, const StateRequest& request, bool with_history) -> StateResult {
  StateResult result;
  result.fabric = fabric_name_of(world);
  auto refuse = [&](Failure failure) -> StateResult& {
    result.failure = std::move(failure);
    return result;
  };
  auto state = open_state_only(world, request.environment, false);
  if (!state) return refuse(state.error());
  auto snapshot = (*state)->snapshot();
  if (!snapshot) return refuse(snapshot.error());
  result.snapshot = std::move(*snapshot);
  if (request.version && *request.version > result.snapshot.tail.seq) {
    return refuse({Code::kNotFound, fmt::format("there is no version @{} yet: the state is at @{}", *request.version, result.snapshot.tail.seq), {}});
  }
  addr::Selection wanted;
  if (!request.selector.empty()) {
    auto choice = addr::parse_choice(request.selector);
    if (!choice) return refuse(choice.error());
    wanted.add(std::move(*choice));
  }
  for (const state::Record& record : result.snapshot.records) {
    if (!wanted.empty() && !wanted.matches(record.address)) continue;
    if (!request.version) {
      result.records.push_back(record);
      continue;
    }
    auto then = (*state)->record_at(record.address, *request.version);
    if (!then) return refuse(then.error());
    if (*then) result.records.push_back(std::move(**then));
  }
  // A record that is gone by now can still be looked at as it was.
  if (request.version && result.records.empty() && !request.selector.empty()) {
    auto then = (*state)->record_at(request.selector, *request.version);
    if (!then) return refuse(then.error());
    if (*then) result.records.push_back(std::move(**then));
  }
  std::sort(result.records.begin(), result.records.end(),
            [](const auto& a, const auto& b) { return weft::natural_less(a.address, b.address); });
  if (result.records.empty() && !request.selector.empty()) {
    if (request.version) return refuse({Code::kNotFound, fmt::format("no record was called `{}` at @{}", request.selector, *request.version), {}});
    return refuse(no_record(request.selector, result.snapshot.records));
  }
  if (with_history) {
    auto history = (*state)->history(kMostRuns);
    if (!history) return refuse(history.error());
    result.history = std::move(*history);
  }
  if (result.records.size() == 1) {
    const state::Record& record = result.records.front();
    if (auto versions = (*state)->versions(record.address)) result.versions = std::move(*versions);
    for (const state::Record& other : result.snapshot.records) {
      bool uses = std::any_of(other.dependencies.begin(), other.dependencies.end(), [&](const state::Dependency& dependency) {
        if (dependency.address == record.address) return true;
        auto around = addr::enclosing(record.address);
        return dependency.subtree && std::find(around.begin(), around.end(), dependency.address) != around.end();
      });
      if (uses) result.used_by.push_back(other.address);
    }
  }
  if (!request.reveal) return result;
  // Sealed values are opened only on demand.
  for (state::Record& record : result.records) {
    state::SealPlace place{record.uid, record.address, record.rev};
    auto open = [&](Value& value, std::string_view attribute) -> Result<void> {
      if (!state::holds_sealed(value)) return {};
      TRY(opened, (*state)->keyring().unseal(value, place, attribute));
      value = std::move(opened);
      return {};
    };
    auto opened = open(record.observed, "observed");
    if (opened) opened = open(record.baseline, "baseline");
    if (!opened) return refuse(opened.error());
  }
  return result;
}

}  // namespace weft::ops
