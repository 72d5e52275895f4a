// A plan's steps in the order and grouping in which every drawing shows them: most dangerous first, consequences under
// their cause, steps that change alike as one entry.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/plan/plan.h"

namespace weft::draw {

enum class Section : uint8_t { kDestroy, kReplace, kUpdate, kCreate, kStateOnly, kRead };
inline constexpr size_t kSections = 6;

// One step, or several that change alike.
struct Entry {
  std::vector<plan::StepIndex> steps;  // natural order of addresses
  std::vector<Entry> consequences;     // steps that this one forces
  [[nodiscard]] auto first() const -> plan::StepIndex { return steps.front(); }
};

struct SectionEntries {
  Section section = Section::kDestroy;
  std::vector<Entry> entries;
  size_t steps = 0;      // of this section's action, those drawn as consequences elsewhere included
  size_t elsewhere = 0;  // of these, drawn under a cause in another section
};

// Sections that have steps; `single` keeps every step an entry of its own (--full).
[[nodiscard]] auto plan_sections(const plan::Plan& plan, bool single) -> std::vector<SectionEntries>;

[[nodiscard]] auto section_of(plan::Action action) -> Section;
// "DESTROY", "STATE ONLY"
[[nodiscard]] auto heading(Section section) -> std::string_view;
// Steps of these entries, and all that they force.
[[nodiscard]] auto counts_of(const plan::Plan& plan, const std::vector<Entry>& entries) -> plan::Counts;
[[nodiscard]] auto of_section(const plan::Counts& counts, Section section) -> uint64_t;
// "UPDATE 5 (1 above)"
[[nodiscard]] auto title(const SectionEntries& section) -> std::string;
// "destroy", "state only"
[[nodiscard]] auto summary_word(Section section) -> std::string_view;
[[nodiscard]] auto sign(plan::Action action) -> std::string_view;
// What stands between the brackets: "us-east-2c" of subnet[us-east-2c]; empty without one.
[[nodiscard]] auto key_part(std::string_view address, std::string_view declaration) -> std::string;
// "page" of page[a]; empty without a key.
[[nodiscard]] auto collection_of(std::string_view address) -> std::string;
// "3 × alarm[…]" for several, the address for one.
[[nodiscard]] auto entry_name(const plan::Plan& plan, const Entry& entry) -> std::string;
// Of what a later stage plans: "record[…]"; ", one for each of nodes.Addresses" or nothing; "creates only, 3 to 9, …".
[[nodiscard]] auto deferred_name(const plan::Stage::Deferred& one) -> std::string;
[[nodiscard]] auto deferred_each(const plan::Stage::Deferred& one) -> std::string;
[[nodiscard]] auto deferred_bounds(const plan::Stage::Deferred& one) -> std::string;
// "3", "3 to 9", "up to 9", "any number"
[[nodiscard]] auto amount_text(const std::optional<uint64_t>& least, const std::optional<uint64_t>& most) -> std::string;
// "destroy 1, replace 3, update 5": what is not zero.
[[nodiscard]] auto counts_text(const plan::Counts& counts) -> std::string;
// Addresses of the plan's steps, to tell where an unknown's origin ends and its path begins.
class Origins {
 public:
  explicit Origins(const plan::Plan& plan);
  [[nodiscard]] auto name(std::string_view origin) const -> std::string;

 private:
  std::vector<std::string> addresses_;  // sorted
};

}  // namespace weft::draw
