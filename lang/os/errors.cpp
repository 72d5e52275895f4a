#include "lang/os/errors.h"

#include <cerrno>
#include <cstring>

namespace weft {

namespace {
auto code_of(int error) -> Code {
  switch (error) {
    case ENOENT:
    case ENOTDIR: return Code::kNotFound;
    case EEXIST:
    case ENOTEMPTY: return Code::kExists;
    case EACCES:
    case EPERM:
    case EROFS: return Code::kDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM: return Code::kFull;
    case EAGAIN:
    case EBUSY:
    case ECONNREFUSED:
    case ECONNRESET:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ETIMEDOUT:
    case EINTR: return Code::kUnavailable;
    case EIO: return Code::kCorrupt;
    case ENOSYS:
    case EOPNOTSUPP: return Code::kUnsupported;
    default: return Code::kInvalid;
  }
}
}  // namespace

auto os_error_text(int error) -> std::string {
  const char* known = strerrordesc_np(error);
  std::string text = known != nullptr ? known : "error " + std::to_string(error);
  // Messages start small, but "RFS specific error" keeps its capitals.
  bool word = text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z';
  if (word) text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

auto os_failure(int error, std::string_view doing) -> Failure {
  return Failure{.code = code_of(error), .text = std::string(doing) + ": " + os_error_text(error)};
}

}  // namespace weft
