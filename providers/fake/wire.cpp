#include "providers/fake/wire.h"

#include <utility>

namespace weft::fake {

using driver::Call;
using driver::DriverFailure;
using driver::FailureClass;
using driver::Happened;

namespace {

constexpr size_t kMostRequests = 100'000;
constexpr size_t kAll = SIZE_MAX;

// The first fault that strikes this request; all that match it count it.
auto struck(FakeWorld::Contents& world, const Request& request) -> std::optional<Fault> {
  std::optional<Fault> out;
  for (auto& fault : world.faults) {
    bool matches = (fault.call.empty() || fault.call == request.call) &&
                   (fault.type.empty() || fault.type == request.type) &&
                   (fault.name.empty() || fault.name == request.name);
    if (!matches) continue;
    ++fault.met;
    bool in_row = fault.met >= fault.nth && (fault.times == 0 || fault.met < fault.nth + fault.times);
    bool strikes = fault.every > 0 ? fault.met % fault.every == 0 : in_row;
    if (strikes && !out) out = fault;
  }
  return out;
}

auto answer_lost(const Request& request) -> DriverFailure {
  DriverFailure out;
  out.failure = FailureClass::kTransient;
  out.happened = Happened::kMaybe;
  out.code = "ConnectionReset";
  out.text = "the connection was reset before the answer came";
  out.operation = request.call;
  return out;
}

auto told(const Fault& fault, const Request& request, const std::string& request_id) -> DriverFailure {
  DriverFailure out;
  out.failure = fault.failure;
  out.happened = fault.happened;
  out.code = "Fake." + std::string(driver::word(fault.failure));
  out.text = fault.text.empty() ? "the world was told to answer `" + std::string(driver::word(fault.failure)) + "`" : fault.text;
  out.request_id = request_id;
  out.operation = request.call;
  if (fault.failure == FailureClass::kThrottled) out.retry_after = std::chrono::milliseconds(1);
  if (fault.failure == FailureClass::kInUse) out.blockers.push_back("someone");
  return out;
}

// What a fault leaves behind in the object that the request made or changed.
void scar(FakeWorld::Contents& world, const Fault& fault, const Object& object) {
  auto found = world.objects.find(object.id);
  if (found == world.objects.end()) return;
  if (fault.effect == Effect::kLag) found->second.hidden = fault.count;
  if (fault.effect == Effect::kStale) found->second.stale = fault.count;
  if (fault.effect == Effect::kBreak) found->second.broken = fault.text.empty() ? "it was told to break" : fault.text;
}

}  // namespace

auto failure_of(const Refusal& refusal, std::string_view operation) -> DriverFailure {
  DriverFailure out;
  out.failure = refusal.failure;
  out.happened = Happened::kNo;
  out.code = refusal.code;
  out.text = refusal.text;
  out.operation = operation;
  out.blockers = refusal.blockers;
  if (!refusal.attribute.empty()) out.path = Path{}.member(refusal.attribute);
  return out;
}

auto Wire::send(Call call, Request request, Act act) -> Task<Sent> {
  if (call.api_calls != nullptr) ++*call.api_calls;
  std::string request_id = "req-" + std::to_string(++request_);
  std::optional<Fault> fault;
  world_->with([&](FakeWorld::Contents& world) { fault = struck(world, request); });
  auto effect = [&](Effect wanted) { return fault && fault->effect == wanted; };
  if (effect(Effect::kHold)) co_await world_->hold(call.loop);
  if (effect(Effect::kFail)) co_return Sent{.answer = std::unexpected(told(*fault, request, request_id))};
  if (effect(Effect::kLoseRequest)) co_return Sent{.answer = std::unexpected(answer_lost(request))};
  std::optional<Answer> answer;
  world_->with([&](FakeWorld::Contents& world) {
    size_t most = effect(Effect::kPartial) ? fault->count : kAll;
    if (world.requests.size() < kMostRequests) world.requests.push_back(request);
    answer = act(world, most);
    if (effect(Effect::kDuplicate)) (void)act(world, most);
    if (*answer && fault) scar(world, *fault, **answer);
  });
  if (effect(Effect::kHoldAfter)) co_await world_->hold(call.loop);
  if (effect(Effect::kLoseAnswer)) co_return Sent{.answer = std::unexpected(answer_lost(request))};
  if (!*answer) {
    auto failure = failure_of(answer->error(), request.call);
    failure.request_id = request_id;
    co_return Sent{.answer = std::unexpected(std::move(failure))};
  }
  if (effect(Effect::kPartial)) {
    DriverFailure failure = told(*fault, request, request_id);
    failure.happened = fault->happened == Happened::kYes ? Happened::kYes : Happened::kPartly;
    failure.remains = driver::Remains::kUsable;
    co_return Sent{.answer = std::unexpected(std::move(failure))};
  }
  co_return Sent{.answer = std::move(**answer), .silent = effect(Effect::kSilent), .warning = effect(Effect::kWarn) ? fault->text : std::string()};
}

auto Wire::look(Call call, Request request, Look look) -> Task<std::expected<void, DriverFailure>> {
  if (call.api_calls != nullptr) ++*call.api_calls;
  std::string request_id = "req-" + std::to_string(++request_);
  std::optional<Fault> fault;
  world_->with([&](FakeWorld::Contents& world) {
    ++world.reads;
    fault = struck(world, request);
  });
  if (fault && fault->effect == Effect::kHold) co_await world_->hold(call.loop);
  if (fault && fault->effect == Effect::kFail) co_return std::unexpected(told(*fault, request, request_id));
  bool unanswered = fault && (fault->effect == Effect::kLoseAnswer || fault->effect == Effect::kLoseRequest);
  if (unanswered) co_return std::unexpected(answer_lost(request));
  world_->with(look);
  co_return std::expected<void, DriverFailure>{};
}

}  // namespace weft::fake
