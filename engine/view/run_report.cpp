#include "engine/view/run_report.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "engine/view/command_text.h"
#include "engine/view/page.h"
#include "engine/view/plan_entries.h"
#include "engine/view/plan_steps.h"
#include "engine/view/plan_text.h"
#include "engine/view/run_picture.h"
#include "engine/view/value_text.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::draw {

using event::StepState;

namespace {

constexpr size_t kMostOfAValue = 60;
constexpr size_t kSkippedShown = 20;

struct Done {
  uint64_t destroyed = 0, replaced = 0, updated = 0, created = 0, state_only = 0, read = 0;

  void add(plan::Action action) {
    switch (section_of(action)) {
      case Section::kDestroy: ++destroyed; break;
      case Section::kReplace: ++replaced; break;
      case Section::kUpdate: ++updated; break;
      case Section::kCreate: ++created; break;
      case Section::kStateOnly: ++state_only; break;
      case Section::kRead: ++read; break;
    }
  }
  [[nodiscard]] auto text() const -> std::string {
    std::vector<std::string> parts;
    auto part = [&](std::string_view word, uint64_t n) {
      if (n > 0) parts.push_back(fmt::format("{} {}", word, with_thousands(n)));
    };
    part("destroyed", destroyed);
    part("replaced", replaced);
    part("updated", updated);
    part("created", created);
    if (state_only > 0) parts.push_back(fmt::format("{} in the state only", with_thousands(state_only)));
    if (parts.empty()) return read > 0 ? fmt::format("read {}", read) : "nothing";
    return fmt::format("{}", fmt::join(parts, ", "));
  }
};

class Report {
 public:
  Report(const RunReport& report, const Look& look) : report_(report), page_(look) {
    for (const ReportedStep& step : report.steps) {
      if (step.step->action == plan::Action::kNone) continue;
      if (step.state == StepState::kDone && !step.warnings.empty()) warned_.push_back(&step);
      switch (step.state) {
        case StepState::kDone:
          done_.add(step.step->action);
          ++done_steps_;
          break;
        case StepState::kFailed: failed_.push_back(&step); break;
        case StepState::kOpen: open_.push_back(&step); break;
        case StepState::kSkipped: (step.half_done ? half_ : skipped_).push_back(&step); break;
        default: (step.half_done ? half_ : left_).push_back(&step);
      }
    }
  }

  auto draw() -> std::string {
    bool clean = failed_.empty() && open_.empty() && skipped_.empty() && left_.empty() && half_.empty() && !report_.stopped;
    if (clean) {
      warned();
      whole();
      return page_.text();
    }
    failed();
    half_done();
    open();
    skipped();
    warned();
    if ((!report_.stopped || !failed_.empty()) && !report_.untouched && done_steps_ > 0) {
      page_.gap();
      page_.line(Line().add(fmt::format("DONE {}", done_steps_), Ink::kBold).add(": " + done_.text()));
    }
    page_.gap();
    if (report_.stopped) stopped();
    else if (report_.untouched) in_vain();
    else in_part();
    return page_.text();
  }

  auto last_line() -> std::string {
    if (report_.stopped) return stopped_line();
    if (failed_.empty() && open_.empty() && skipped_.empty() && left_.empty() && half_.empty()) return whole_line();
    if (report_.untouched) return fmt::format("{}; failed {}, skipped {}.", in_vain_line(), failed_.size(), skipped_.size());
    return fmt::format("{}; failed {}, skipped {}, done {}.", in_part_line(), failed_.size(), skipped_.size(), done_steps_);
  }

 private:
  [[nodiscard]] auto past() const -> std::string_view { return report_.verb == "destroy" ? "Destroyed" : "Applied"; }
  [[nodiscard]] auto name() const -> std::string { return report_.plan_file.empty() ? report_.fabric : report_.plan_file; }

  auto whole_line() -> std::string {
    return fmt::format("{} {} in {}: {}.", past(), name(), elapsed(report_.elapsed_ms), done_.text());
  }

