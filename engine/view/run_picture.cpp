#include "engine/view/run_picture.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "engine/view/plan_entries.h"
#include "engine/view/plan_text.h"
#include "engine/view/value_text.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::draw {

using event::StepState;

namespace {

constexpr size_t kWaitingShown = 3;
constexpr size_t kStatusBeforeTime = 30;  // columns
constexpr uint64_t kEnoughToTell = 1000;  // ms of work, before anything is said of the rest
constexpr size_t kOutputShown = 20;  // lines of what a failed program wrote last

auto action_named(std::string_view word) -> plan::Action {
  for (int i = 0; i <= static_cast<int>(plan::Action::kRead); ++i) {
    if (plan::word(static_cast<plan::Action>(i)) == word) return static_cast<plan::Action>(i);
  }
  return plan::Action::kNone;
}

// Steps that only touch the state, and reads, are not worth a line each.
auto worth_a_line(std::string_view action) -> bool {
  plan::Action known = action_named(action);
  return known != plan::Action::kNone && section_of(known) < Section::kStateOnly;
}

auto ended_word(const event::StepMoved& fact) -> std::string {
  if (fact.to == StepState::kDone) return std::string(plan::done(action_named(fact.action)));
  return std::string(event::word(fact.to));
}

auto ended_ink(const event::StepMoved& fact) -> Ink {
  if (fact.to == StepState::kFailed || fact.to == StepState::kOpen) return Ink::kRed;
  return fact.to == StepState::kDone ? Ink::kGreen : Ink::kDim;
}

// "usually 4m–7m here"; empty: not known.
auto usual_text(const std::optional<event::Usual>& usual) -> std::string {
  if (!usual) return "";
  if (usual->most_ms < 1000) return "usually under 1s here";
  std::string least = roughly(usual->least_ms), most = roughly(usual->most_ms);
  return least == most ? fmt::format("usually {} here", most) : fmt::format("usually {}–{} here", least, most);
}

auto held_text(const event::StateHeld& fact) -> std::string {
  std::string who = fact.process > 0 ? fmt::format("process {}", fact.process) : std::string("another process");
  if (!fact.stands_still) return fmt::format("Waiting: {} is writing the state.", who);
  return fmt::format("Waiting: {} is writing the state and stands still. It goes on with:  kill -CONT {}", who, fact.process);
}

}  // namespace

auto base_name(std::string_view address) -> std::string {
  if (!address.ends_with(']')) return std::string(address);
  std::string key = key_part(address, "");
  return std::string(address.substr(0, address.size() - key.size() - 2));
}

void RunPicture::know(const plan::Plan& plan) {
  doing_.clear();
  waits_.clear();
  ended_addresses_.clear();
  for (const plan::Step& step : plan.steps) {
    for (plan::StepIndex before : step.after_steps) {
      if (before < plan.steps.size()) waits_[step.address].push_back(plan.steps[before].address);
    }
  }
}

auto RunPicture::since(uint64_t now_ms) const -> uint64_t { return begun_ && now_ms > *begun_ ? now_ms - *begun_ : 0; }

void RunPicture::note(uint64_t at, std::string_view word, std::string text) {
  notes_.push_back({.row = Row{.left = Line(fmt::format("{} {:<11} {}", run_clock(at), word, text))}, .after = ended_.size()});
}

auto RunPicture::rate_line(const event::EndpointRate& rate) const -> std::string {
  std::string text = fmt::format("{}: {} requests a second, was {}", rate.endpoint, rate_text(rate.per_second), rate_text(rate.was));
  if (rate.sent_again > 0) text += fmt::format("; {} sent again", with_thousands(rate.sent_again));
  if (failed_ == 0) text += rate.sent_again > 0 ? ", no step failed" : "; no step failed";
  return text;
}

