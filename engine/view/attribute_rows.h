// Whole attributes as rows: of new resources (--full), of records (`state show`), in HTML.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/view/page.h"
#include "engine/view/value_text.h"
#include "providers/api/schema.h"

namespace weft::draw {

// One row an attribute; objects and lists of objects open up below their name.
[[nodiscard]] auto attribute_rows(const Value& attributes, const ValueStyle& style, uint32_t indent) -> std::vector<Row>;
// `Name = "www.k736.net.", and 4 more`: the most telling attributes that all of the values share, at most `most`.
// What `type`, if it is known, fills in by itself does not count.
[[nodiscard]] auto telling_attributes(std::span<const Value* const> values, size_t most, const ValueStyle& style,
                                      const driver::TypeSchema* type = nullptr) -> std::string;

}  // namespace weft::draw
