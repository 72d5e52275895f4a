// The types of the fake world: schemas, and what its provider does differently for each.
#pragma once

#include <string_view>
#include <vector>

#include "providers/api/schema.h"

namespace weft::fake {

struct TypeFacts {
  driver::TypeSchema schema;
  bool by_name = false;     // its Name is unique and its identity; else the server gives an Id
  bool keeps_token = false; // a create with a token that was seen before is answered with what it made
  bool keeps_mark = false;  // the create carries the operation id as a mark
  bool once = false;        // AccessKey is in the create's answer and nowhere else
  bool slow = false;        // ready after Polls polls
  bool parts = false;       // made by several calls, with a checkpoint after each
  bool atomic = false;      // created in all-or-none batches, one a zone
  bool lane = false;        // one change at a time in each zone
  bool nodes = false;       // Addresses, between Least and Most of them
};

[[nodiscard]] auto type_facts() -> std::vector<TypeFacts>;

}  // namespace weft::fake
