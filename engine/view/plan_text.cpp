#include "engine/view/plan_text.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/addr/inside.h"
#include "engine/view/command_text.h"
#include "engine/view/plan_closing.h"
#include "engine/view/plan_entries.h"
#include "engine/view/plan_steps.h"
#include "engine/view/value_diff.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::draw {

namespace {

using plan::Action;
using plan::Plan;
using plan::Step;

constexpr size_t kLarge = 200;        // steps of one section: above, one line a declaration
constexpr size_t kMostBriefLines = 20;
constexpr size_t kDestroyWhole = 20;  // a destroy plan up to here is listed whole

class PlanText {
 public:
  PlanText(const Plan& plan, const Look& look) : plan_(plan), look_(look), page_(look), rows_(plan, look_) {}

  auto draw(const PlanTextOptions& options) -> std::string {
    if (!plan_.changes() && plan_.failed.empty()) return nothing_to_do();
    asks_ = options.asks;
    if (options.only_last) {
      page_.line(Line(would()));
      refused();
      return page_.text();
    }
    first_lines();
    failed();
    for (const SectionEntries& section : plan_sections(plan_, look_.full)) draw_section(section);
    for (const plan::Stage& stage : plan_.stages) draw_stage(stage);
    kept();
    if (options.closing) closing(options);
    return page_.text();
  }

  auto draw_only_stage(uint32_t number, const PlanTextOptions& options) -> std::string {
    page_.gap();
    page_.line(Line(fmt::format("Stage {} of {}: {}", number, fabric_name(plan_.fabric, plan_.environment),
                                counts_text(plan_.counts()))));
    for (const SectionEntries& section : plan_sections(plan_, look_.full)) draw_section(section);
    for (const plan::Stage& stage : plan_.stages) draw_stage(stage);
    if (!options.closing) return page_.text();
    // Something was changed: the stages before this one are applied.
    asks_ = true;
    page_.gap();
    page_.line(Line(would()));
    return page_.text();
  }

 private:
  auto nothing_to_do() -> std::string {
    std::string line = fmt::format("Nothing to {} {}, state @{}: ", plan_.destroy ? "destroy of" : "do for", fabric_name(plan_.fabric, plan_.environment), plan_.tail.seq);
    if (plan_.destroy && !plan_.only.empty()) line += "it holds nothing of what was asked for";
    else if (plan_.destroy) line += plan_.kept.empty() ? "it holds nothing" : fmt::format("{} kept", counted(plan_.kept.size(), "resource"));
    else if (plan_.unchanged == 0) line += "it declares nothing and holds nothing";
    else line += fmt::format("{} {}", counted(plan_.unchanged, "resource"), plan_.unchanged == 1 ? "agrees" : "agree");
    if (plan_.resources_read > 0 && plan_.api_calls > 0) {
      line += fmt::format(" ({}, {})", counted(plan_.api_calls, "API call"), elapsed(plan_.read_ms));
    } else if (plan_.resources_read > 0) {
      line += fmt::format(" ({})", elapsed(plan_.read_ms));
    }
    page_.line(Line(line + "."));
    kept();
    told(drift_line(plan_));
    told(ignored_line(plan_));
    return page_.text();
  }

  void first_lines() {
    std::string counts = counts_text(plan_.counts());
    std::string line = fmt::format("Plan {} {}, state @{}{}", plan_.destroy ? "to destroy" : "for",
                                   fabric_name(plan_.fabric, plan_.environment), plan_.tail.seq,
                                   plan_.new_environment ? " (new environment)" : "");
    if (!counts.empty()) line += ": " + counts;
    if (!plan_.kept.empty()) line += fmt::format(", keep {}", plan_.kept.size());
    for (const plan::Stage& stage : plan_.stages) line += fmt::format(", then stage {}", stage.number);
    page_.line(Line().add(line, Ink::kBold));
    if (plan_.destroy) return;
    std::string read;
    if (plan_.resources_read > 0) {
      read = fmt::format("{} read", counted(plan_.resources_read, "resource"));
      if (plan_.api_calls > 0) read += fmt::format(" with {}", counted(plan_.api_calls, "API call"));
      read += fmt::format(" in {}", elapsed(plan_.read_ms));
    } else if (plan_.unchanged > 0) {
      read = "nothing read";
    }
    if (plan_.unchanged > 0) read += fmt::format(", {} unchanged", with_thousands(plan_.unchanged));
    if (!read.empty()) page_.line(Line(read));
  }

