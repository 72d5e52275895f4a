#include <algorithm>
#include <optional>
#include <utility>

#include "lang/base/digest.h"
#include "lang/os/sync.h"
#include "lang/value/json.h"
#include "providers/http/answer.h"
#include "providers/http/http.h"
#include "providers/http/request.h"
#include "providers/http/schema.h"
#include "providers/net/redact.h"

namespace weft::http {
namespace {

using driver::Call;
using driver::Changed;
using driver::ChangeResult;
using driver::DriverFailure;
using driver::FailureClass;
using driver::Find;
using driver::Found;
using driver::Happened;
using driver::Idempotency;
using driver::Prepare;
using driver::Prepared;
using driver::ReadState;
using driver::Settle;
using driver::Settled;
using driver::Step;
using std::chrono::milliseconds;

using FindResult = std::expected<std::vector<Found>, DriverFailure>;

constexpr milliseconds kLookupDeadline = std::chrono::minutes(2);
constexpr milliseconds kLeastAttempt = std::chrono::seconds(60);

auto failed(FailureClass failure, std::string text, std::string hint = {}) -> DriverFailure {
  return {.failure = failure,
          .happened = Happened::kNo,
          .remains = driver::Remains::kNothing,
          .text = std::move(text),
          .hint = std::move(hint)};
}

auto merged(const Value& object, std::vector<Field> more) -> Value {
  std::vector<Field> out = std::move(more);
  for (const auto& field : object.fields()) {
    bool replaced = std::ranges::any_of(out, [&](const Field& row) { return row.key == field.key; });
    if (!replaced && !field.value.is_null()) out.push_back(field);
  }
  return Value::object(std::move(out));
}

class HttpSession final : public driver::Session {
 public:
  HttpSession(std::shared_ptr<net::Stack> stack, Settings settings, bool partial)
      : stack_(std::move(stack)),
        settings_(std::move(settings)),
        configured_{.place = "", .partial = partial} {}

  auto configured() const -> const driver::Configured& override { return configured_; }

  auto prepare(std::span<const Prepare> items) -> std::vector<Prepared> override {
    auto out = Session::prepare(items);
    for (auto& prepared : out) {
      prepared.problems = problems_of(prepared.desired, false);
      prepared.idempotency = class_of(prepared.desired);
    }
    return out;
  }

  auto read(Call /*call*/, std::vector<driver::Instance> items, std::function<void(size_t, ReadState)> sink)
      -> Task<void> override {
    for (size_t i = 0; i < items.size(); ++i) {
      ReadState state;
      state.kind = ReadState::Kind::kSame;
      state.observed = items[i].observed;
      sink(i, std::move(state));
    }
    co_return;
  }

  auto find(Call call, Find selector) -> Task<FindResult> override;

  auto change(Call call, std::vector<Step> steps, std::function<void(size_t, ChangeResult)> sink)
      -> Task<void> override {
    TaskGroup group(call.loop);
    for (size_t i = 0; i < steps.size(); ++i) group.spawn(one(call, i, std::move(steps[i]), sink));
    co_await group.join();
  }

  auto settle(Call /*call*/, std::vector<Settle> items, std::function<void(size_t, Settled)> sink)
      -> Task<void> override {
    for (size_t i = 0; i < items.size(); ++i) sink(i, settled(items[i]));
    co_return;
  }

 private:
  auto one(Call call, size_t index, Step step, const std::function<void(size_t, ChangeResult)>& sink)
      -> Task<void> {
    ChangeResult result = co_await change_one(std::move(call), index, std::move(step));
    sink(index, std::move(result));
  }
  auto change_one(Call call, size_t index, Step step) -> Task<ChangeResult>;
  [[nodiscard]] static auto settled(const Settle& item) -> Settled;

  std::shared_ptr<net::Stack> stack_;
  Settings settings_;
  driver::Configured configured_;
};

// Tells how a step goes on: each new phase, and what lasts at most once a second.
class Teller {
 public:
  using Phase = driver::Progress::Phase;
  Teller(const Call& call, size_t index) : clock_(call.clock), progress_(call.progress), index_(index) {}

