#include "engine/view/plan_entries.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "engine/view/look.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/value/cbor.h"

namespace weft::draw {

namespace {

using plan::Action;
using plan::Plan;
using plan::Step;
using plan::StepIndex;

auto member_of(Section section) -> uint64_t plan::Counts::* {
  static constexpr std::array<uint64_t plan::Counts::*, kSections> kMembers = {&plan::Counts::destroy, &plan::Counts::replace,    &plan::Counts::update,
                                                                               &plan::Counts::create,  &plan::Counts::state_only, &plan::Counts::read};
  return kMembers[static_cast<size_t>(section)];
}

constexpr size_t kSingleBound = 50;  // destroys and replacements stay single up to here

// What makes two updates alike, as bytes: paths always; values too, unless only their keys could tell them apart.
auto signature(const Step& step) -> std::string {
  std::string bytes;
  auto put = [&](std::string_view part) { bytes += fmt::format("{}:{};", part.size(), part); };
  put(step.declaration);
  put(step.type);
  bytes += static_cast<char>('a' + static_cast<int>(step.action));
  for (const plan::Difference& difference : step.differences) {
    bytes += static_cast<char>('0' + static_cast<int>(difference.kind));
    put(difference.path.text());
    put(difference.note);
  }
  for (const std::string& reason : step.reasons) put(reason);
  for (const std::string& remark : step.remarks) put(remark);
  put(step.consequence);
  // Only what keeps its key moves together.
  bool kept = key_part(step.moved_from, {}) == key_part(step.address, step.declaration);
  put(kept ? collection_of(step.moved_from) : step.moved_from);
  bytes += step.adopted_id.empty() ? '-' : 'a';
  return bytes;
}

class Grouping {
 public:
  Grouping(const Plan& plan, bool single) : plan_(plan), single_(single), children_(plan.steps.size()) {
    for (StepIndex i = 0; i < plan.steps.size(); ++i) {
      ++per_section_[static_cast<size_t>(section_of(plan.steps[i].action))];
      auto cause = plan.steps[i].because_of;
      if (cause && *cause < plan.steps.size() && *cause != i && !circular(i)) children_[*cause].push_back(i);
      else roots_.push_back(i);
    }
  }

  auto sections() -> std::vector<SectionEntries> {
    std::array<std::vector<StepIndex>, kSections> roots;
    for (StepIndex i : roots_) {
      if (plan_.steps[i].action != Action::kNone) roots[static_cast<size_t>(section_of(plan_.steps[i].action))].push_back(i);
    }
    std::vector<SectionEntries> out;
    for (size_t s = 0; s < kSections; ++s) {
      SectionEntries section{.section = static_cast<Section>(s)};
      section.entries = entries(roots[s]);
      for (const Step& step : plan_.steps) {
        if (step.action != Action::kNone && section_of(step.action) == section.section) ++section.steps;
      }
      section.elsewhere = section.steps - of_section(counts_of(plan_, section.entries), section.section);
      if (section.steps > 0) out.push_back(std::move(section));
    }
    return out;
  }

 private:
  // A chain of causes that comes back to itself would never be drawn.
  auto circular(StepIndex start) const -> bool {
    StepIndex at = start;
    for (size_t n = 0; n <= plan_.steps.size(); ++n) {
      auto cause = plan_.steps[at].because_of;
      if (!cause || *cause >= plan_.steps.size()) return false;
      at = *cause;
      if (at == start) return true;
    }
    return true;
  }

  auto may_group(StepIndex i) const -> bool {
    const Step& step = plan_.steps[i];
    if (single_ || step.declaration.empty() || !children_[i].empty()) return false;
    if (step.stateful && (step.action == Action::kDestroy || step.action == Action::kReplace)) return false;
    bool dangerous = step.action == Action::kDestroy || step.action == Action::kReplace;
    return !dangerous || per_section_[static_cast<size_t>(section_of(step.action))] > kSingleBound;
  }

  auto entries(const std::vector<StepIndex>& steps) const -> std::vector<Entry> {
    std::vector<Entry> out;
    std::map<std::string, size_t> groups;
    for (StepIndex i : steps) {
      if (may_group(i)) {
        auto [at, is_new] = groups.try_emplace(signature(plan_.steps[i]), out.size());
        if (!is_new) {
          out[at->second].steps.push_back(i);
          continue;
        }
      }
      out.push_back(Entry{.steps = {i}, .consequences = entries(children_[i])});
    }
    return out;
  }