  void failed() {
    if (plan_.failed.empty()) return;
    page_.gap();
    page_.line(Line().add(fmt::format("NOT PLANNED {}", plan_.failed.size()), Ink::kBoldRed));
    for (const plan::Failed& one : plan_.failed) {
      Row head{.source = source_text(one.source), .hang = 4};
      head.left.add("! ", Ink::kRed).add(one.address, Ink::kBold).add("  ").add(one.type);
      page_.row(std::move(head));
      const auto& failure = one.failure;
      std::string what = failure.operation;
      if (!failure.code.empty()) what += (what.empty() ? "" : ": ") + failure.code;
      if (!what.empty()) page_.line(Line(what), 4);
      if (!failure.text.empty()) page_.line(Line(quoted(failure.text)), 4);
      if (!failure.request_id.empty()) page_.line(Line("request id " + failure.request_id), 4);
      if (!failure.hint.empty()) page_.line(Line(failure.hint), 4);
    }
  }

  void section_heading(const SectionEntries& section, std::string_view more = {}) {
    Ink ink = section.section == Section::kDestroy || section.section == Section::kReplace ? Ink::kBoldRed
              : section.section == Section::kUpdate                                        ? Ink::kBoldYellow
              : section.section == Section::kCreate                                        ? Ink::kBoldGreen
                                                                                           : Ink::kBold;
    page_.gap();
    page_.line(Line().add(title(section), ink).add(more));
  }

  void draw_section(const SectionEntries& section) {
    if (section.section == Section::kStateOnly) {
      section_heading(section, ", nothing in the world changes");
    } else if (section.section == Section::kRead) {
      section_heading(section, ", during the apply");
    } else if (section.section == Section::kDestroy && plan_.destroy) {
      draw_destroy(section);
      return;
    } else if (!look_.full && section.steps > kLarge) {
      draw_large(section);
      return;
    } else {
      section_heading(section);
    }
    for (size_t i = 0; i < section.entries.size();) i = draw_entries(section, i);
  }

  // One entry; or neighbours that are destroyed for the same reason or replaced alike, which is then said once.
  auto draw_entries(const SectionEntries& section, size_t i) -> size_t {
    auto reason = [&](size_t k) {
      const Entry& entry = section.entries[k];
      const Step& step = plan_.steps[entry.first()];
      bool alone = entry.steps.size() == 1 && entry.consequences.empty() && step.remarks.empty() && step.consequence.empty();
      return alone ? rows_.reason(step, true) : std::string();
    };
    size_t end = i + 1;
    while (end < section.entries.size() && rows_.stand_together(section.entries[i], section.entries[end])) ++end;
    if (end - i > 1) {
      page_.block(rows_.together(std::span(section.entries).subspan(i, end - i)));
      return end;
    }
    if (section.section == Section::kDestroy && !reason(i).empty()) {
      const std::string& declaration = plan_.steps[section.entries[i].first()].declaration;
      while (end < section.entries.size() && reason(end) == reason(i) &&
             plan_.steps[section.entries[end].first()].declaration == declaration) {
        ++end;
      }
    }
    if (end - i < 2) {
      page_.block(rows_.rows(section.entries[i]));
      return i + 1;
    }
    std::vector<Row> heads;
    for (size_t k = i; k < end; ++k) {
      heads.push_back(rows_.head(section.entries[k]));
      heads.back().note = EntryRows::warning(plan_.steps[section.entries[k].first()]);
    }
    page_.block(heads);
    page_.line(Line(fmt::format("{}: {}", end - i == 2 ? "both" : fmt::format("all {}", end - i), reason(i))), 4);
    return end;
  }

  // The largest groups first, until two thirds of the steps are told. What they force is counted under them.
  void draw_large(const SectionEntries& section) {
    if (section.entries.empty()) return section_heading(section);
    section_heading(section, fmt::format(" in {}, alike within each group", counted(section.entries.size(), "group")));
    std::vector<const Entry*> order;
    for (const Entry& entry : section.entries) order.push_back(&entry);
    std::ranges::stable_sort(order, std::greater<>{}, [](const Entry* entry) { return entry->steps.size(); });
    size_t told = 0, lines = 0;
    for (const Entry* entry : order) {
      if (lines > 0 && (told * 3 >= section.steps * 2 || lines == kMostBriefLines)) break;
      page_.row(rows_.brief(*entry));
      auto forced = counts_of(plan_, entry->consequences);
      if (auto text = counts_text(forced); !text.empty()) {
        page_.line(Line(fmt::format("forces {}: {} --full", text, with_environment("weft plan", plan_.environment))), 4);
      }
      told += entry->steps.size() + of_section(forced, section.section);
      ++lines;
    }
    if (lines == order.size()) return;
    page_.line(Line(fmt::format("{} more {}, {}: {} --full, or --only ADDRESS, or --html plan.html", order.size() - lines,
                                order.size() - lines == 1 ? "group" : "groups", counted(section.steps - section.elsewhere - told, "step"),
                                with_environment("weft plan", plan_.environment))), 2);
  }

