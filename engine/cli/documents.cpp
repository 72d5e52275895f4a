#include "engine/cli/documents.h"

#include <fmt/format.h>

#include "lang/os/files.h"

namespace weft::cli {

auto write_document(Session& session, const std::string& file, std::string_view text) -> bool {
  if (auto written = real_files().write_atomic(file, text, 0644); !written) {
    session.failure(written.error().in("writing " + file), false);
    return false;
  }
  return true;
}

}  // namespace weft::cli
