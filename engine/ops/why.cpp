// weft why ADDRESS: one step, down to the source lines.
#include <algorithm>

#include <fmt/core.h>

#include "engine/addr/inside.h"
#include "engine/addr/selection.h"
#include "engine/ops/apply_run.h"
#include "engine/ops/named_values.h"

namespace weft::ops {

namespace {

auto nothing_called(const std::string& text, const Workspace& workspace) -> Failure {
  std::vector<std::string> known;
  for (const auto& instance : workspace.planner->instances()) known.push_back(instance.address);
  for (const auto& record : workspace.snapshot.records) known.push_back(record.address);
  auto meant = addr::likely(text, known);
  return {Code::kNotFound, fmt::format("nothing is called `{}`", text),
          meant.empty() ? std::string("weft graph lists what is declared") : fmt::format("did you mean `{}`? weft graph lists what is declared", meant)};
}

constexpr size_t kNamed = 5;

// Of what a later stage plans; empty: it is not among that.
auto planned_later(const plan::Plan& plan, const std::string& text) -> std::string {
  for (const auto& stage : plan.stages) {
    for (const auto& one : stage.deferred) {
      if (!addr::is_inside(text, one.address)) continue;
      std::string after = one.after.empty() ? std::string() : ", after " + one.after.front();
      for (size_t i = 1; i < std::min(one.after.size(), kNamed); ++i) after += ", " + one.after[i];
      if (one.after.size() > kNamed) after += fmt::format(" and {} more", one.after.size() - kNamed);
      auto whose = text == one.address ? std::string() : one.address + ": ";
      return fmt::format("{} is planned in stage {}{}; {}{}", text, stage.number, after, whose, one.why);
    }
  }
  return {};
}

// Of a collection or module: what stands in it is asked about by itself.
auto holds(std::vector<std::string> inside, const plan::Plan& plan, const std::string& text) -> std::string {
  for (const auto& stage : plan.stages) {
    for (const auto& one : stage.deferred) {
      bool known = std::ranges::find(inside, one.address) != inside.end();
      if (!known && addr::is_inside(one.address, text)) inside.push_back(one.address);
    }
  }
  if (inside.empty()) return {};
  std::string names;
  for (size_t i = 0; i < std::min(inside.size(), kNamed); ++i) names += (names.empty() ? "" : ", ") + inside[i];
  if (inside.size() > kNamed) names += fmt::format(" and {} more", inside.size() - kNamed);
  return fmt::format("{} holds {}: ask about one of them", text, names);
}

// Whether the root module declares it, and nothing comes of that.
auto is_switched_off(const Workspace& workspace, std::string_view text) -> bool {
  auto name = text.substr(0, text.find_first_of(".["));
  const check::Module& root = *workspace.fabric->root();
  auto found = root.names.find(name);
  if (found == root.names.end()) return false;
  auto kind = root.declarations[found->second].kind;
  bool is_object = kind == check::DeclarationKind::kResource || kind == check::DeclarationKind::kLookup || kind == check::DeclarationKind::kModule;
  return is_object && std::ranges::none_of(workspace.planner->instances(), [&](const auto& one) { return addr::is_inside(one.address, name); });
}

// What there is to say of something that has no step.
auto remark_of(const plan::Plan& plan, const std::string& text, const Workspace& workspace) -> std::string {
  if (auto later = planned_later(plan, text); !later.empty()) return later;
  std::vector<std::string> inside;
  for (const auto& instance : workspace.planner->instances()) {
    bool looked_up = instance.declaration->kind == check::DeclarationKind::kLookup;
    if (instance.address == text && instance.failed) return fmt::format("{} could not be planned", text);
    if (instance.address == text && looked_up) return fmt::format("{} is a lookup: it is read, and nothing of it changes", text);
    if (instance.address == text) return fmt::format("{} agrees: nothing of it changes", text);
    if (addr::is_inside(instance.address, text)) inside.push_back(instance.address);
  }
  if (auto some = holds(std::move(inside), plan, text); !some.empty()) return some;
  inside.clear();
  if (workspace.planner->record(text) != nullptr) return fmt::format("{} has a record and is not part of this plan", text);
  for (const auto& record : workspace.snapshot.records) {
    if (addr::is_inside(record.address, text)) inside.push_back(record.address);
  }
  if (auto some = holds(std::move(inside), plan, text); !some.empty()) return some;
  return is_switched_off(workspace, text) ? fmt::format("{} is declared and has no instances: its `if` or `for` leaves none", text) : std::string();
}

auto remark_of_saved(const plan::Plan& plan, const std::string& text) -> std::string {
  if (auto later = planned_later(plan, text); !later.empty()) return later;
  std::vector<std::string> inside;
  for (const auto& step : plan.steps) {
    if (addr::is_inside(step.address, text)) inside.push_back(step.address);
  }
  auto some = holds(std::move(inside), plan, text);
  return some.empty() ? fmt::format("{} is not part of this plan", text) : some;
}

// The names that its changing attributes use, and those of what forces it; and when what is recorded was written.
void explain_names(Workspace& workspace, const std::string& text, WhyResult& result) {
  const auto& steps = result.plan->steps;
  auto at = std::ranges::find(steps, text, &plan::Step::address);
  if (at == steps.end()) return;
  std::vector<state::HistoryEntry> history;
  if (workspace.state != nullptr) history = workspace.state->history(10'000).value_or(std::vector<state::HistoryEntry>());
  std::optional<plan::StepIndex> next = static_cast<plan::StepIndex>(at - steps.begin());
  while (next && !result.names.contains(*next)) {
    const plan::Step& step = steps[*next];
    result.names.emplace(*next, names_of(workspace, step));
    for (const auto& entry : history) {
      if (entry.first_seq <= step.version && step.version <= entry.last_seq) result.written_ms.emplace(step.version, entry.run.begun_ms);
    }
    next = step.because_of;
  }
}

}  // namespace

auto why(World& world, const PlanRequest& request, const std::string& address, bool saved) -> WhyResult {
  WhyResult result;
  auto wanted = addr::parse_address(address);
  auto choice = addr::parse_choice(address);
  bool old_row = choice && !choice->selector;
  if (!wanted && !old_row) {
    result.failure = wanted.error();
    return result;
  }
  auto text = old_row ? address : wanted->text();
  if (saved) {
    auto read = plan::read_plan(request.out);
    if (!read) {
      result.failure = read.error();
      return result;
    }
    result.plan = std::move(read->plan);
  } else {
    Workspace workspace(world, result);
    if (workspace.open_fabric(request.inputs) && workspace.open_state(false) && workspace.key_is_right()) {
      result.plan = workspace.make_plan(plan_options(request));
      if (result.plan) {
        explain_names(workspace, text, result);
        result.remark = remark_of(*result.plan, text, workspace);
        if (result.remark.empty()) result.failure = nothing_called(text, workspace);
      }
    }
    workspace.finish();
  }
  if (!result.plan) return result;
  for (plan::StepIndex i = 0; i < result.plan->steps.size(); ++i) {
    if (result.plan->steps[i].address == text) result.step = i;
  }
  if (result.step != UINT32_MAX) result.failure.reset();
  if (result.step == UINT32_MAX && saved) result.remark = remark_of_saved(*result.plan, text);
  return result;
}

}  // namespace weft::ops