  void draw_destroy(const SectionEntries& section) {
    std::vector<const Entry*> data, rest;
    for (const Entry& entry : section.entries) {
      (plan_.steps[entry.first()].stateful ? data : rest).push_back(&entry);
    }
    section_heading(section, data.empty() ? "" : ", what holds data first");
    bool whole = look_.full || section.steps <= kDestroyWhole;
    std::vector<Row> heads;
    auto add = [&](const Entry* entry) {
      heads.push_back(rows_.head(*entry));
      heads.back().source.clear();
      heads.back().note = EntryRows::warning(plan_.steps[entry->first()]);
    };
    for (const Entry* entry : data) add(entry);
    if (whole) {
      for (const Entry* entry : rest) add(entry);
    }
    page_.block(heads);
    if (whole || rest.empty()) return;
    std::set<std::string> groups;
    size_t steps = 0;
    for (const Entry* entry : rest) {
      groups.insert(plan_.steps[entry->first()].declaration);
      steps += entry->steps.size();
    }
    page_.line(Line(fmt::format("{} more in {}: --full", steps, counted(groups.size(), "group"))), 2);
  }

  void draw_stage(const plan::Stage& stage) {
    std::set<std::string> types;
    std::vector<std::string> after;
    std::optional<uint64_t> least = 0, most = 0;
    size_t lookups = 0;
    for (const auto& one : stage.deferred) {
      if (one.is_lookup()) ++lookups;
      else types.insert(one.type);
      for (const std::string& address : one.after) {
        if (std::ranges::find(after, address) == after.end()) after.push_back(address);
      }
      *least += one.least.value_or(0);
      if (most && one.most) *most += *one.most;
      else most.reset();
    }
    // What belongs to the stage itself is nothing that it is planned after.
    std::erase_if(after, [&](const std::string& address) {
      return std::ranges::any_of(stage.deferred, [&](const auto& other) { return address == other.address || addr::is_inside(address, other.address); });
    });
    page_.gap();
    std::string line = fmt::format("STAGE {}", stage.number);
    if (!after.empty()) line += fmt::format(", planned after {}", listed(after, 3));
    std::vector<std::string> what;
    if (!types.empty()) {
      bool bounded = most || *least > 0;
      what.push_back(fmt::format("{}{} {} of {}", amount_text(least, most), bounded ? "" : " of", most.value_or(*least) == 1 ? "resource" : "resources",
                                 counted(types.size(), "type")));
    }
    if (lookups > 0) what.push_back(counted(lookups, "lookup"));
    line += fmt::format(": {}", fmt::join(what, ", "));
    page_.line(Line().add(line, Ink::kBold));
    for (const auto& one : stage.deferred) {
      Row head{.source = source_text(one.source), .hang = 4};
      head.left.add("? ", Ink::kDim).add(deferred_name(one), Ink::kBold).add("  ").add(one.type).add(deferred_each(one));
      page_.row(std::move(head));
      if (!one.why.empty()) page_.line(Line(one.why), 4);
      page_.line(Line(deferred_bounds(one)), 4);
    }
  }

  // --full: each with all that changes of it.
  void outputs_whole() {
    if (std::ranges::none_of(plan_.outputs, &plan::OutputChange::changed)) return;
    auto unchanged = std::ranges::count(plan_.outputs, false, &plan::OutputChange::changed);
    page_.line(Line(unchanged == 0 ? "Outputs:" : fmt::format("Outputs, {} unchanged:", unchanged)));
    for (const plan::OutputChange& output : plan_.outputs) {
      if (!output.changed) continue;
      if (!output.after || holds_secret(output)) page_.line(Line(output_words(output, rows_.style(), look_)), 2);
      else page_.block(change_rows(output.name, output.before, output.after, {.full = true, .origin = rows_.style().origin}, 2));
    }
  }

  // Lines that are not there are left out.
  void told(const std::string& line) {
    if (!line.empty()) page_.line(Line(line));
  }

