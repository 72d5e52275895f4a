// Claims: who holds which address, and whether a run may have what it asks for (docs/state.md, "Claims").
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/state/row_types.h"
#include "engine/state/rows.h"

namespace weft::state {

// The name under which an address is claimed: an old object that awaits removal goes by its successor's.
[[nodiscard]] auto claim_name(std::string_view address) -> std::string_view;
// One is the other, or a subtree that the other stands in.
[[nodiscard]] auto overlap(const ClaimItem& a, const ClaimItem& b) -> bool;

// Claims of runs other than `run` that exclude `item`; `visit` gives false to stop.
[[nodiscard]] auto visit_rivals(const Rows& rows, const RunId& run, const ClaimItem& item, const std::function<bool(const ClaimRow&)>& visit) -> Result<void>;
[[nodiscard]] auto holds_write(const Rows& rows, const RunId& run, std::string_view address) -> Result<bool>;

// For the fold only: grants without asking, and releases everything that the run holds.
[[nodiscard]] auto take_claim(Rows& rows, const RunId& run, const ClaimItem& item, uint64_t seq) -> Result<void>;
[[nodiscard]] auto release_claims(Rows& rows, const RunId& run) -> Result<void>;

// The decision, at one tail. `alive` says whether a run's process is there.
struct Wanted {
  RunId run;
  uint64_t ticket = 0;                    // seq of the run's own waiting ticket, 0: none
  std::vector<ClaimItem> items;
  std::vector<Writer::Pin> pins;
  std::function<bool(const RunId&)> alive;
};
struct Decision {
  Writer::Claimed answer;                 // holders without the facts of their runs: only the id
  std::vector<ClaimItem> items;           // to be claimed: names settled, doubts claimed for writing
  std::vector<RunId> dead;                // to be fenced first
};
[[nodiscard]] auto decide_claim(const Rows& rows, const Wanted& wanted) -> Result<Decision>;

}  // namespace weft::state
