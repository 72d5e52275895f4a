#include "engine/view/why_text.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "engine/view/page.h"
#include "engine/view/plan_entries.h"
#include "engine/view/plan_steps.h"
#include "engine/view/plan_text.h"
#include "engine/view/value_diff.h"
#include "engine/view/words.h"
#include "providers/api/registry.h"

namespace weft::draw {

namespace {

using plan::Action;
using plan::Difference;
using plan::Step;
using plan::StepIndex;

constexpr size_t kNamesShown = 5;

class Why {
 public:
  Why(const plan::Plan& plan, const SourceReader& source, const Look& look, const WhyFacts& facts)
      : plan_(plan), source_(source), facts_(facts), origins_(plan), page_(look) {}

  auto draw(StepIndex start) -> std::string {
    StepIndex at = start;
    uint32_t depth = 0;
    std::vector<bool> seen(plan_.steps.size(), false);
    for (;;) {
      seen[at] = true;
      one(plan_.steps[at], depth);
      auto cause = plan_.steps[at].because_of;
      if (!cause || *cause >= plan_.steps.size() || seen[*cause]) break;
      at = *cause;
      ++depth;
    }
    names(at, depth);
    neighbours(start);
    return page_.text();
  }

 private:
  [[nodiscard]] auto verdict(const Step& step) const -> std::string {
    std::vector<std::string> forcing, changing;
    for (const Difference& difference : step.differences) {
      if (difference.kind == Difference::Kind::kIgnored) continue;
      (difference.forces_replace ? forcing : changing).push_back(difference.path.text());
    }
    std::string reasons = listed(step.reasons, 3);
    auto because = [&](std::string_view what) {
      if (!reasons.empty()) return fmt::format("{}: {}", what, reasons);
      if (changing.empty()) return std::string(what);
      return fmt::format("{}: {} {}", what, listed(changing, 3), changing.size() == 1 ? "changes" : "change");
    };
    switch (step.action) {
      case Action::kReplace:
        if (forcing.empty()) return because("must be replaced");
        return fmt::format("must be replaced: {} {} create-only and {}", listed(forcing, 3), forcing.size() == 1 ? "is" : "are",
                           forcing.size() == 1 ? "changes" : "change");
      case Action::kUpdate: return step.drift_only ? "is updated: it has drifted" : because("is updated");
      case Action::kCreate:
        return reasons.empty() ? "is created: it is declared and the state knows nothing of it" : "is created: " + reasons;
      case Action::kDestroy: return because("is destroyed");
      case Action::kMove: return fmt::format("is moved: its record was called {}", step.moved_from);
      case Action::kAdopt: return fmt::format("is adopted: {} exists already", step.adopted_id);
      case Action::kForget: return because("is forgotten");
      case Action::kRecord: return because("is brought up to date in the state only");
      case Action::kRead: return "is read again during the apply, after what it waits for has changed";
      case Action::kNone: return "does not change";
    }
    return "changes";
  }

  void source_line(const plan::SourceLine& at, uint32_t indent) {
    if (at.file.empty()) return;
    std::string text = source_ ? source_(at.file, at.line) : std::string();
    Line line;
    line.add(source_text(at), Ink::kDim);
    if (!text.empty()) line.add("  ").add(cut(text, 160, page_.look()));
    page_.row(Row{.indent = indent, .left = std::move(line)});
  }

  void one(const Step& step, uint32_t depth) {
    uint32_t indent = depth == 0 ? 0 : 2 * (depth - 1);
    Line head;
    if (depth > 0) head.add(page_.look().trees ? "└ " : "  ", Ink::kDim);
    head.add(step.address, Ink::kBold).add(" ").add(verdict(step));
    page_.row(Row{.indent = indent, .left = std::move(head), .hang = indent + 4});
    uint32_t inner = depth == 0 ? 4 : indent + 4;
    DiffContext context{.full = page_.look().full,
                        .origin = [this](std::string_view origin) { return origins_.name(origin); },
                        .before = &step.before,
                        .after = &step.after,
                        .version = step.version};
    bool shown_source = false;
    for (const Difference& difference : step.differences) {
      bool matters = step.action != Action::kReplace || difference.forces_replace;
      if (!matters && !page_.look().full) continue;
      if (!difference.source.file.empty()) {
        source_line(difference.source, inner);
        shown_source = true;
      }
      Difference plain = difference;
      plain.note.clear();
      page_.block(difference_rows(std::span(&plain, 1), context, inner));
      applied(step, difference, inner);
    }
    if (!shown_source) source_line(step.source, inner);
    for (const std::string& remark : step.remarks) page_.line(Line(remark), inner);
    if (!step.consequence.empty()) page_.line(Line(step.consequence), inner);
  }