  void whole() {
    page_.line(Line(whole_line()));
    std::string line = report_.state_before == report_.state_after
                           ? fmt::format("State @{}.", report_.state_after)
                           : fmt::format("State @{} → @{}.", report_.state_before, report_.state_after);
    line += calls();
    page_.line(Line(line + outputs()));
    if (report_.beyond_bounds) page_.line(Line(fmt::format("The stage that follows was not applied. Go on:  {}", report_.again)));
    checks();
  }

  void checks() {
    if (report_.checks_failed) page_.line(Line("A check does not hold now; see above."));
  }

  auto calls() const -> std::string {
    if (report_.api_calls == 0) return {};
    std::string text = " " + counted(report_.api_calls, "API call");
    if (report_.sent_again > 0) text += fmt::format(", {} of them sent again", report_.sent_again);
    return text + ".";
  }

  auto outputs() const -> std::string {
    if (report_.outputs_changed_count == 0) return {};
    std::string what = report_.outputs_changed.empty() || report_.outputs_changed.size() > 3
                           ? fmt::format("{} {}", report_.outputs_changed_count, report_.verb == "destroy" ? "gone" : "changed")
                           : listed(report_.outputs_changed) + (report_.verb == "destroy" ? " gone" : " changed");
    if (report_.outputs_unchanged > 0) what += fmt::format(", {} unchanged", report_.outputs_unchanged);
    return fmt::format(" Outputs: {}.", what);
  }

  auto head(const ReportedStep& one) const -> Row {
    const plan::Step& step = *one.step;
    Row row{.source = source_text(step.source), .hang = 4};
    row.left.add(sign(step.action), ink_of(step.action)).add(" ").add(step.address, Ink::kBold).add("  ").add(step.type);
    return row;
  }

  // Done, and their drivers have something to say.
  void warned() {
    if (warned_.empty()) return;
    page_.gap();
    page_.line(Line().add(fmt::format("WARNED {}", warned_.size()), Ink::kBoldYellow));
    for (const ReportedStep* one : warned_) {
      page_.row(head(*one));
      page_.block(warning_rows(one->warnings, 4));
    }
    page_.gap();
  }

  void failed() {
    if (failed_.empty()) return;
    page_.gap();
    page_.line(Line().add(fmt::format("FAILED {}", failed_.size()), Ink::kBoldRed));
    for (const auto& alike : alike_steps(failed_)) {
      broken(alike);
      for (const ReportedStep* one : alike) {
        if (one->half_done) page_.line(Line(half_done_text(*one)), 4);
      }
    }
  }

  // Instances of one declaration that failed with the same words are one entry.
  static auto alike_steps(const std::vector<const ReportedStep*>& steps) -> std::vector<std::vector<const ReportedStep*>> {
    std::vector<std::vector<const ReportedStep*>> out;
    std::map<std::string, size_t> groups;
    for (const ReportedStep* one : steps) {
      bool alone = one->half_done || !one->warnings.empty() || !one->intent.empty() || !one->error || !one->error->request_id.empty() || one->step->declaration.empty();
      if (alone) {
        out.push_back({one});
        continue;
      }
      std::string key = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", one->step->declaration, plan::word(one->step->action), one->part, one->error->operation,
                                    one->error->code, one->error->text);
      auto [at, fresh] = groups.try_emplace(key, out.size());
      if (fresh) out.push_back({one});
      else out[at->second].push_back(one);
    }
    return out;
  }

