// weft output: outputs as the last apply recorded them.
#include <fmt/format.h>

#include "engine/ops/workspace.h"
#include "lang/base/text.h"

namespace weft::ops {

auto output(World& world, const std::string& environment, const std::string& name, bool reveal) -> OutputResult {
  OutputResult result;
  auto refuse = [&](Failure failure) -> OutputResult& {
    result.failure = std::move(failure);
    return result;
  };
  auto state = open_state_only(world, environment, false);
  if (!state) return refuse(state.error());
  auto snapshot = (*state)->snapshot();
  if (!snapshot) return refuse(snapshot.error());
  std::vector<std::string> names;
  for (const state::Record& record : snapshot->outputs) {
    std::string own = record.address.substr(state::kOutputPrefix.size());
    names.push_back(own);
    if (!name.empty() && own != name) continue;
    const Value* kept = record.applied.get("value");
    const Value* secret = record.applied.get("secret");
    Value value = kept == nullptr ? Value() : *kept;
    bool is_secret = secret != nullptr && secret->is(ValueKind::kBool) && secret->as_bool();
    if (state::holds_sealed(value)) {
      if (!reveal) {
        value = Value::null().as_secret();
      } else {
        auto opened = (*state)->keyring().unseal(value, {record.uid, record.address, record.rev}, "value");
        if (!opened) return refuse(opened.error());
        value = std::move(*opened);
      }
    }
    result.outputs.emplace_back(own, is_secret && !value.has_secret() ? value.as_secret() : value);
  }
  if (!name.empty() && result.outputs.empty()) {
    std::string_view likely = nearest(name, names);
    return refuse({Code::kNotFound, fmt::format("no output is called `{}`", name),
                   !likely.empty() ? fmt::format("did you mean `{}`?", likely)
                   : names.empty() ? "the last apply recorded none"
                                   : "weft output lists them"});
  }
  return result;
}

}  // namespace weft::ops
