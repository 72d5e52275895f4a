// time.Rotating: a value that is replaced when its time has come, and with it what has it as a keeper.
#include <utility>

#include "providers/local/kind.h"
#include "providers/local/times.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

class RotatingKind : public RecordedKind {
 public:
  auto schema() const -> TypeSchema override {
    auto type = recorded_schema(
        "time.Rotating",
        "A value that is replaced by the first apply after `every` has passed: name its `id` among the `keepers` of "
        "what is to be renewed with it. A change of `every` counts from the same beginning.");
    type.attributes = {
        plain(required("every", "duration", "How long each lasts, at least a second.")),
        keepers_row(),
        computed("id", "string", "A random UUID, another one after each rotation."),
        formatted(computed("since", "string", "When this one was made; RFC 3339 in UTC."), "date-time"),
        formatted(following(computed("next", "string", "When it falls due; RFC 3339 in UTC."), {"every"}),
                  "date-time"),
    };
    type.identity = {"id"};
    type.renews = true;
    type.example =
        "resource quarter: time.Rotating { every = 90d }\n"
        "\n"
        "resource password: local.RandomPassword {\n"
        "  length  = 32\n"
        "  keepers = { rotation = quarter.id }\n"
        "}\n";
    return type;
  }

  void prepare(const Prepare& /*item*/, Prepared& out) const override {
    if (seconds_of(out.desired, "every", 1) < 1) {
      out.problems.push_back(invalid("every", "`every` must be at least a second"));
    }
  }

  // Also judged by an `every` that is just being shortened.
  auto plan(Call call, Candidate item) const -> Task<Planned> override {
    Planned planned;
    planned.verdict = item.proposed;
    bool stays = item.proposed == Verdict::kNone || item.proposed == Verdict::kUpdate;
    auto since = time_from(text_of(item.instance.observed, "since"));
    int64_t every = seconds_of(item.desired, "every", 0);
    if (!stays || !since || every < 1) co_return planned;
    if (now_of(call) - *since >= every) {
      planned.verdict = Verdict::kReplace;
      planned.why = "due since " + time_text(*since + every);
    }
    co_return planned;
  }

 protected:
  auto make(Call call, Step step) const -> Task<ChangeResult> override {
    int64_t since = now_of(call);
    std::string id = random_uuid();
    if (step.change == Change::kUpdate) {
      since = time_from(text_of(step.instance.observed, "since")).value_or(since);
      id = text_of(step.instance.identity, "id");
    }
    Changed changed;
    changed.identity = merged(Value::null(), {{"id", Value::string(id)}});
    changed.observed =
        merged(step.desired, {{"id", Value::string(id)},
                              {"since", Value::string(time_text(since))},
                              {"next", Value::string(time_text(since + seconds_of(step.desired, "every", 1)))}});
    co_return changed;
  }
};

}  // namespace

auto make_rotating() -> std::unique_ptr<Kind> { return std::make_unique<RotatingKind>(); }

}  // namespace weft::local