  void tell(Phase phase, std::string status) {
    auto now = clock_.monotonic();
    if (!progress_ || (phase == phase_ && now - last_ < std::chrono::seconds(1))) return;
    phase_ = phase;
    last_ = now;
    progress_(index_, {.phase = phase, .status = std::move(status)});
  }
  void tell(net::Pause why, milliseconds span) {
    Phase phase = Phase::kRetrying;
    if (why == net::Pause::kThrottled) phase = Phase::kThrottled;
    if (why == net::Pause::kCircuit) phase = Phase::kBlocked;
    tell(phase, duration_text(std::chrono::nanoseconds(span).count()));
  }

 private:
  const Clock& clock_;
  std::function<void(size_t, const driver::Progress&)> progress_;
  size_t index_;
  std::optional<Phase> phase_;
  std::chrono::nanoseconds last_{0};
};

// What the run hears of what its requests go through.
void counted(net::Request& request, const Call& call) {
  request.calls = call.api_calls;
  request.repeats = call.sent_again;
  if (!call.rate) return;
  request.on_rate = [tell = call.rate](const net::RateChange& change) { tell({.endpoint = change.endpoint, .per_second = change.per_second, .was = change.was}); };
}

auto HttpSession::change_one(Call call, size_t index, Step step) -> Task<ChangeResult> {
  if (step.change == driver::Change::kRemove) co_return Changed{};  // only the record goes
  if (step.change == driver::Change::kUpdate) {
    co_return std::unexpected(
        failed(FailureClass::kNeedsReplace, "a request that was sent cannot be changed"));
  }
  if (configured_.partial) {
    co_return std::unexpected(
        failed(FailureClass::kInternal, "the provider's settings are not all known yet"));
  }
  if (call.cancel.requested())
    co_return std::unexpected(failed(FailureClass::kCancelled, "asked to stop before it was sent"));
  auto problems = problems_of(step.desired, false);
  if (!problems.empty()) co_return std::unexpected(std::move(problems.front()));
  net::Request request = request_of(step.desired, settings_);
  request.deadline = call.deadline;
  // What may be sent only once has all the time for its one answer.
  request.attempt = request.repeatable ? std::min(call.deadline, std::max(kLeastAttempt, call.deadline / 4))
                                       : call.deadline;
  request.finish = true;
  counted(request, call);
  Teller teller(call, index);
  request.on_pause = [&teller](net::Pause why, milliseconds span) { teller.tell(why, span); };
  teller.tell(driver::Progress::Phase::kSent, request.method);
  net::Exchange answer = co_await stack_->send(request, call.cancel);
  if (!answer) co_return std::unexpected(unanswered(answer.error(), request));
  if (!is_expected(expected_of(step.desired), answer->status))
    co_return std::unexpected(refused(*answer, request));
  auto fields = attributes_of(*answer, request);
  fields.push_back({"id", Value::string(step.operation_id)});
  Changed changed;
  changed.identity = Value::object({{"id", Value::string(step.operation_id)}});
  changed.observed = merged(step.desired, std::move(fields));
  co_return changed;
}

auto HttpSession::find(Call call, Find selector) -> Task<FindResult> {
  if (configured_.partial) {
    co_return std::unexpected(
        failed(FailureClass::kInternal, "the provider's settings are not all known yet"));
  }
  if (selector.selector.get("url") == nullptr) {
    co_return std::unexpected(failed(FailureClass::kUnsupported,
                                     "a request that was sent cannot be found again",
                                     "a lookup of `http.Request` takes at least `url`"));
  }
  auto problems = problems_of(selector.selector, true);
  if (!problems.empty()) co_return std::unexpected(std::move(problems.front()));
  net::Request request = request_of(selector.selector, settings_);
  request.deadline = std::min(call.deadline, kLookupDeadline);
  counted(request, call);
  net::Exchange answer = co_await stack_->send(request, call.cancel);
  if (!answer) co_return std::unexpected(unanswered(answer.error(), request));
  if (!is_expected(expected_of(selector.selector), answer->status))
    co_return std::unexpected(refused(*answer, request));
  // One lookup is one object, named by what was asked but for the secrets in it.
  auto redactor = net::redactor_of(request);
  auto asked = request.method + " " + redactor.url(request.url) + "\n" + redactor.text(request.body);
  auto id = hex(view(sha256(asked))).substr(0, 32);
  auto fields = attributes_of(*answer, request);
  fields.push_back({"id", Value::string(id)});
  Found found;
  found.identity = Value::object({{"id", Value::string(id)}});
  found.observed = merged(selector.selector, std::move(fields));
  std::vector<Found> out;
  out.push_back(std::move(found));
  co_return out;
}

auto HttpSession::settled(const Settle& item) -> Settled {
  Settled out;
  if (item.step.change == driver::Change::kRemove) {
    out.kind = Settled::Kind::kDone;
    out.why = "nothing is sent at removal";
  } else if (!item.step.desired.is_null() && class_of(item.step.desired) == Idempotency::kRepeatable) {
    out.kind = Settled::Kind::kNotDone;
    out.why = "the same request again ends in the same state";
  } else {
    out.kind = Settled::Kind::kUnknown;
    out.why = item.step.desired.is_null()
                  ? "what was sent is not known any more"
                  : "the request may have arrived, and nothing can be asked whether it did";
  }
  return out;
}

class HttpDriver final : public driver::Driver {
 public:
  explicit HttpDriver(HttpDriverOptions options) : options_(std::move(options)), settings_(setting_rows()) {
    types_.push_back(request_schema());
  }

