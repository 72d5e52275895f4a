// The differences of one resource as rows: only what changes, paths by the keys that people know, strings in the form
// that fits them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/view/page.h"
#include "engine/view/value_text.h"

namespace weft::draw {

struct DiffContext {
  bool full = false;
  OriginName origin{};
  const Value* before = nullptr;  // whole attributes, to name elements of lists by their key; may be null
  const Value* after = nullptr;
  uint64_t version = 0;           // of the record: "since @38"
};

[[nodiscard]] auto difference_rows(std::span<const plan::Difference> differences, const DiffContext& context,
                                   uint32_t indent) -> std::vector<Row>;
// `Tags.CostCentre: "114" → "220"`: one difference that fits on one line; nothing when it does not.
[[nodiscard]] auto difference_line(const plan::Difference& difference, const DiffContext& context) -> std::optional<std::string>;
// Any two values under a label: outputs, `drift`.
[[nodiscard]] auto change_rows(std::string_view label, const std::optional<Value>& before, const std::optional<Value>& after,
                               const DiffContext& context, uint32_t indent) -> std::vector<Row>;

// One place at which two values differ.
struct Leaf {
  enum class Kind : uint8_t { kChange, kNew, kGone, kAdd, kRemove, kOrder };
  Kind kind = Kind::kChange;
  Path path;             // kAdd, kRemove: of the list or set
  Value before, after;
};
// Objects by member, lists by their elements' key, else by position or by what came and went.
[[nodiscard]] auto leaves_of(const Path& path, const std::optional<Value>& before, const std::optional<Value>& after)
    -> std::vector<Leaf>;
// The member that names each element of a list of objects ("name"), when there is one.
[[nodiscard]] auto key_member(const Value& list) -> std::optional<std::string>;
// The path with positions turned into keys where the list has some: containers[0].image → containers[name=web].image.
[[nodiscard]] auto keyed_path(const Path& path, const Value* before, const Value* after) -> Path;

}  // namespace weft::draw
