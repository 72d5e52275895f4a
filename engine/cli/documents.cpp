#include "engine/cli/documents.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include <fmt/format.h>

#include "lang/os/files.h"

namespace weft::cli {

auto write_document(Session& session, const std::string& file, std::string_view text) -> bool {
  if (auto written = real_files().write_atomic(file, text, 0644); !written) {
    session.failure(written.error(), false);
    return false;
  }
  return true;
}

auto may_write_document(Session& session, const std::string& file) -> bool {
  size_t slash = file.rfind('/');
  std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : file.substr(0, slash);
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return true;
  session.failure(Failure{Code::kDenied, fmt::format("writing {}: {}", file, std::strerror(errno)), {}}, true);
  return false;
}

}  // namespace weft::cli