  void kept() {
    auto line = kept_line(plan_, look_.full ? 0 : kKeptShown);
    if (line.empty()) return;
    page_.gap();
    size_t at = line.find(':');
    page_.line(Line().add(line.substr(0, at), Ink::kBold).add(line.substr(at)));
  }

  auto would() -> std::string {
    plan::Counts counts = plan_.counts();
    uint64_t state_only = counts.state_only;
    counts.state_only = 0;
    std::string what = counts_text(counts);
    if (state_only > 0) what += fmt::format("{}change {} in the state only", what.empty() ? "" : ", ", with_thousands(state_only));
    if (what.empty()) {
      size_t outputs = 0;
      for (const plan::OutputChange& output : plan_.outputs) outputs += output.changed ? 1 : 0;
      if (outputs > 0) what = plan_.destroy ? fmt::format("forget {}", counted(outputs, "output")) : fmt::format("record {}", counted(outputs, "changed output"));
    }
    for (const plan::Stage& stage : plan_.stages) what += fmt::format("{}plan stage {}", what.empty() ? "" : ", then ", stage.number);
    // All that there is to do stands under NOT PLANNED.
    if (what.empty()) what = "change nothing of what could be planned";
    std::string line = fmt::format("Would {}.{}", what, asks_ ? "" : " Nothing was changed.");
    if (!plan_.stages.empty()) {
      line += fmt::format(" weft apply asks again before stage {}; with --auto-approve it goes on only inside these bounds.",
                          plan_.stages.front().number);
    }
    return line;
  }

  auto cannot_bring_back() -> std::string {
    if (plan_.counts().destroy == 0) return would();
    return fmt::format("{}. Weft cannot bring {} back.{}", counted(plan_.counts().destroy, "resource"), plan_.counts().destroy == 1 ? "it" : "them",
                       asks_ ? "" : " Nothing was changed.");
  }

  // Whether an apply would refuse, which is then said.
  auto refused() -> bool {
    std::string why = refusal_text(plan_);
    if (!why.empty()) page_.line(Line(why));
    return !why.empty();
  }

  void closing(const PlanTextOptions& options) {
    page_.gap();
    if (plan_.destroy) {
      page_.line(Line(cannot_bring_back()));
    } else {
      for (const CommonInput& input : options.common) {
        std::string at = source_text(input.source);
        if (!input.set_in.empty()) at += (input.set_in.find(':') == std::string::npos ? ", set by " : ", set in ") + input.set_in;
        page_.line(Line(fmt::format("{} of these steps {} the value from `{}` ({}).", with_thousands(input.steps), input.steps == 1 ? "takes" : "take",
                                    input.name, at)));
      }
      told(drift_line(plan_));
      told(ignored_line(plan_));
      if (look_.full) outputs_whole();
      else told(outputs_line(plan_, rows_.style(), look_));
      page_.line(Line(would()));
    }
    if (!options.saved_to.empty()) page_.line(Line(fmt::format("Saved to {}.", options.saved_to)));
    if (!refused() && !options.saved_to.empty() && look_.hints) {
      page_.line(Line(fmt::format("Do exactly this:  weft apply {}", shell_quote(options.saved_to))));
    }
  }

  const Plan& plan_;
  const Look look_;
  Page page_;
  EntryRows rows_;
  bool asks_ = false;
};

}  // namespace

auto fabric_name(const std::string& fabric, const std::string& environment) -> std::string {
  return environment.empty() || environment == "default" ? fabric : fmt::format("{}/{}", fabric, environment);
}

auto source_text(const plan::SourceLine& source) -> std::string {
  return source.file.empty() ? std::string() : fmt::format("{}:{}", source.file, source.line);
}

auto refusal_text(const Plan& plan) -> std::string {
  auto is_protected = [](const Step& step) { return std::ranges::find(step.remarks, "protected") != step.remarks.end(); };
  auto kept = static_cast<uint64_t>(std::ranges::count_if(plan.steps, is_protected));
  return kept == 0 ? std::string() : fmt::format("An apply refuses this plan: {} {} protected.", counted(kept, "resource"), kept == 1 ? "is" : "are");
}

auto plan_text(const Plan& plan, const Look& look, const PlanTextOptions& options) -> std::string {
  return PlanText(plan, look).draw(options);
}

auto stage_text(const Plan& plan, uint32_t stage, const Look& look, const PlanTextOptions& options) -> std::string {
  return PlanText(plan, look).draw_only_stage(stage, options);
}

}  // namespace weft::draw
