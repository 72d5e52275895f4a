// An environment that was never applied: for verbs that would else answer as if it were empty.
#pragma once

#include <string>

#include "lang/base/result.h"

namespace weft::ops {

[[nodiscard]] inline auto no_state_of(const std::string& environment) -> Failure {
  return {Code::kNotFound, "there is no state of environment `" + environment + "` in this folder", "weft apply makes it"};
}

}  // namespace weft::ops