  // The head and the words of what did not end well.
  void broken(const std::vector<const ReportedStep*>& alike) {
    const ReportedStep& first = *alike.front();
    const plan::Step& step = *first.step;
    std::string part = first.part.empty() ? std::string(plan::word(step.action)) : first.part;
    uint64_t longest = 0;
    for (const ReportedStep* one : alike) longest = std::max(longest, one->elapsed_ms);
    Row row = head(first);
    if (alike.size() > 1) {
      row.left = Line();
      row.left.add(sign(step.action), ink_of(step.action)).add(" ");
      row.left.add(fmt::format("{} × {}[…]", alike.size(), step.declaration), Ink::kBold).add("  ").add(step.type);
      std::vector<std::string> keys;
      for (const ReportedStep* one : alike) keys.push_back(key_part(one->step->address, step.declaration));
      row.left.add("  ").add(listed(keys, page_.look().full ? 0 : 5));
    }
    row.left.add(fmt::format("  {}, after {}", part, elapsed_whole(longest)));
    page_.row(std::move(row));
    if (first.error) page_.block(failure_rows(*first.error, 4));
    page_.block(warning_rows(first.warnings, 4));
  }

  // Nothing of them failed: what they wait for did.
  void half_done() {
    if (half_.empty()) return;
    page_.gap();
    page_.line(Line().add(fmt::format("HALF DONE {}", half_.size()), Ink::kBoldRed));
    for (const ReportedStep* one : half_) {
      page_.row(head(*one));
      page_.line(Line(half_done_text(*one)), 4);
    }
  }

  static auto half_done_text(const ReportedStep& one) -> std::string {
    const plan::Step& step = *one.step;
    bool open = one.state == StepState::kOpen;
    bool is_made = !open && one.part == "create" && one.error && one.error->changed == "yes";
    if (step.create_first) return fmt::format("half done: the new one exists, {}", open ? "whether " + step.identity + " is destroyed is not known" : step.identity + " is not destroyed yet");
    return fmt::format("half done: {} is destroyed, {}", step.identity.empty() ? "the old one" : step.identity,
                       open      ? "whether the new one exists is not known"
                       : is_made ? "the new one exists and is not ready"
                                 : "the new one does not exist");
  }

  void open() {
    if (open_.empty()) return;
    page_.gap();
    page_.line(Line().add(fmt::format("OPEN {}", open_.size()), Ink::kBoldRed).add(open_.size() == 1 ? ", what became of its call is not known" : ", what became of their calls is not known"));
    for (const auto& alike : alike_steps(open_)) {
      broken(alike);
      const ReportedStep* one = alike.front();
      if (one->half_done) page_.line(Line(half_done_text(*one)), 4);
      if (one->intent.empty()) {
        // By a second Ctrl-C, or because it could not be written down.
        page_.line(Line("the next run finds out"), 4);
        continue;
      }
      if (!one->candidates.empty()) page_.line(Line("it may be " + listed(one->candidates, 5)), 4);
      std::string command = report_.recover + " " + shell_quote(one->step->address);
      // A removal leaves nothing that could be taken over.
      bool removal = one->step->action == plan::Action::kDestroy || one->part == "destroy";
      page_.line(Line(fmt::format("it was done:      {} {}", command, removal ? "--done" : "--adopt ID")), 4);
      page_.line(Line(fmt::format("it was not done:  {} --not-done", command)), 4);
      page_.line(Line(fmt::format("find out again:   {} --retry", command)), 4);
    }
  }

  auto is_open(const std::string& address) const -> bool {
    return std::ranges::any_of(open_, [&](const ReportedStep* one) { return one->step->address == address; });
  }

  // What stays as it was: "still NatGatewayId = "nat-0e19""; empty: nothing that can be told in a few words.
  static auto still(const plan::Step& step) -> std::string {
    if (step.action != plan::Action::kUpdate) return "";
    for (const plan::Difference& one : step.differences) {
      if (one.kind != plan::Difference::Kind::kChange || !one.before || one.before->is_null() || one.before->has_secret()) continue;
      return fmt::format(", still {} = {}", one.path.text(), value_text(*one.before, {.most = kMostOfAValue}));
    }
    return "";
  }

