// What the fake provider does with a request once it has arrived. Each function is one request, all or nothing, on a
// world that nobody else touches meanwhile.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/fake/types.h"
#include "providers/fake/world.h"

namespace weft::fake {

struct Refusal {
  driver::FailureClass failure = driver::FailureClass::kInvalid;
  std::string code;
  std::string text;
  std::string attribute{};
  std::vector<std::string> blockers{};
  size_t item = 0;  // of a batch: who is to blame
};
using Answer = std::expected<Object, Refusal>;

// `operation` is the token or mark, as the type has it. `attributes` is revealed.
[[nodiscard]] auto create(FakeWorld::Contents& world, const TypeFacts& type, const Value& attributes,
                          const std::string& operation) -> Answer;
struct NewRecord {
  Value attributes;
  std::string operation;
};
// All, or none and who is to blame.
[[nodiscard]] auto create_all(FakeWorld::Contents& world, const TypeFacts& type, const std::vector<NewRecord>& items)
    -> std::expected<std::vector<Object>, Refusal>;
// The next part of a Cluster; one that is complete stays as it is.
[[nodiscard]] auto attach(FakeWorld::Contents& world, const std::string& id) -> Answer;
// Sets these attributes and takes those away that are listed, the first `most` of them all.
[[nodiscard]] auto update(FakeWorld::Contents& world, const std::string& id, const Value& set,
                          const std::vector<std::string>& unset, size_t most) -> Answer;
// Slow ones are on their way out first. What is not there is `not_found`.
[[nodiscard]] auto remove(FakeWorld::Contents& world, const TypeFacts& type, const std::string& id) -> Answer;

// What a read sees: nothing while it is hidden, older attributes while it is stale. Time passes by being looked at.
[[nodiscard]] auto seen(FakeWorld::Contents& world, const std::string& id) -> std::optional<Object>;
// Ids of that type, by id, for which `wanted` holds.
[[nodiscard]] auto ids(const FakeWorld::Contents& world, std::string_view type,
                       const std::function<bool(const Object&)>& wanted) -> std::vector<std::string>;
// Empty: it is not there, or no text.
[[nodiscard]] auto text_in(const Value& object, std::string_view name) -> std::string;
[[nodiscard]] auto text_of(const Object& object, std::string_view attribute) -> std::string;
[[nodiscard]] auto count_of(const Object& object, std::string_view attribute) -> uint32_t;
[[nodiscard]] auto status_of(const TypeFacts& type, const Object& object) -> std::string_view;

}  // namespace weft::fake
