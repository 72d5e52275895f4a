// Operations that do not fit into one transaction (1 MiB): their map goes before them in parts of 512 KiB, each a note in
// a transaction of its own, and a reference by SHA-256 stands in their place. Parts that were never referred to go when
// their run ends or is fenced.
#pragma once

#include <string>
#include <vector>

#include "engine/state/frame.h"
#include "lang/base/result.h"

namespace weft::state {

inline constexpr size_t kPartBytes = 512 * 1024;
inline constexpr size_t kMostLargeBytes = 64 * 1024 * 1024;
// What the operations of one caller may take of a frame; the rest is left to the run's own beginning.
inline constexpr size_t kMostUnitBytes = kMostFrameBytes - kFrameOverhead - 64 * 1024;

// Takes the largest out of `operations` until the rest fits, leaving references. Gives the bodies of the transactions
// that go before; none when everything fits. kInvalid for an operation of more than 64 MiB.
[[nodiscard]] auto split_large(std::vector<EncodedOperation>& operations) -> Result<std::vector<std::string>>;

// An operation as it stands in a body. For a reference the body is empty and only the value counts.
[[nodiscard]] auto decoded_operation(const RawOperation& raw) -> Result<EncodedOperation>;

}  // namespace weft::state