  auto name() const -> std::string_view override { return "http"; }
  auto types() const -> std::span<const driver::TypeSchema> override { return types_; }
  auto settings() const -> std::span<const driver::Attribute> override { return settings_; }

  auto open(Call call, Value settings)
      -> Task<std::expected<std::unique_ptr<driver::Session>, DriverFailure>> override {
    auto stack = stack_.lock();
    if (stack == nullptr || loop_ != &call.loop) {
      auto made = options_.stack ? options_.stack(call.loop) : net::Stack::make(call.loop);
      if (!made)
        co_return std::unexpected(failed(FailureClass::kInternal, made.error().text, made.error().hint));
      stack = std::move(*made);
      stack_ = stack;
      loop_ = &call.loop;
    }
    Settings known{.ca_file = options_.environment.get("SSL_CERT_FILE")};
    if (const Value* pem = settings.get("ca_pem"); pem != nullptr && pem->is(ValueKind::kString))
      known.ca_pem = pem->as_string();
    if (const Value* headers = settings.get("headers"); headers != nullptr && !headers->has_unknown())
      known.headers = *headers;
    // The same rules as for a request's own.
    auto problems = problems_of(settings, false);
    if (!problems.empty()) co_return std::unexpected(std::move(problems.front()));
    std::unique_ptr<driver::Session> session =
        std::make_unique<HttpSession>(std::move(stack), std::move(known), settings.has_unknown());
    co_return session;
  }

 private:
  HttpDriverOptions options_;
  std::vector<driver::TypeSchema> types_;
  std::vector<driver::Attribute> settings_;
  // All sessions of a loop share one; it goes with the last of them, so that it never outlives their loop.
  std::weak_ptr<net::Stack> stack_;
  const Loop* loop_ = nullptr;  // whose stack_ is; only compared
};

}  // namespace

auto make_http_driver() -> std::unique_ptr<driver::Driver> {
  return make_http_driver({});
}

auto make_http_driver(HttpDriverOptions options) -> std::unique_ptr<driver::Driver> {
  return std::make_unique<HttpDriver>(std::move(options));
}

}  // namespace weft::http
