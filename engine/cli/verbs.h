// One function a verb, each in its own file: makes the verb's description.
#pragma once

#include "engine/cli/verb.h"

namespace weft::cli {

#define VERB(name, function, brief) [[nodiscard]] auto function() -> Verb;
#include "engine/cli/verbs.def"
#undef VERB

}  // namespace weft::cli
