#include "lang/os/crash.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdlib>

#include "lang/base/check.h"
#include "lang/base/text.h"

namespace weft {

namespace {

struct CrashSetting {
  std::string name;
  uint32_t nth = 1;
  bool stops = false;
};

auto parse_setting(std::string_view text) -> Result<CrashSetting> {
  bool stops = text.ends_with(":stop");
  if (stops) text.remove_suffix(5);
  size_t colon = text.find(':');
  CrashSetting setting{.name = std::string(text.substr(0, colon)), .nth = 1, .stops = stops};
  if (std::find(kCrashPoints.begin(), kCrashPoints.end(), setting.name) == kCrashPoints.end()) {
    std::string_view meant = nearest(setting.name, kCrashPoints);
    return fail(Code::kInvalid, "WEFT_CRASH: there is no crash point `" + setting.name + '`',
                meant.empty() ? "" : "did you mean `" + std::string(meant) + "`?");
  }
  if (colon == std::string_view::npos) return setting;
  std::string_view number = text.substr(colon + 1);
  auto done = std::from_chars(number.data(), number.data() + number.size(), setting.nth);
  if (done.ec != std::errc() || done.ptr != number.data() + number.size() || setting.nth == 0) {
    return fail(Code::kInvalid, "WEFT_CRASH: `" + std::string(number) + "` is not a count from 1",
                "WEFT_CRASH=name[:nth][:stop]");
  }
  return setting;
}

}  // namespace

auto check_crash_setting(const Environment& environment) -> Result<void> {
  auto wanted = environment.lookup("WEFT_CRASH");
  if (!wanted) return {};
  if (!kHasCrashPoints) {
    return fail(Code::kUnsupported, "WEFT_CRASH is set, but this build has no crash points",
                "build with -DWEFT_CRASH_POINTS=ON, or unset it");
  }
  TRY(setting, parse_setting(*wanted));
  return {};
}

#ifdef WEFT_CRASH_POINTS

namespace {

// The environment is read at the first point; the count belongs to the process.
struct CrashState {
  CrashSetting setting{.name = "", .nth = 0, .stops = false};
  std::string log;
  std::atomic<uint32_t> passed = 0;

  CrashState() {
    Environment environment = Environment::of_process();
    log = environment.get("WEFT_CRASH_LOG");
    if (auto wanted = environment.lookup("WEFT_CRASH")) {
      if (auto parsed = parse_setting(*wanted)) setting = std::move(*parsed);
    }
  }
};

void append_line(const std::string& path, std::string_view name) {
  std::string line = std::string(name) + '\n';
  int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  CHECK(fd >= 0);
  CHECK(write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
  close(fd);
}

}  // namespace

void crash_point(CrashName name) {
  static CrashState state;
  if (!state.log.empty()) append_line(state.log, name.text());
  if (state.setting.name != name.text()) return;
  if (++state.passed != state.setting.nth) return;
  raise(state.setting.stops ? SIGSTOP : SIGKILL);
}

#endif

}  // namespace weft
