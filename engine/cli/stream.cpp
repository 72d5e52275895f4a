#include "engine/cli/stream.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace weft::cli {

void Stream::write(std::string_view bytes) {
  while (!bytes.empty() && !broken_) {
    ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      // Somebody handed us a stream that does not block: wait until it takes more.
      pollfd wait{.fd = fd_, .events = POLLOUT, .revents = 0};
      (void)::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      error_ = errno;
      broken_ = true;
    }
  }
}

void take_closed_descriptors() {
  for (int fd : {0, 1, 2}) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is this one. Without O_CLOEXEC, as the others have it.
    if (::open("/dev/null", O_RDONLY) < 0) return;
  }
}

auto exit_after_writing(const Stream& out, Stream& err, int exit) -> int {
  if (out.error() == 0 || out.error() == EPIPE) return exit;
  err.write("error: writing to the standard output: " + std::string(std::strerror(out.error())) + "\n");
  // 2 is an answer too, and it was not heard.
  return exit == 0 || exit == 2 ? 1 : exit;
}

}  // namespace weft::cli
