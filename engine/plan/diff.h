// The difference of one resource, by the schema: four values a path. Pure.
//   desired D (from the files, completed by prepare)   applied  A (what was last sent; secrets as keyed digests)
//   baseline B (as read when that change was ready)    observed O (as read now)
// change: D ≠ A under the attribute's equivalence. drift: O ≠ B at declared paths. O = D already: only the record moves.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/plan/plan.h"
#include "lang/value/path.h"
#include "lang/value/value.h"
#include "providers/api/schema.h"

namespace weft::plan {

struct DiffInput {
  const driver::TypeSchema& type;
  const Value& desired;           // effective; may hold unknowns and secrets
  const Value& desired_digested;  // the same with {"$digest": …} in place of secrets; equal to `desired` without secrets
  const Value& applied;           // null: none (after adoption)
  const Value& baseline;          // null: none
  const Value& observed;          // null: not read
  const std::vector<Path>& ignore;
};

struct DiffResult {
  std::vector<Difference> differences;  // by path
  std::vector<Path> changed;            // attributes that differ and are not ignored, whole
  bool change = false;                  // something in the files differs from what was applied
  bool drift = false;                   // something declared moved in the world
  bool replace = false;                 // a create-only attribute is among the changed
  std::vector<Path> refused;            // taken out of the files, though that cannot be done in place
  bool record_moves = false;            // the world is as desired, the record is not: no call
  uint64_t ignored = 0;                 // differences under @ignore
};

[[nodiscard]] auto difference(const DiffInput& input) -> DiffResult;

// Where two values differ, path by path: objects by member, lists of one length by position, else whole.
void walk_difference(const Value& before, const Value& after, const Path& at,
                     const std::function<void(const Path&, const Value* before, const Value* after)>& found);

// Held paths of whole-document changes: `desired` with what is observed (or was applied) at the ignored paths.
[[nodiscard]] auto with_held(const Value& desired, const Value& observed, const std::vector<Path>& ignore) -> Value;
// Whether at such a path something else than ours was seen of which only a digest is left: it cannot be sent back.
[[nodiscard]] auto holds_unread(const Value& desired, const Value& digested, const Value& observed, const std::vector<Path>& ignore) -> bool;

}  // namespace weft::plan
