#include "engine/state/key_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "engine/state/gcm.h"
#include "engine/state/user_files.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/os/errors.h"

namespace weft::state {
namespace {

constexpr std::string_view kNoPlace =
    "set WEFT_KEY to 64 hex digits, for example the output of `openssl rand -hex 32`, and keep it: without it the secrets in the state are lost";

auto parse_key(std::string_view text, const std::string& from) -> Result<std::string> {
  auto key = from_hex(trim(text));
  if (!key || key->size() != kKeyBytes) return fail(Code::kInvalid, from + " holds no key", "a key is 64 hex digits");
  return *key;
}

}  // namespace

auto key_file(const Environment& variables, std::string_view fabric_id) -> Result<std::string> {
  auto data = variables.get("XDG_DATA_HOME");
  if (!data.starts_with('/')) {
    auto home = variables.get("HOME");
    if (!home.starts_with('/')) {
      return fail(Code::kNotFound, "there is no home folder to keep the state's key in", std::string(kNoPlace));
    }
    data = home + "/.local/share";
  }
  return data + "/weft/keys/" + std::string(fabric_id);
}

auto find_key(const Environment& variables, std::string_view fabric_id) -> Result<KeySource> {
  if (auto given = variables.get("WEFT_KEY"); !given.empty()) {
    TRY(key, parse_key(given, "WEFT_KEY"));
    return KeySource{.key = std::move(key), .from = "WEFT_KEY", .environment = true};
  }
  TRY(path, key_file(variables, fabric_id));
  auto text = read_user_file(path, true);
  if (!text) {
    if (text.error().code != Code::kNotFound) return std::unexpected(std::move(text).error());
    return fail(Code::kNotFound, "the key of this state is not on this machine: there is no " + path +
                                     "\n  without it what is secret in the state cannot be read, and nothing is planned or changed"
                                     "\n  what needs no secret works: weft state list, show, history, verify and backup, weft output, weft forget",
                "bring the file from the machine that made it or from a backup, or set WEFT_KEY to what it holds\n"
                "If no copy is left, docs/state.md (Secrets) says how to go on without the secrets");
  }
  TRY(key, parse_key(*text, path));
  return KeySource{.key = std::move(key), .from = path};
}

auto key_can_be_kept(const Environment& variables) -> Result<void> {
  if (auto given = variables.get("WEFT_KEY"); !given.empty()) {
    TRY_VOID(parse_key(given, "WEFT_KEY"));
    return {};
  }
  TRY(path, key_file(variables, ""));
  // The first folder on the way up that is there: below it, folders are made.
  for (auto at = path.rfind('/'); at != std::string::npos; at = path.rfind('/')) {
    path.resize(at);
    const char* folder = path.empty() ? "/" : path.c_str();
    struct stat facts {};
    if (stat(folder, &facts) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) continue;
    } else if (!S_ISDIR(facts.st_mode)) {
      errno = ENOTDIR;
    } else if (access(folder, W_OK | X_OK) == 0) {
      return {};
    }
    auto why = os_failure(errno, "the key of the state's secrets cannot be kept: " + std::string(folder));
    return fail(Code::kDenied, why.text, std::string(kNoPlace));
  }
  return {};
}

auto find_or_make_key(const Environment& variables, std::string_view fabric_id) -> Result<KeySource> {
  auto found = find_key(variables, fabric_id);
  if (found || found.error().code != Code::kNotFound) return found;
  TRY(path, key_file(variables, fabric_id));
  TRY_VOID(make_user_folders(path));
  TRY_VOID(write_user_file(path, hex(random_string(kKeyBytes)) + "\n", false));
  return find_key(variables, fabric_id);
}

}  // namespace weft::state
