// What a driver could not read keeps its last value: it counts as not looked at, never as drift.
#pragma once

#include "lang/value/value.h"
#include "providers/api/driver.h"

namespace weft::plan {

// Puts what was last known at each unread path of what was read: the record's observed value, else what was last sent.
// Where neither is known, nothing is there.
void keep_unread(driver::ReadState& state, const Value& observed, const Value& applied);

// What is given only once is in no later answer: it stays as it was.
[[nodiscard]] auto with_once(const driver::TypeSchema& type, Value now, const Value& last) -> Value;

}  // namespace weft::plan
