// weft state verify, backup, heal, compact.
#include <charconv>

#include <fmt/format.h>

#include "engine/cli/session.h"
#include "engine/cli/state_output.h"
#include "engine/cli/verbs.h"
#include "engine/view/command_text.h"
#include "engine/view/json_text.h"
#include "engine/view/words.h"
#include "lang/base/text.h"
#include "lang/value/value.h"

namespace weft::cli {
namespace {

auto report(Session& session, const ops::StateCare& result, const std::string& answer) -> int {
  if (int exit = session.report(result, true); exit != kOk) return exit;
  session.answer(answer);
  if (session.log().any()) {
    draw::JsonObject info;
    info.add("type", "info").add("verb", session.verb()).add("state", result.version);
    if (session.verb() == "state compact") {
      info.add("floor", result.compacted.floor).add("dropped", result.compacted.dropped);
      info.add("bytes_before", result.compacted.bytes_before).add("bytes_after", result.compacted.bytes_after);
    }
    session.log().write(info.members());
  }
  return kOk;
}

auto state_verify(Session& session) -> int {
  auto result = ops::state_verify(session.world(), environment_of(session));
  return report(session, result, fmt::format("State @{} is what its log says.\n", result.version));
}

auto state_backup(Session& session) -> int {
  auto to = session.args().operand(0);
  auto result = ops::state_backup(session.world(), environment_of(session), to);
  return report(session, result, fmt::format("Copied state @{} to {}.\n", result.version, to));
}

auto state_heal(Session& session) -> int {
  ops::HealRequest request{.environment = environment_of(session), .moved = session.args().has("--moved"), .accept_rewind = session.args().has("--accept-rewind"), .renamed = session.args().has("--renamed")};
  if (!request.moved && !request.accept_rewind && !request.renamed) {
    session.failure(Failure{Code::kInvalid, "nothing is said about the state", "--moved: it is the only copy in use; --accept-rewind: go on with its older history; --renamed: its fabric has another name now"}, false);
    return kUsage;
  }
  auto result = ops::state_heal(session.world(), request);
  return report(session, result, result.healed ? fmt::format("State @{} is noted as what counts. Look at everything again:  {}\n", result.version, draw::with_environment("weft drift", request.environment))
                                               : fmt::format("State @{} needs no healing; nothing was changed.\n", result.version));
}

auto state_compact(Session& session) -> int {
  state::Retention retention;
  if (session.args().has("--versions")) {
    auto text = session.args().get("--versions");
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), retention.versions);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || retention.versions == 0) {
      session.failure(Failure{Code::kInvalid, fmt::format("`{}` is no number of versions that can be kept", text), "for example --versions 100"}, false);
      return kUsage;
    }
  }
  if (session.args().has("--age")) {
    auto nanoseconds = parse_duration(session.args().get("--age"));
    if (!nanoseconds || *nanoseconds < 0) {
      session.failure(Failure{Code::kInvalid, fmt::format("`{}` is no duration", session.args().get("--age")), "for example --age 90d"}, false);
      return kUsage;
    }
    retention.age = std::chrono::milliseconds(*nanoseconds / 1'000'000);
  }
  auto result = ops::state_compact(session.world(), environment_of(session), retention);
  const auto& done = result.compacted;
  std::string answer = done.dropped == 0 ? std::string("Nothing is older than what is kept.")
                                         : fmt::format("Dropped {}; history begins at @{}.", counted(done.dropped, "transaction"), done.floor);
  answer += fmt::format(" The file has {}, it had {}.\n", draw::bytes(done.bytes_after), draw::bytes(done.bytes_before));
  if (done.kept_open) answer += fmt::format("It was not made smaller: {}.\n", done.kept_open->text);
  return report(session, result, answer);
}

}  // namespace

auto state_verify_verb() -> Verb {
  return {.name = "state verify",
          .summary = "Fold the state's whole log again and compare the result with its tables.",
          .examples = {{"weft state verify", "of this fabric"}, {"weft state verify --env prod", "of another environment"}},
          .options = {{"Which", {env_option()}}, {"Output", json_options()}},
          .exit = "0, or 1 when they differ",
          .run = state_verify};
}

auto state_backup_verb() -> Verb {
  return {.name = "state backup",
          .summary = "Copy the state as it is at one moment, also while others work on it.",
          .operands = {{"FOLDER", "an empty folder, or one that is not there yet"}},
          .examples = {{"weft state backup ../before-the-move", "to put back: move it to .weft/state/ENV"}},
          .options = {{"Which", {env_option()}}, {"Output", json_options()}},
          .exit = "0, or 1 on error",
          .run = state_backup};
}

auto state_heal_verb() -> Verb {
  return {.name = "state heal",
          .summary = "Go on with a state that was moved here, restored or put back from a backup, or whose fabric was renamed.",
          .examples = {{"weft state heal --moved", "the folder was copied or restored, and no other copy is in use"},
                       {"weft state heal --accept-rewind", "the state is older than what was seen of it, and the newer one is lost"},
                       {"weft state heal --renamed", "the fabric has another name now"}},
          .options = {{"Which", {env_option(), {"--moved", "", "this copy is the one in use"},
                                 {"--accept-rewind", "", "go on with the older history"},
                                 {"--renamed", "", "the fabric has another name now"}}},
                      {"Output", json_options()}},
          .exit = "0, or 1 on error",
          .run = state_heal};
}

auto state_compact_verb() -> Verb {
  return {.name = "state compact",
          .summary = "Drop old history and give its room back to the disk. Records stay as they are.",
          .examples = {{"weft state compact", "keep 90 days, and 100 versions however old"},
                       {"weft state compact --versions 10 --age 0s", "keep the last 10"}},
          .options = {{"Which", {env_option(), {"--versions", "NUMBER", "how many of the last versions are kept however old; 100 by default"},
                                 {"--age", "DURATION", "all that is younger is kept; 90d by default"}}},
                      {"Output", json_options()}},
          .exit = "0, or 1 on error",
          .run = state_compact};
}

}  // namespace weft::cli
