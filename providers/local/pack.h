// Archives whose bytes depend on nothing but what goes in: sorted names, no times, no owners, two modes.
// Blocking: pool threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lang/base/result.h"

namespace weft::local {

struct PackEntry {
  std::string name;              // in the archive
  std::string bytes{};           // the content, or else
  std::string file{};            // complete path of a file to take
  std::string link{};            // or the text of a symbolic link
  uint64_t size = 0;
  bool executable = false;       // 0755 instead of 0644
  bool closed = false;           // a file that only its owner may read
};

// Everything below `folder` that no pattern of `exclude` covers (itself or a folder above it), by name. Left out in any
// case: `but`, a complete path written as `folder` is (the archive itself), and what Weft keeps (`.weft`). At most 100,000
// entries.
[[nodiscard]] auto entries_below(const std::string& folder, const std::vector<std::string>& exclude,
                                 const std::string& but) -> Result<std::vector<PackEntry>>;

// Digest of all that decides the archive's bytes, hexadecimal.
[[nodiscard]] auto inputs_digest(std::string_view format, const std::vector<PackEntry>& entries) -> Result<std::string>;

// Writes the archive ("zip", "tar.gz", "tar.zst") to a descriptor. Entries are sorted by name.
[[nodiscard]] auto pack(int fd, std::string_view format, const std::vector<PackEntry>& entries) -> Result<void>;

}  // namespace weft::local
