// local.Env: a variable of the program's environment, as a lookup.
#include "lang/os/env.h"

#include <utility>

#include "lang/base/text.h"
#include "providers/local/kind.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

class EnvKind : public Kind {
 public:
  auto schema() const -> TypeSchema override {
    TypeSchema type;
    type.name = "local.Env";
    type.resource = false;
    type.lookup = true;
    type.documentation =
        "A variable of the environment in which the program runs. Read `secret_value` of what must not be shown; only "
        "what is read somewhere is kept.";
    type.filters = {plain(required("name", "string", "Name of the variable."))};
    type.attributes = {
        computed("value", "string", "Its value."),
        secret(computed("secret_value", "string", "The same, as a secret.")),
    };
    type.identity = {"name"};
    type.example =
        "lookup token: local.Env { name = \"API_TOKEN\" }\n"
        "\n"
        "output key: secret string = token.secret_value\n";
    return type;
  }

  auto read(Call call, Instance item) const -> Task<ReadState> override {
    Find again;
    again.type = item.type;
    again.selector = item.identity;
    auto found = co_await find(std::move(call), std::move(again));
    ReadState state;
    if (!found) {
      state.kind = ReadState::Kind::kFailed;
      state.failure = found.error();
    } else if (!found->empty()) {
      state.kind = ReadState::Kind::kPresent;
      state.observed = found->front().observed;
    }
    co_return state;
  }

  auto change(Call /*call*/, Step /*step*/) const -> Task<ChangeResult> override {
    co_return std::unexpected(refused(FailureClass::kUnsupported, "`local.Env` is only looked up"));
  }

  auto settle(Call /*call*/, Settle /*item*/) const -> Task<Settled> override {
    Settled settled;
    settled.kind = Settled::Kind::kNotDone;
    settled.why = "`local.Env` is only looked up";
    co_return settled;
  }

  auto find(Call /*call*/, Find selector) const -> Task<FindResult> override {
    std::string name = text_of(selector.selector, "name");
    std::vector<Found> out;
    auto value = Environment::of_process().lookup(name);
    if (!value) co_return out;
    if (first_invalid_utf8(*value) != std::string_view::npos) {
      co_return std::unexpected(invalid("name", "the value of `" + name + "` is no text in UTF-8"));
    }
    Found found;
    found.identity = merged(Value::null(), {{"name", Value::string(name)}});
    found.observed = merged(found.identity, {{"value", Value::string(*value)},
                                             {"secret_value", Value::string(*value).as_secret()}});
    out.push_back(std::move(found));
    co_return out;
  }
};

}  // namespace

auto make_env() -> std::unique_ptr<Kind> { return std::make_unique<EnvKind>(); }

}  // namespace weft::local