  const Plan& plan_;
  bool single_;
  std::vector<std::vector<StepIndex>> children_;
  std::vector<StepIndex> roots_;
  std::array<size_t, kSections> per_section_{};
};

}  // namespace

auto plan_sections(const Plan& plan, bool single) -> std::vector<SectionEntries> { return Grouping(plan, single).sections(); }

auto section_of(Action action) -> Section {
  switch (action) {
    case Action::kDestroy: return Section::kDestroy;
    case Action::kReplace: return Section::kReplace;
    case Action::kUpdate: return Section::kUpdate;
    case Action::kCreate: return Section::kCreate;
    case Action::kMove:
    case Action::kAdopt:
    case Action::kForget:
    case Action::kRecord: return Section::kStateOnly;
    case Action::kRead:
    case Action::kNone: return Section::kRead;
  }
  return Section::kRead;
}

auto heading(Section section) -> std::string_view {
  static constexpr std::array<std::string_view, kSections> kHeadings = {"DESTROY", "REPLACE", "UPDATE",
                                                                        "CREATE",  "STATE ONLY", "READ"};
  return kHeadings[static_cast<size_t>(section)];
}

auto counts_of(const plan::Plan& plan, const std::vector<Entry>& entries) -> plan::Counts {
  plan::Counts all;
  auto add = [&](auto&& self, const std::vector<Entry>& some) -> void {
    for (const Entry& entry : some) {
      for (StepIndex i : entry.steps) ++(all.*member_of(section_of(plan.steps[i].action)));
      self(self, entry.consequences);
    }
  };
  add(add, entries);
  return all;
}

auto of_section(const plan::Counts& counts, Section section) -> uint64_t { return counts.*member_of(section); }

auto title(const SectionEntries& section) -> std::string {
  std::string_view where = section.entries.empty() ? " (above)" : "";
  std::string some = section.elsewhere > 0 && where.empty() ? fmt::format(" ({} above)", section.elsewhere) : "";
  return fmt::format("{} {}{}{}", heading(section.section), with_thousands(section.steps), where, some);
}

auto summary_word(Section section) -> std::string_view {
  static constexpr std::array<std::string_view, kSections> kWords = {"destroy", "replace", "update",
                                                                     "create",  "state only", "read"};
  return kWords[static_cast<size_t>(section)];
}

auto sign(Action action) -> std::string_view {
  static constexpr std::string_view kSigns[] = {
#define ACTION(name, word, sign, would, doing, done) sign,
#include "engine/plan/action.def"
#undef ACTION
  };
  return kSigns[static_cast<size_t>(action)];
}

auto key_part(std::string_view address, std::string_view declaration) -> std::string {
  // The declaration has no keys: walk both, and take what stands in brackets of the last name.
  size_t open = address.rfind('[');
  if (!address.ends_with(']') || open == std::string_view::npos || declaration == address) return {};
  // A key may itself hold a quoted bracket: then the first one after the name counts.
  size_t first = address.find("[\"");
  if (first != std::string_view::npos && first < open) open = first;
  return std::string(address.substr(open + 1, address.size() - open - 2));
}

auto collection_of(std::string_view address) -> std::string {
  if (!address.ends_with(']')) return {};
  return std::string(address.substr(0, address.ends_with("\"]") ? address.rfind("[\"") : address.rfind('[')));
}

auto entry_name(const Plan& plan, const Entry& entry) -> std::string {
  const Step& step = plan.steps[entry.first()];
  if (entry.steps.size() == 1) return step.address;
  return fmt::format("{} × {}[…]", with_thousands(entry.steps.size()), step.declaration);
}

auto counts_text(const plan::Counts& counts) -> std::string {
  std::string out;
  auto add = [&](std::string_view word, uint64_t n) {
    if (n == 0) return;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", word, with_thousands(n));
  };
  add("destroy", counts.destroy);
  add("replace", counts.replace);
  add("update", counts.update);
  add("create", counts.create);
  add("state only", counts.state_only);
  return out;
}

auto amount_text(const std::optional<uint64_t>& least, const std::optional<uint64_t>& most) -> std::string {
  if (least && most && *least == *most) return fmt::format("{}", *least);
  if (least && most) return fmt::format("{} to {}", *least, *most);
  if (most) return fmt::format("up to {}", *most);
  if (least && *least > 0) return fmt::format("at least {}", *least);
  return "any number";
}

auto deferred_name(const plan::Stage::Deferred& one) -> std::string {
  // Without a `for` there is one of it, or none.
  bool single = one.each.empty() || (one.least == 1 && one.most == 1);
  return one.address + (single || one.address.ends_with(']') ? "" : "[…]");
}

auto deferred_each(const plan::Stage::Deferred& one) -> std::string {
  if (one.each.empty()) return {};
  // As it is written, on one line.
  std::string each;
  for (char c : one.each) {
    bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space) each += c;
    else if (!each.empty() && each.back() != ' ') each += ' ';
  }
  return ", one for each of " + cut(each, 60, Look{});
}

auto deferred_bounds(const plan::Stage::Deferred& one) -> std::string {
  if (one.is_lookup()) return "bounds: only read";
  return fmt::format("bounds: {}, {}{}", one.creates_only ? "creates only" : "creates and changes", amount_text(one.least, one.most),
                     one.creates_only ? ", nothing destroyed or replaced" : "");
}

Origins::Origins(const Plan& plan) {
  for (const Step& step : plan.steps) addresses_.push_back(step.address);
  for (const plan::Stage& stage : plan.stages) {
    for (const auto& deferred : stage.deferred) addresses_.push_back(deferred.address);
  }
  std::sort(addresses_.begin(), addresses_.end());
}

auto Origins::name(std::string_view origin) const -> std::string {
  // The longest address that the origin begins with.
  for (size_t end = origin.size(); end > 0; --end) {
    bool boundary = end == origin.size() || origin[end] == '.' || origin[end] == '[';
    if (boundary && std::binary_search(addresses_.begin(), addresses_.end(), origin.substr(0, end))) {
      return std::string(origin.substr(0, end));
    }
  }
  return std::string(origin);
}

}  // namespace weft::draw