// "destroyed 1, replaced 3, 3 in the state only"
auto RunPicture::counts_of_done() const -> std::string {
  std::vector<std::string> parts;
  uint64_t state_only = 0;
  for (auto action : {plan::Action::kDestroy, plan::Action::kReplace, plan::Action::kUpdate, plan::Action::kCreate}) {
    auto found = done_of_.find(std::string(plan::word(action)));
    if (found != done_of_.end()) parts.push_back(fmt::format("{} {}", plan::done(action), with_thousands(found->second)));
  }
  for (auto action : {plan::Action::kMove, plan::Action::kAdopt, plan::Action::kForget, plan::Action::kRecord}) {
    if (auto found = done_of_.find(std::string(plan::word(action))); found != done_of_.end()) state_only += found->second;
  }
  if (state_only > 0) parts.push_back(fmt::format("{} in the state only", with_thousands(state_only)));
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

void RunPicture::on(const event::Event& event, uint64_t now_ms) {
  if (const auto* fact = std::get_if<event::PlanProgress>(&event.fact)) {
    if (doing_ != fact->doing) doing_began_ = now_ms;
    doing_ = fact->total > 0 && fact->done >= fact->total ? "" : fact->doing;
    doing_done_ = fact->done;
    doing_total_ = fact->total;
  } else if (const auto* started = std::get_if<event::RunStarted>(&event.fact)) {
    begun_ = now_ms;
    doing_.clear();
    verb_ = started->verb;
    steps_ = started->steps;
    state_ = started->state;
    std::string what = started->plan_name.empty() ? started->fabric : started->plan_name;
    std::string facts = fmt::format("{}, {} claimed, state @{}{}", counted(steps_, "step"), counted(started->claimed, "record"), started->state,
                                    event.run.empty() ? "" : ", run " + run_name(event.run));
    note(0, verb_ == "destroy" ? "destroying" : "applying", what + ": " + facts);
    if (!started->plan_name.empty()) what += " to " + fabric_name(started->fabric, started->environment);
    opening_ = Row{.left = Line(fmt::format("{} {}: {}", verb_ == "destroy" ? "Destroying" : "Applying", what, facts))};
  } else if (const auto* moved = std::get_if<event::StepMoved>(&event.fact)) {
    bool was_running = running_.contains(moved->step);
    switch (moved->to) {
      case StepState::kRunning:
      case StepState::kSettling:
      case StepState::kSuspended: {
        Running& row = running_[moved->step];
        if (!was_running) {
          row.began = now_ms > moved->elapsed_ms ? now_ms - moved->elapsed_ms : 0;
          row.part_began = now_ms;
        }
        if (was_running && row.part != moved->part) {
          row.second_part = true;
          row.part_began = now_ms;
          row.status.clear();
        }
        row.address = moved->address;
        row.type = moved->resource;
        row.action = moved->action;
        row.part = moved->part;
        row.identity = moved->identity;
        if (moved->usual) row.usual = moved->usual;
        row.settling = moved->to == StepState::kSettling;
        if (moved->to == StepState::kSuspended) row.status = "suspended";
        else if (row.status == "suspended") row.status.clear();
        break;
      }
      case StepState::kDone:
      case StepState::kFailed:
      case StepState::kSkipped:
      case StepState::kOpen:
        running_.erase(moved->step);
        ended_addresses_[moved->address] = true;
        ++(moved->to == StepState::kDone     ? done_
           : moved->to == StepState::kFailed ? failed_
           : moved->to == StepState::kOpen   ? open_
                                             : skipped_);
        if (moved->to == StepState::kDone) ++done_of_[moved->action];
        if (moved->to != StepState::kSkipped && worth_a_line(moved->action)) ended_.push_back({*moved, since(now_ms)});
        break;
      default: break;
    }
  } else if (const auto* progress = std::get_if<event::StepProgress>(&event.fact)) {
    auto row = running_.find(progress->step);
    if (row == running_.end()) return;
    row->second.status = progress->status;
    row->second.phase = progress->phase;
    row->second.done = progress->done;
    row->second.total = progress->total;
  } else if (const auto* rate = std::get_if<event::EndpointRate>(&event.fact)) {
    bool slower = rate->per_second < rate->was;
    if (slower) rates_[rate->endpoint] = *rate;
    else rates_.erase(rate->endpoint);
    note(since(now_ms), slower ? "throttled" : "faster", rate_line(*rate));
  } else if (const auto* doubt = std::get_if<event::RunInDoubt>(&event.fact)) {
    doubts_ = doubt->intents;
    settled_ = 0;
    unsettled_ = 0;
    doubts_began_ = now_ms;
    std::string who = doubt->owner.empty() ? "" : fmt::format(" ({} on {}, {})", doubt->owner, doubt->host, local_time(doubt->begun_ms, event.time_ms));
    said_.push_back(Row{.left = Line(fmt::format("{} left {} open. Settling:", doubt->run.empty() ? "An earlier run" + who
                                                                                          : fmt::format("Run {}{} ended without a word and", run_name(doubt->run), who),
                                                 counted(doubts_, "intent")))});
  } else if (const auto* settled = std::get_if<event::IntentSettled>(&event.fact)) {
    std::string why = settled->why;
    if (!settled->candidates.empty()) why = listed(settled->candidates, 3) + (why.empty() ? "" : ": " + why);
    said_.push_back(Row{.indent = 2, .left = Line(fmt::format("{:<24} {:<10} {}", settled->change + " " + settled->address, settled->outcome, why))});
    unsettled_ += settled->outcome == "open" ? 1 : 0;
    if (++settled_ == doubts_) {
      std::string time = elapsed(now_ms - std::min(now_ms, doubts_began_));
      std::string text = unsettled_ == 0 ? fmt::format("Settled {} in {}; nothing was made twice.", settled_, time)
                                         : fmt::format("Settled {} of {} in {}; the rest is left open:  weft recover", settled_ - unsettled_, settled_, time);
      said_.push_back(Row{.left = Line(std::move(text))});
    }
  } else if (const auto* stage = std::get_if<event::StageBegun>(&event.fact)) {
    note(since(now_ms), "planning", fmt::format("stage {}", stage->stage));
  } else if (const auto* stop = std::get_if<event::Stopping>(&event.fact)) {
    // Whoever heard the signal says it.
    stopping_ = true;
    stopping_hard_ = stop->hard;
  } else if (const auto* over = std::get_if<event::RunEnded>(&event.fact)) {
    if (!begun_) return;
    std::string text = counts_of_done();
    if (over->failed > 0) text += fmt::format(", failed {}", over->failed);
    if (over->skipped > 0) text += fmt::format(", skipped {}", over->skipped);
    if (over->open > 0) text += fmt::format(", open {}", over->open);
    bool good = over->result == "done";
    note(since(now_ms), good ? (verb_ == "destroy" ? "destroyed" : "applied") : over->result == "stopped" ? "stopped" : "failed",
         fmt::format("{}; @{} → @{}", text, state_, over->state));
  } else if (const auto* claim = std::get_if<event::ClaimTaken>(&event.fact)) {
    doing_ = fmt::format("waiting: {} is claimed by {}, {} on {}", claim->address, run_name(claim->run), claim->owner, claim->host);
    doing_began_ = now_ms;
    doing_total_ = 0;
    note(since(now_ms), "waiting", fmt::format("{} is claimed by {}: {}, {} on {}", claim->address, run_name(claim->run),
                                               claim->command, claim->owner, claim->host));
  } else if (const auto* held = std::get_if<event::StateHeld>(&event.fact)) {
    said_.push_back(Row{.left = Line(held_text(*held))});
  }
}

auto RunPicture::status_of(const Running& step, uint64_t now_ms) const -> std::string {
  std::string own;
  bool slow = is_slow(step, now_ms);
  if (step.settling) own = "finding out what became of its call";
  else if (step.total > 0) own = fmt::format("{} of {}{}", step.done, step.total, step.status.empty() ? "" : " " + step.status);
  else if (step.phase == "retrying") own = fmt::format("sent again after {}", quoted(step.status));
  else if (step.phase == "throttled") own = "throttled";
  else if (!step.status.empty()) own = quoted(step.status);
  if (step.action == "replace") {
    std::string_view which = step.part == "create" ? "new one" : "old one";
    std::string text = fmt::format("{} of 2: {}", step.second_part ? 2 : 1, which);
    if (!own.empty()) text += " " + own;
    if (step.second_part) text += ", " + elapsed_whole(now_ms - std::min(now_ms, step.part_began));
    own = text;
  }
  std::string time = slow || (step.usual && step.usual->most_ms >= 1000) ? usual_text(step.usual) : std::string();
  // What stands behind it must not be pushed out of sight.
  if (!time.empty()) own = cut(own, kStatusBeforeTime, Look{});
  if (!slow) {
    // What the provider measures tells more than what was.
    if (auto left = left_of(step, now_ms); left > 0) time = fmt::format("about {} left", elapsed_whole(left));
    return own + (own.empty() || time.empty() ? "" : ", ") + time;
  }
  return fmt::format("slow{}{}, {}", own.empty() ? "" : ": ", own, time);
}

auto RunPicture::is_slow(const Running& step, uint64_t now_ms) -> bool {
  return step.usual && now_ms > step.began && now_ms - step.began > std::max<uint64_t>(step.usual->most_ms, 1000);
}

auto RunPicture::left_of(const Running& step, uint64_t now_ms) -> uint64_t {
  uint64_t since = now_ms - std::min(now_ms, step.part_began);
  if (step.settling || step.done == 0 || step.done >= step.total || since < kEnoughToTell) return 0;
  return since * (step.total - step.done) / step.done;
}

auto RunPicture::header(uint64_t now_ms, const Look& look) const -> Line {
  uint64_t over = done_ + failed_ + skipped_ + open_ + running_.size();
  std::string counts = fmt::format("running {}", running_.size());
  if (steps_ > over) counts += fmt::format(", waiting {}", steps_ - over);
  counts += fmt::format(", done {}", done_);
  if (failed_ > 0) counts += fmt::format(", failed {}", failed_);
  if (skipped_ > 0) counts += fmt::format(", skipped {}", skipped_);
  Line line;
  line.add("── ", Ink::kDim).add(run_clock(since(now_ms)), Ink::kBold).add("  ").add(counts);
  std::string_view keys = stopping_hard_ ? "leaving what runs open" : stopping_ ? "Ctrl-C leaves running steps open" : "Ctrl-C finishes and stops";
  if (look.width > line.width(look) + keys.size() + 4) line.pad(look, look.width - 2 - keys.size()).add(keys, Ink::kDim);
  return line;
}

auto RunPicture::waiting_lines() const -> std::vector<std::string> {
  // Those whose every cause is running now, then how many stand behind them.
  std::unordered_set<std::string_view> running;
  for (const auto& [index, step] : running_) running.insert(step.address);
  std::vector<std::string> lines;
  size_t behind = 0;
  for (const auto& [address, before] : waits_) {
    if (ended_addresses_.contains(address) || running.contains(address)) continue;
    std::vector<std::string> left;
    bool next = true;
    for (const std::string& cause : before) {
      if (ended_addresses_.contains(cause)) continue;
      if (left.size() < 4) left.push_back(cause);
      next = next && running.contains(cause);
    }
    if (left.empty()) continue;
    if (next && lines.size() < kWaitingShown) lines.push_back(fmt::format("{} for {}", address, listed(left, 3)));
    else ++behind;
  }
  std::ranges::sort(lines, [](const std::string& a, const std::string& b) { return natural_less(a, b); });
  // Behind nothing that runs there is nothing to wait for: a moment later they run themselves.
  if (behind > 0 && !lines.empty()) lines.push_back(fmt::format("{} behind", with_thousands(behind)));
  return lines;
}

auto RunPicture::live(uint64_t now_ms, const Look& look, size_t most) const -> std::vector<Line> {
  std::vector<Line> lines;
  if (!begun_) {
    // Before the run: only what takes over half a second.
    if (doing_.empty() || now_ms - std::min(now_ms, doing_began_) < 500) return lines;
    std::string text = doing_;
    if (doing_total_ > 0) text += fmt::format("  {} of {}", with_thousands(doing_done_), with_thousands(doing_total_));
    lines.push_back(Line().add("── ", Ink::kDim).add(text).add("  ").add(elapsed_whole(now_ms - doing_began_)));
    return lines;
  }
  lines.push_back(header(now_ms, look));
  struct Shown {
    const Running* step;
    size_t count;
    std::string name, status;
  };
  std::vector<Shown> rows;
  std::unordered_map<std::string, size_t> alike;
  for (const auto& [index, step] : running_) {
    std::string status = status_of(step, now_ms);
    std::string name = base_name(step.address);
    if (name != step.address) {
      auto [at, fresh] = alike.try_emplace(name + '\n' + step.action + '\n' + step.type + '\n' + status, rows.size());
      if (!fresh) {
        Shown& row = rows[at->second];
        row.name = fmt::format("{} × {}[…]", with_thousands(++row.count), name);
        if (step.began < row.step->began) row.step = &step;
        continue;
      }
    }
    rows.push_back({&step, 1, step.address, std::move(status)});
  }
  // Slow ones first, then those that run longest.
  std::ranges::stable_sort(rows, {}, [&](const Shown& row) { return std::pair(!is_slow(*row.step, now_ms), row.step->began); });
  std::vector<std::string> waiting = waiting_lines();
  size_t room = most > 1 ? most - 1 : 0;
  size_t tail = rates_.size() + (waiting.empty() ? 0 : 1);
  size_t shown = rows.size() + tail <= room ? rows.size() : room > tail + 1 ? room - tail - 1 : std::min<size_t>(rows.size(), 1);
  size_t name_width = 0, type_width = 0;
  for (size_t i = 0; i < shown; ++i) {
    name_width = std::max(name_width, shown_width(rows[i].name, look));
    type_width = std::max(type_width, shown_width(rows[i].step->type, look));
  }
  name_width = std::min<size_t>(name_width, look.width > 0 ? look.width / 3 : name_width);
  type_width = std::min<size_t>(type_width, look.width > 0 ? look.width / 3 : type_width);
  for (size_t i = 0; i < shown; ++i) {
    const Running& step = *rows[i].step;
    plan::Action action = action_named(step.action);
    Line line;
    line.add(fmt::format("{:<12}", plan::doing(action)));
    line.add(cut(rows[i].name, name_width, look), Ink::kBold).pad(look, 12 + name_width + 2);
    line.add(cut(step.type, type_width, look)).pad(look, 12 + name_width + 2 + type_width + 2);
    line.add(fmt::format("{:>5}", elapsed_whole(now_ms - std::min(now_ms, step.began))));
    if (!rows[i].status.empty()) line.add("  ").add(rows[i].status);
    lines.push_back(std::move(line));
  }
  std::string rest;
  if (shown < rows.size()) rest = fmt::format("and {} more", rows.size() - shown);
  if (!waiting.empty()) {
    if (rest.empty()) lines.push_back(Line(fmt::format("{:<12}{}", "waiting", listed(waiting, 3))));
    else rest += "; waiting: " + listed(waiting, 2);
  }
  if (!rest.empty()) lines.push_back(Line().add(rest, Ink::kDim));
  for (const auto& [endpoint, rate] : rates_) {
    lines.push_back(Line(fmt::format("{:<12}{}", "throttled", rate_line(rate))));
  }
  if (lines.size() > most) lines.resize(most);
  for (Line& line : lines) {
    if (look.width == 0 || line.width(look) < look.width) continue;
    // One line of the region is one line of the terminal.
    Line shorter;
    size_t left = look.width - 1;
    for (const Piece& piece : line.pieces()) {
      size_t wide = shown_width(piece.text, look);
      shorter.add(wide <= left ? piece.text : cut(piece.text, left, look), piece.ink);
      if (wide > left) break;
      left -= wide;
    }
    line = std::move(shorter);
  }
  return lines;
}

auto RunPicture::groups(size_t from, size_t to) const -> std::vector<Group> {
  std::vector<Group> out;
  std::unordered_map<std::string, size_t> alike;
  for (size_t i = from; i < to; ++i) {
    const Ended& one = ended_[i];
    std::string name = base_name(one.fact.address);
    // What did not end well stands alone, and so does what has no brothers, or something to say.
    if (one.fact.to != StepState::kDone || name == one.fact.address || !one.fact.warnings.empty()) {
      out.push_back({{&one}});
      continue;
    }
    auto [at, fresh] = alike.try_emplace(name + '\n' + one.fact.action + '\n' + one.fact.resource, out.size());
    if (fresh) out.push_back({{&one}});
    else out[at->second].members.push_back(&one);
  }
  return out;
}

auto failure_rows(const event::StepError& error, uint32_t indent) -> std::vector<Row> {
  std::vector<Row> rows;
  auto add = [&](std::string text) {
    if (!text.empty()) rows.push_back(Row{.indent = indent, .left = Line(std::move(text))});
  };
  std::string what = error.operation;
  if (!error.code.empty()) what += (what.empty() ? "" : ": ") + error.code;
  if (error.http != 0 && !error.code.starts_with("HTTP ")) what += fmt::format("{}HTTP {}", what.empty() ? "" : ", ", error.http);
  add(what);
  if (error.text.find('\n') != std::string::npos) {
    // What a program wrote, as it wrote it.
    auto text = split(trim(error.text), '\n');
    size_t left_out = text.size() > kOutputShown ? text.size() - kOutputShown : 0;
    if (left_out > 0) add(fmt::format("({} before)", counted(left_out, "line")));
    for (size_t i = left_out; i < text.size(); ++i) rows.push_back(Row{.indent = indent, .left = Line(fmt::format("| {}", text[i])), .hang = 2});
  } else if (!error.text.empty()) {
    add(error.code.empty() && error.operation.empty() ? error.text : quoted(error.text));
  }
  for (const std::string& line : error.explanation) add(line);
  std::string last;
  if (!error.request_id.empty()) last = "request id " + error.request_id;
  bool remote = error.http != 0 || !error.request_id.empty();
  if (!error.final || remote) last += fmt::format("{}{}", last.empty() ? "" : "; ", error.final ? "final, not sent again" : "sent again without success");
  add(last);
  if (error.changed == "partly") add("changed in part");
  else if (error.changed == "maybe") add("it is not known whether anything was changed");
  add(error.hint);
  return rows;
}

auto warning_rows(const std::vector<std::string>& warnings, uint32_t indent) -> std::vector<Row> {
  std::vector<Row> rows;
  for (const std::string& warning : warnings) {
    Row row{.indent = indent, .hang = 4};
    row.left.add("warning", Ink::kYellow).add(": " + warning);
    rows.push_back(std::move(row));
  }
  return rows;
}

auto RunPicture::ended(const Look& look) -> std::vector<Row> {
  std::vector<Row> rows = std::move(said_);
  said_.clear();
  if (opening_) rows.push_back(*std::exchange(opening_, std::nullopt));
  for (const Group& group : groups(0, ended_.size())) {
    const event::StepMoved& fact = group.members[0]->fact;
    Row row{.hang = 12};
    row.left.add(fmt::format("{:<12}", ended_word(fact)), ended_ink(fact));
    bool one = group.members.size() == 1;
    row.left.add(one ? fact.address : fmt::format("{} × {}[…]", group.members.size(), base_name(fact.address)), Ink::kBold);
    row.left.add("  ").add(fact.resource);
    if (fact.to == StepState::kDone) {
      if (one && !fact.identity.empty() && fact.action != "destroy") row.left.add("  ").add(fact.identity);
      uint64_t longest = 0;
      for (const Ended* member : group.members) longest = std::max(longest, member->fact.elapsed_ms);
      std::string time = elapsed(longest);
      if (look.width > 0) row.left.pad(look, look.width - 1 - time.size(), 2).add(time, Ink::kDim);
      else row.left.add("  ").add(time);
      rows.push_back(std::move(row));
      for (Row& warning : warning_rows(fact.warnings, 4)) rows.push_back(std::move(warning));
      continue;
    }
    row.left.add(fmt::format("  {}, after {}", fact.part.empty() ? fact.action : fact.part, elapsed_whole(fact.elapsed_ms)));
    row.source = source_text({fact.file, fact.line});
    rows.push_back(std::move(row));
    if (fact.error) {
      for (Row& detail : failure_rows(*fact.error, 4)) rows.push_back(std::move(detail));
    }
    for (Row& warning : warning_rows(fact.warnings, 4)) rows.push_back(std::move(warning));
  }
  ended_.clear();
  notes_.clear();
  return rows;
}

auto RunPicture::log_lines(const Look&) -> std::vector<Row> {
  std::vector<Row> rows = std::move(said_);
  said_.clear();
  size_t told = 0;
  for (Note& note : notes_) {
    log_ended(told, note.after, rows);
    told = note.after;
    rows.push_back(std::move(note.row));
  }
  notes_.clear();
  log_ended(told, ended_.size(), rows);
  ended_.clear();
  return rows;
}

void RunPicture::log_ended(size_t from, size_t to, std::vector<Row>& rows) const {
  for (const Group& group : groups(from, to)) {
    const event::StepMoved& fact = group.members[0]->fact;
    bool one = group.members.size() == 1;
    uint64_t longest = 0, at = 0;
    for (const Ended* member : group.members) {
      longest = std::max(longest, member->fact.elapsed_ms);
      at = std::max(at, member->at);
    }
    std::string name = one ? fact.address : fmt::format("{} × {}[…]", group.members.size(), base_name(fact.address));
    std::string identity = one && fact.to == StepState::kDone && fact.action != "destroy" ? fact.identity : "";
    std::string text = fmt::format("{} {:<11} {} ({}{}) {} {}", run_clock(at), ended_word(fact), name, fact.resource,
                                   identity.empty() ? "" : " " + identity, fact.to == StepState::kDone ? "in" : "after", elapsed(longest));
    rows.push_back(Row{.left = Line(std::move(text)), .hang = 18});
    if (fact.error) {
      for (Row& detail : failure_rows(*fact.error, 18)) rows.push_back(std::move(detail));
    }
    for (Row& warning : warning_rows(fact.warnings, 18)) rows.push_back(std::move(warning));
  }
}

auto RunPicture::still_running(uint64_t now_ms) -> std::optional<std::string> {
  if (!begun_ || since(now_ms) < next_report_) return std::nullopt;
  uint64_t at = since(now_ms);
  while (next_report_ <= at) next_report_ += next_report_ < 240'000 ? next_report_ : 300'000;
  if (running_.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& [index, step] : running_) {
    names.push_back(fmt::format("{} {}", step.address, plan::doing(action_named(step.action))));
  }
  uint64_t over = done_ + failed_ + skipped_ + open_ + running_.size();
  return fmt::format("{} {:<11} {}: {}; waiting {}, done {}", run_clock(at), "running", running_.size(), listed(names, 5),
                     steps_ > over ? steps_ - over : 0, done_);
}

}  // namespace weft::draw
