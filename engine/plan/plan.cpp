#include "engine/plan/plan.h"

#include <algorithm>
#include <array>

namespace weft::plan {

namespace {

struct Words {
  std::string_view word, doing, done;
};

constexpr auto kWords = std::to_array<Words>({
#define ACTION(name, word, sign, would, doing, done) {word, doing, done},
#include "engine/plan/action.def"
#undef ACTION
});

}  // namespace

auto word(Action action) -> std::string_view { return kWords[static_cast<size_t>(action)].word; }
auto doing(Action action) -> std::string_view { return kWords[static_cast<size_t>(action)].doing; }
auto done(Action action) -> std::string_view { return kWords[static_cast<size_t>(action)].done; }

auto Plan::counts() const -> Counts {
  Counts counts;
  for (const Step& step : steps) {
    switch (step.action) {
      case Action::kDestroy: ++counts.destroy; break;
      case Action::kReplace: ++counts.replace; break;
      case Action::kUpdate: ++counts.update; break;
      case Action::kCreate: ++counts.create; break;
      case Action::kMove:
      case Action::kAdopt:
      case Action::kForget:
      case Action::kRecord: ++counts.state_only; break;
      case Action::kRead: ++counts.read; break;
      case Action::kNone: break;
    }
  }
  return counts;
}

auto Plan::changes() const -> bool {
  return counts().any() || !stages.empty() ||
         std::any_of(outputs.begin(), outputs.end(), [](const OutputChange& output) { return output.changed; });
}

}  // namespace weft::plan
