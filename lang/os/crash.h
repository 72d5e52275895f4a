// Places where a test kills the program. In builds with WEFT_CRASH_POINTS, WEFT_CRASH=name[:nth][:stop] makes the nth pass
// (default: the first) through that point the last thing the process does, by SIGKILL, or with `stop` lets it stand still
// there, by SIGSTOP; WEFT_CRASH_LOG=FILE appends the name of each point that is passed. In other builds crash_point() is
// nothing at all.
#pragma once

#include <array>
#include <string_view>

#include "lang/base/result.h"
#include "lang/os/env.h"

namespace weft {

inline constexpr auto kCrashPoints = std::to_array<std::string_view>({
#define CRASH_POINT(name, meaning) name,
#include "lang/os/crash_points.def"
#undef CRASH_POINT
});

// A name of crash_points.def; any other does not compile.
class CrashName {
 public:
  consteval CrashName(const char* name) : name_(name) {  // NOLINT: a literal is meant to become one
    bool known = false;
    for (std::string_view one : kCrashPoints) known = known || one == name_;
    if (!known) throw "not in crash_points.def";
  }
  [[nodiscard]] constexpr auto text() const -> std::string_view { return name_; }

 private:
  std::string_view name_;
};

#ifdef WEFT_CRASH_POINTS
inline constexpr bool kHasCrashPoints = true;
void crash_point(CrashName name);
#else
inline constexpr bool kHasCrashPoints = false;
inline void crash_point(CrashName) {}
#endif

// For the start of the program: refuses a WEFT_CRASH that names no point or is not obeyed by this build, so that no
// test passes because its crash never came.
[[nodiscard]] auto check_crash_setting(const Environment& environment) -> Result<void>;

}  // namespace weft
