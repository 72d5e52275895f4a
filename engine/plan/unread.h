// What a driver could not read keeps its last value: it counts as not looked at, never as drift. What could never be read
// and was never sent is known by name.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/state/record.h"
#include "lang/value/value.h"
#include "providers/api/driver.h"

namespace weft::plan {

// Puts what was last known at each unread path of what was read: the record's observed value, else what was last sent.
// Where neither is known, nothing is there.
void keep_unread(driver::ReadState& state, const Value& observed, const Value& applied);

// A pinned observation, in which secrets are keyed digests, with the record's (`last`, opened) in their place. Nothing: one
// of them is not what the record holds, or the record holds only a digest too, so that it has to be read again.
[[nodiscard]] auto with_secrets(const Value& pinned, const Value& last, const std::function<Value(const Value&)>& digested)
    -> std::optional<Value>;

// What is given only once is in no later answer: it stays as it was.
[[nodiscard]] auto with_once(const driver::TypeSchema& type, Value now, const Value& last) -> Value;

// Attributes of an adopted object that cannot be read and were not sent since: nothing of theirs can be compared.
[[nodiscard]] auto unverified_of(const state::Record& record) -> std::vector<std::string>;

}  // namespace weft::plan