  void skipped() {
    std::map<std::string, std::vector<const ReportedStep*>> by_cause;
    for (const ReportedStep* one : skipped_) by_cause[one->because].push_back(one);
    for (const auto& [cause, steps] : by_cause) {
      page_.gap();
      page_.line(Line().add(fmt::format("SKIPPED {}", steps.size()), Ink::kBoldYellow)
                     .add(cause.empty() ? "" : fmt::format(", because {} {}", cause, is_open(cause) ? "is open" : "failed")));
      // A session that was suspended has its provider's own words.
      if (const auto& error = steps.front()->error; error) page_.line(Line(error->text), 2);
      for (size_t i = 0; i < steps.size(); ++i) {
        if (!page_.look().full && i == kSkippedShown) {
          page_.line(Line(fmt::format("and {} more", steps.size() - i)), 2);
          break;
        }
        Row row = head(*steps[i]);
        row.source.clear();
        row.left.add(still(*steps[i]->step));
        page_.row(std::move(row));
      }
    }
  }

  auto intents() const -> std::string {
    if (report_.stopped_hard && open_.empty()) return "What ran is left open; the next run settles it.";
    size_t open = open_.size() + report_.open_beside;
    if (open == 0) return "no intent is open";
    return fmt::format("{} open", counted(open, "intent") + (open == 1 ? " is" : " are"));
  }

  auto in_part_line() -> std::string {
    return fmt::format("{} in part in {}, state @{}", past(), elapsed(report_.elapsed_ms), report_.state_after);
  }

  auto in_vain_line() -> std::string {
    return fmt::format("Nothing was {} in {}, state @{}", report_.verb == "destroy" ? "destroyed" : "applied", elapsed(report_.elapsed_ms), report_.state_after);
  }

  void in_vain() {
    page_.line(Line(fmt::format("{}. Nothing was changed; {}.", in_vain_line(), intents())));
    beside();
    page_.line(Line(fmt::format("When the cause is gone:  {}", report_.again)));
  }

  void beside() {
    if (report_.open_beside == 0) return;
    page_.line(Line(fmt::format("{} left by an earlier run:  {}", counted(report_.open_beside, "intent") + (report_.open_beside == 1 ? " was" : " were"),
                                report_.recover)));
  }

  void in_part() {
    page_.line(Line(fmt::format("{}. {}{}.", in_part_line(), open_.empty() && report_.open_beside == 0 ? "State and world agree; " : "", intents())));
    beside();
    if (report_.beyond_bounds) page_.line(Line("A later stage was not applied."));
    checks();
    size_t rest = failed_.size() + skipped_.size() + left_.size() + open_.size() + half_.size();
    Line line(fmt::format("When the cause is gone:  {}", report_.again));
    bool same_plan = !report_.plan_file.empty() && report_.again.starts_with("weft apply");
    if (same_plan) line.add(fmt::format("    does the {} that {} left", counted(rest, "step"), rest == 1 ? "is" : "are"));
    page_.line(line);
  }

  auto stopped_line() -> std::string {
    std::string line = fmt::format("Stopped after {}: done {}", elapsed(report_.elapsed_ms), done_steps_);
    std::vector<std::string> half;
    for (const ReportedStep& one : report_.steps) {
      if (one.half_done) half.push_back(one.step->address);
    }
    if (!half.empty()) line += fmt::format(", half done {} ({})", half.size(), listed(half, 5));
    if (!failed_.empty()) line += fmt::format(", failed {}", failed_.size());
    if (!open_.empty()) line += fmt::format(", left open {}", open_.size());
    size_t left = left_.size() + skipped_.size();
    if (left > 0) line += fmt::format(", not started {}", left);
    return line + ".";
  }

  void stopped() {
    page_.line(Line(stopped_line()));
    std::string what = intents();
    what[0] = static_cast<char>(what[0] == 'n' ? 'N' : what[0]);
    page_.line(Line(fmt::format("State @{}. {}{} Go on:  {}", report_.state_after, what, what.ends_with('.') ? "" : ".", report_.again)));
  }

  const RunReport& report_;
  Page page_;
  Done done_;
  uint64_t done_steps_ = 0;
  std::vector<const ReportedStep*> failed_, open_, skipped_, left_, warned_;
  std::vector<const ReportedStep*> half_;  // replacements whose other half was not tried
};

}  // namespace

