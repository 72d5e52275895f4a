// Saved plans (docs/state.md, "Plan files"): the document and everything that tells whether it is still true. No secret
// stands in it in the clear.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/state/seal.h"
#include "lang/base/result.h"

namespace weft::plan {

struct SavedPlan {
  Plan plan;                                             // as shown; secrets are marks without a value
  std::string program;                                   // version that wrote it
  std::string configuration;                             // digest of the files
  std::map<std::string, std::string> configuration_files;  // each of them → digest
  std::map<std::string, std::string> files;              // read by functions → digest
  std::map<std::string, std::string> sources;            // files whose content steps send → digest
  std::map<std::string, std::string> schemas;            // types used → digest
  std::map<std::string, std::string> places;             // provider configurations of its steps → where they point
  std::map<std::string, Value> inputs;                   // clear ones by value
  std::map<std::string, std::string> secret_inputs;      // keyed digest, or empty while there is no key
  std::map<std::string, std::string> secret_lookups;     // the same of lookups that hold secrets
  std::vector<std::pair<std::string, uint64_t>> pins;    // record → version, 0: absent
  std::map<std::string, std::vector<std::string>> collections;  // read as a whole → records in it
  std::map<std::string, Value> observed;                 // what refresh found different (null: missing)
  std::map<std::string, Value> lookups;                  // their results
  std::map<std::string, std::string> desired;            // step id → digest of its `after`
};

// 0600, beside it and renamed. `keyring` may be null (nothing secret was ever sealed).
[[nodiscard]] auto write_plan(const std::string& path, const SavedPlan& plan) -> Result<void>;
// kInvalid: no plan file; kCorrupt: damaged; kNewer: of a newer program.
[[nodiscard]] auto read_plan(const std::string& path) -> Result<SavedPlan>;

// A copy without what is secret: marks become {"$secret": true}, which reads back as a secret null.
[[nodiscard]] auto without_secrets(const Value& value) -> Value;
// 64 hex digits over a value with its secrets left out.
[[nodiscard]] auto shape_digest(const Value& value) -> std::string;

}  // namespace weft::plan
