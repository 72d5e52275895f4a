// Where the key-encryption key comes from: WEFT_KEY, or a file of this user outside every project.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/base/result.h"
#include "lang/os/env.h"

namespace weft::state {

struct KeySource {
  std::string key;        // 32 bytes
  std::string from;       // "WEFT_KEY", or the file's path: for messages
  bool environment = false;
};

// The file of a fabric: ${XDG_DATA_HOME:-~/.local/share}/weft/keys/<fabric id>. kNotFound without a home folder.
[[nodiscard]] auto key_file(const Environment& variables, std::string_view fabric_id) -> Result<std::string>;
// kNotFound when there is none; kInvalid when what is there is no key; kDenied for a file that others can read.
[[nodiscard]] auto find_key(const Environment& variables, std::string_view fabric_id) -> Result<KeySource>;
// Whether a key could be found or made, as far as that can be told without making anything: kInvalid for a WEFT_KEY that
// holds none, kNotFound without a home folder, kDenied where the folder of keys is not to be written.
[[nodiscard]] auto key_can_be_kept(const Environment& variables) -> Result<void>;
// The same, but makes the file (0600 in 0700, synced) when there is none.
[[nodiscard]] auto find_or_make_key(const Environment& variables, std::string_view fabric_id) -> Result<KeySource>;

}  // namespace weft::state