auto run_report_text(const RunReport& report, const Look& look) -> std::string { return Report(report, look).draw(); }

auto run_report_last_line(const RunReport& report) -> std::string {
  return Report(report, Look{}).last_line() + "\n";
}

auto claimed_text(const std::vector<state::Holder>& holders, uint64_t claimed_records, const std::string& again,
                  const std::string& environment, const Look& look, const ProcessOf& process, bool relied_on)
    -> std::string {
  Page page(look);
  std::vector<std::string> addresses;
  std::vector<const state::RunInfo*> runs;
  for (const state::Holder& holder : holders) {
    if (std::ranges::find(addresses, holder.address) == addresses.end()) addresses.push_back(holder.address);
    if (!std::ranges::any_of(runs, [&](auto* run) { return run->id == holder.run.id; })) runs.push_back(&holder.run);
  }
  std::string count = relied_on                             ? fmt::format("{} that this plan changes or relies on", counted(addresses.size(), "record"))
                      : claimed_records == 0                ? counted(addresses.size(), "record")
                      : claimed_records > addresses.size() ? fmt::format("{} of the {} that this plan changes", addresses.size(), counted(claimed_records, "record"))
                      : claimed_records == 1               ? "the record that this plan changes"
                                                           : fmt::format("all {} that this plan changes", counted(claimed_records, "record"));
  page.line(Line().add("error", Ink::kBoldRed).add(fmt::format(": {} {} claimed by {}", count, addresses.size() == 1 ? "is" : "are",
                                                               runs.size() == 1 ? "another run" : fmt::format("{} other runs", runs.size()))));
  page.line(Line(listed(addresses, look.full ? 0 : 10)), 2);
  auto ago = [&](uint64_t then) { return look.now_ms > then ? look.now_ms - then : 0; };
  for (const state::RunInfo* run : runs) {
    page.line(Line(fmt::format("{}: {}, {} on {}, for {}, last sign {} ago", run_name(run->id),
                               run->command.empty() ? "weft " + run->verb : run->command, run->owner, run->host,
                               elapsed_whole(ago(run->begun_ms)), roughly(ago(run->last_sign_ms)))), 2);
  }
  page.line(Line(fmt::format("Nothing was changed. {}:  {}", claimed_records == 0 ? "When it is over" : "Wait for it", again)));
  for (const state::RunInfo* run : runs) {
    page.line(Line(fmt::format("Break it, if the run is dead ({}):  {} {}", "it is " + life_text(*run, process), with_environment("weft unlock", environment),
                               run_name(run->id))));
  }
  return page.text();
}

auto life_text(const state::RunInfo& run, const ProcessOf& process) -> std::string {
  if (!run.alive) return "dead";
  auto holder = process ? process(run.id) : std::nullopt;
  // Its lock is held, by whomever: the run itself, or a command that it started.
  if (!holder) return "alive";
  if (holder->stands_still) return fmt::format("alive but stands still: process {} on this machine goes on after  kill -CONT {}", holder->process, holder->process);
  return fmt::format("alive: process {} on this machine", holder->process);
}

auto stale_text(const std::string& plan_file, const std::string& why, const std::vector<std::string>& details, uint64_t others,
                const std::string& environment, const Look& look) -> std::string {
  Page page(look);
  std::string name = plan_file.empty() ? "the plan" : plan_file;
  page.line(Line().add("error", Ink::kBoldRed).add(fmt::format(": {} is stale: {}", name, why)));
  for (const std::string& detail : details) page.line(Line(detail), 2);
  std::string rest = others == 0 ? "" : fmt::format(" {} other changed {} not matter to this plan.", with_thousands(others), others == 1 ? "record does" : "records do");
  page.line(Line("Nothing was changed." + rest));
  std::string again = plan_file.empty() ? with_environment("weft apply", environment)
                                        : with_environment("weft plan", environment) + " --out " + shell_quote(plan_file);
  page.line(Line("Plan again:  " + again));
  return page.text();
}

}  // namespace weft::draw
