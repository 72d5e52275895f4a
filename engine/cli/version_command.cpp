// weft version: nothing is read, so it answers at once.
#include <sys/utsname.h>

#include <fmt/format.h>

#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/cli/version.h"
#include "engine/view/json_text.h"

namespace weft::cli {

auto program_version() -> std::string_view { return WEFT_VERSION; }
auto program_commit() -> std::string_view { return WEFT_COMMIT; }

auto platform() -> std::string {
  utsname name{};
  if (::uname(&name) != 0) return "linux";
  std::string system = name.sysname;
  for (char& c : system) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return fmt::format("{} {}", system, name.machine);
}

namespace {

// Numbers of the formats that this program writes.
constexpr int kStateFormat = 1, kPlanFormat = 1, kEventsFormat = 1;

auto run_version(Session& session) -> int {
  session.answer(fmt::format("weft {} ({}, {})\nschemas: local, time, http; formats: state {}, plan {}, events {}\n",
                             program_version(), program_commit(), platform(), kStateFormat, kPlanFormat, kEventsFormat));
  if (session.log().any()) {
    draw::JsonObject out;
    out.add("type", "info").add("version", program_version()).add("commit", program_commit()).add("platform", platform());
    out.raw("formats", draw::JsonObject().add("state", kStateFormat).add("plan", kPlanFormat).add("events", kEventsFormat).text());
    session.log().write(out.members());
  }
  return kOk;
}

}  // namespace

auto version_verb() -> Verb {
  return {.name = "version",
          .summary = "Show the version of the program, of its schemas and of the formats that it writes.",
          .examples = {{"weft version", "also weft --version"}, {"weft version --json", "for scripts"}},
          .options = {{"Output", json_options()}},
          .exit = "0",
          .run = run_version};
}

}  // namespace weft::cli
