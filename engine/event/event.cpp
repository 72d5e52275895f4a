#include "engine/event/event.h"

namespace weft::event {

auto word(StepState state) -> std::string_view {
  static constexpr std::string_view kWords[] = {
#define STEP_STATE(name, word, meaning) word,
#include "engine/event/step_state.def"
#undef STEP_STATE
  };
  return kWords[static_cast<size_t>(state)];
}

}  // namespace weft::event
