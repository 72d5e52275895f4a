#include "engine/cli/verbs.h"

#include <algorithm>
#include <array>

namespace weft::cli {

auto verb_rows() -> const std::vector<VerbRow>& {
  static const std::vector<VerbRow> kRows = {
#define VERB(name, function, brief) {name, brief, function},
#include "engine/cli/verbs.def"
#undef VERB
  };
  return kRows;
}

auto find_verb(std::string_view name) -> const VerbRow* {
  const auto& rows = verb_rows();
  auto found = std::find_if(rows.begin(), rows.end(), [&](const VerbRow& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

auto is_later_verb(std::string_view name) -> bool {
  static constexpr auto kLater = std::to_array<std::string_view>(
      {"import", "watch", "serve", "doctor", "key", "test", "policy", "modules", "lsp"});
  return std::find(kLater.begin(), kLater.end(), name) != kLater.end();
}

}  // namespace weft::cli