  // Since when the old value is there, and whether it still is.
  void applied(const Step& step, const Difference& difference, uint32_t indent) {
    if (difference.kind != Difference::Kind::kChange || !difference.before || step.version == 0) return;
    std::string text = fmt::format("applied @{}", step.version);
    if (auto when = facts_.written_ms.find(step.version); when != facts_.written_ms.end()) {
      text = fmt::format("applied @{} on {}", step.version, local_time(when->second, 0));
    }
    // What lives in the state alone is nowhere else.
    const auto* types = page_.look().types;
    const auto* type = types == nullptr ? nullptr : types->type(step.type);
    const Value* seen = find(step.before, difference.path);
    bool drifted = std::ranges::any_of(step.differences, [&](const Difference& one) {
      return one.kind == Difference::Kind::kDrift && (one.path.covered_by(difference.path) || difference.path.covered_by(one.path));
    });
    bool read = type != nullptr && type->role == driver::TypeRole::kResource && plan_.resources_read > 0;
    if (read && !drifted && seen != nullptr && !seen->has_secret() && *seen == *difference.before) text += ", the same in the world now";
    page_.line(Line().add(text, Ink::kDim), indent);
  }

  // Where the new value comes from, if nothing further up forces it.
  void names(StepIndex at, uint32_t depth) {
    auto found = facts_.names.find(at);
    if (found == facts_.names.end()) return;
    size_t most = page_.look().full ? SIZE_MAX : kNamesShown;
    for (const NamedRow& row : found->second) {
      if (most-- == 0) {
        page_.line(Line(fmt::format("and {} more: --full", found->second.size() - kNamesShown)), 2 * depth + 2);
        break;
      }
      Line line;
      line.add(page_.look().trees ? "└ " : "  ", Ink::kDim).add(row.name, Ink::kBold);
      ValueStyle style{.most = 60, .origin = [this](std::string_view origin) { return origins_.name(origin); }};
      bool telling = row.value && (is_short(*row.value) || row.value->secret() || row.value->is_unknown() || row.value->is_null());
      if (telling) line.add(" is ").add(value_text(*row.value, style));
      if (!row.set_in.empty()) line.add(fmt::format(" ({})", row.set_in));
      std::string text = source_ ? source_(row.source.file, row.source.line) : std::string();
      line.add("  ").add(source_text(row.source), Ink::kDim);
      if (!text.empty()) line.add("  ").add(cut(text, 100, page_.look()));
      page_.row(Row{.indent = 2 * depth, .left = std::move(line), .hang = 2 * depth + 4});
    }
  }

  void neighbours(StepIndex start) {
    const Step& step = plan_.steps[start];
    std::vector<std::string> before, behind;
    for (StepIndex i : step.after_steps) {
      if (i < plan_.steps.size()) before.push_back(fmt::format("{} ({})", plan_.steps[i].address, plan::word(plan_.steps[i].action)));
    }
    for (const Step& other : plan_.steps) {
      if (std::ranges::find(other.after_steps, start) != other.after_steps.end()) behind.push_back(other.address);
    }
    std::string line;
    if (!before.empty()) line = fmt::format("Waits for: {}.", listed(before, 5));
    if (!behind.empty()) line += fmt::format("{}Waiting for it: {}.", line.empty() ? "" : " ", listed(behind, 5));
    if (!line.empty()) page_.line(Line(line));
  }

  const plan::Plan& plan_;
  const SourceReader& source_;
  const WhyFacts& facts_;
  Origins origins_;
  Page page_;
};

}  // namespace

auto why_text(const plan::Plan& plan, StepIndex step, const SourceReader& source, const Look& look, const WhyFacts& facts) -> std::string {
  return Why(plan, source, look, facts).draw(step);
}

}  // namespace weft::draw
