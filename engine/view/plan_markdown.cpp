#include <algorithm>

#include <fmt/format.h>

#include "engine/view/command_text.h"
#include "engine/view/html.h"
#include "engine/view/plan_closing.h"
#include "engine/view/page.h"
#include "engine/view/plan_documents.h"
#include "engine/view/plan_entries.h"
#include "engine/view/plan_steps.h"
#include "engine/view/plan_text.h"
#include "lang/base/text.h"

namespace weft::draw {

namespace {

constexpr size_t kStageShown = 20;

auto count_of(const Entry& entry) -> size_t {
  size_t n = entry.steps.size();
  for (const Entry& below : entry.consequences) n += count_of(below);
  return n;
}

auto anchors(const plan::Plan& plan, const Entry& entry) -> std::string {
  std::string out;
  for (plan::StepIndex i : entry.steps) out += fmt::format("<a id=\"{}\"></a>", html_escape(plan.steps[i].id));
  for (const Entry& below : entry.consequences) out += anchors(plan, below);
  return out;
}

// A fence that nothing inside can close.
auto fenced(const std::string& text) -> std::string {
  size_t longest = 2, run = 0;
  for (char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  std::string fence(longest + 1, '`');
  return fmt::format("{}diff\n{}{}\n", fence, text, fence);
}

}  // namespace

auto plan_markdown(const plan::Plan& plan, size_t most, const Look& given) -> std::string {
  Look look{.ascii = given.ascii, .types = given.types};  // no width: a page of a merge request scrolls
  EntryRows rows(plan, look);
  std::string counts = counts_text(plan.counts());
  std::string out = fmt::format("### Plan {} {}, state @{}{}\n", plan.destroy ? "to destroy" : "for",
                                html_escape(fabric_name(plan.fabric, plan.environment)), plan.tail.seq,
                                counts.empty() ? "" : ": " + counts);
  auto closing = [&] {
    std::string lines;
    for (const auto& line : closing_lines(plan, rows.style(), look)) lines += fmt::format("\n{}\n", html_escape(shown(line, look)));
    if (auto why = refusal_text(plan); !why.empty()) lines += fmt::format("\n**{}**\n", why);
    return lines;
  };
  if (!plan.changes() && plan.failed.empty()) return out + "\nNothing to do.\n" + closing();
  // Room for what closes folds and counts what is left out.
  size_t room = most > 600 ? most - 600 : 0;
  size_t left_out = 0;
  bool full = false;
  for (const plan::Failed& failed : plan.failed) {
    out += fmt::format("\n**Not planned:** `{}` ({}): {}\n", html_escape(failed.address), html_escape(failed.type), html_escape(failed.failure.text));
  }
  for (const SectionEntries& section : plan_sections(plan, false)) {
    bool folded = section.section > Section::kReplace;
    std::string heading = title(section);
    std::string open = folded ? fmt::format("\n<details><summary>{}</summary>\n", heading) : fmt::format("\n#### {}\n", heading);
    std::string ids, body;
    for (const Entry& entry : section.entries) {
      if (full) {
        left_out += count_of(entry);
        continue;
      }
      Page page(look);
      page.block(rows.rows(entry));
      std::string id = anchors(plan, entry);
      if (out.size() + open.size() + ids.size() + id.size() + body.size() + page.text().size() > room) {
        full = true;
        left_out += count_of(entry);
        continue;
      }
      ids += id;
      body += page.text();
    }
    if (body.empty()) continue;
    out += open + ids + "\n\n" + fenced(body) + (folded ? "\n</details>\n" : "");
  }
  if (left_out > 0) out += fmt::format("\n{} left out here; `{} --full` shows all.\n", counted(left_out, "more step is", "more steps are"),
                                       with_environment("weft plan", plan.environment));
  for (const plan::Stage& stage : plan.stages) {
    out += fmt::format("\nThen stage {}: {}.\n\n", stage.number, counted(stage.deferred.size(), "collection"));
    size_t told = 0;
    for (const auto& one : stage.deferred) {
      if (told++ == kStageShown) {
        out += fmt::format("- and {} more\n", stage.deferred.size() - kStageShown);
        break;
      }
      out += fmt::format("- `{}` ({}{}): {}; {}\n", html_escape(shown(deferred_name(one), look)), html_escape(one.type), html_escape(shown(deferred_each(one), look)), html_escape(one.why),
                         deferred_bounds(one));
    }
  }
  return out + closing();
}

}  // namespace weft::draw
