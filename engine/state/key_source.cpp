#include "engine/state/key_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "engine/state/gcm.h"
#include "engine/state/state_folder.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/os/errors.h"

namespace weft::state {
namespace {

auto parse_key(std::string_view text, const std::string& from) -> Result<std::string> {
  auto key = from_hex(trim(text));
  if (!key || key->size() != kKeyBytes) return fail(Code::kInvalid, from + " holds no key", "a key is 64 hex digits");
  return *key;
}

// Makes the folders on the way that are not there, each only for this user, and durable.
auto make_folders(const std::string& path) -> Result<void> {
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    auto folder = path.substr(0, at);
    if (mkdir(folder.c_str(), 0700) == 0) {
      TRY_VOID(sync_folder(folder.substr(0, folder.rfind('/') + 1)));
    } else if (errno != EEXIST) {
      return std::unexpected(os_failure(errno, "making the folder " + folder));
    }
  }
  return {};
}

auto read_file(const std::string& path) -> Result<std::string> {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(os_failure(errno, "reading the key " + path));
  struct stat facts {};
  std::array<char, 256> buffer{};
  ssize_t size = fstat(fd, &facts) == 0 ? read(fd, buffer.data(), buffer.size()) : -1;
  int error = errno;
  close(fd);
  if (size < 0) return std::unexpected(os_failure(error, "reading the key " + path));
  if ((facts.st_mode & 077U) != 0) return fail(Code::kDenied, "the key " + path + " can be read by others", "chmod 600 " + shell_quote(path));
  return std::string(buffer.data(), static_cast<size_t>(size));
}

// Written beside and linked, so that a key is there whole or not at all, and never replaces another.
auto write_file(const std::string& path, std::string_view text) -> Result<void> {
  auto beside = path + "." + hex(random_string(8));
  int fd = open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return std::unexpected(os_failure(errno, "writing the key " + path));
  int error = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : (errno != 0 ? errno : ENOSPC);
  if (error == 0 && fsync(fd) != 0) error = errno;
  close(fd);
  if (error == 0 && link(beside.c_str(), path.c_str()) != 0 && errno != EEXIST) error = errno;
  unlink(beside.c_str());
  if (error != 0) return std::unexpected(os_failure(error, "writing the key " + path));
  return sync_folder(path.substr(0, path.rfind('/')));
}

}  // namespace

auto key_file(const Environment& variables, std::string_view fabric_id) -> Result<std::string> {
  auto data = variables.get("XDG_DATA_HOME");
  if (!data.starts_with('/')) {
    auto home = variables.get("HOME");
    if (!home.starts_with('/')) {
      return fail(Code::kNotFound, "there is no home folder to keep the state's key in", "set WEFT_KEY to 64 hex digits, for example the output of `openssl rand -hex 32`, and keep it: without it the secrets in the state are lost");
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
  auto text = read_file(path);
  if (!text) {
    if (text.error().code != Code::kNotFound) return std::unexpected(std::move(text).error());
    return fail(Code::kNotFound, "the key of this state is not on this machine: there is no " + path,
                "bring the file from the machine that made it, or set WEFT_KEY to what it holds");
  }
  TRY(key, parse_key(*text, path));
  return KeySource{.key = std::move(key), .from = path};
}

auto find_or_make_key(const Environment& variables, std::string_view fabric_id) -> Result<KeySource> {
  auto found = find_key(variables, fabric_id);
  if (found || found.error().code != Code::kNotFound) return found;
  TRY(path, key_file(variables, fabric_id));
  TRY_VOID(make_folders(path));
  TRY_VOID(write_file(path, hex(random_string(kKeyBytes)) + "\n"));
  return find_key(variables, fabric_id);
}

}  // namespace weft::state
