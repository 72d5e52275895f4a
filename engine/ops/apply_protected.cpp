// What is protected stays: who it is, why it would go, and the two ways out.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/ops/apply_run.h"
#include "lang/base/text.h"

namespace weft::ops {

namespace {

using Steps = std::vector<const plan::Step*>;

auto is_undeclared(const plan::Step* step) -> bool { return step->source.file.empty(); }

auto why(const plan::Step& step) -> std::string {
  std::string reasons = join(step.reasons, "; ");
  for (const auto& difference : step.differences) {
    if (!difference.forces_replace) continue;
    reasons += fmt::format("{}{} changes, which is {}", reasons.empty() ? "" : "; ", difference.path.text(), difference.note.empty() ? "create-only" : difference.note);
  }
  return fmt::format("would be {}{}{}", step.action == plan::Action::kReplace ? "replaced" : "destroyed", reasons.empty() ? "" : ": ", reasons);
}

// Instances of one declaration that go for the same reason are one entry.
auto grouped(const Steps& steps) -> std::vector<Steps> {
  std::vector<Steps> groups;
  for (const auto* step : steps) {
    auto alike = std::ranges::find_if(groups, [&](const Steps& group) {
      const auto& first = *group.front();
      return !step->declaration.empty() && step->address != step->declaration && first.declaration == step->declaration && first.type == step->type &&
             first.source.file == step->source.file && first.source.line == step->source.line && why(first) == why(*step);
    });
    if (alike == groups.end()) groups.push_back({step});
    else alike->push_back(step);
  }
  return groups;
}

auto listed(const Steps& steps, bool destroys) -> std::string {
  std::string text;
  for (const Steps& group : grouped(steps)) {
    const auto& first = *group.front();
    std::string name = group.size() == 1 ? first.address : fmt::format("{} × {}[…]", group.size(), first.declaration);
    text += fmt::format("\n  {}  {}  @protect, {}", name, first.type, is_undeclared(&first) ? "in its record" : fmt::format("{}:{}", first.source.file, first.source.line));
    // Of a destroy there is nothing to say.
    if (!destroys) text += fmt::format("\n    {}", why(first));
  }
  return text;
}

auto ways_out(const Steps& steps, bool destroys) -> std::string {
  std::set<std::string> keep;
  for (const auto* step : steps) keep.insert(steps.size() == 1 || step->address == step->declaration || step->declaration.empty() ? step->address : step->declaration + "[*]");
  std::string command = destroys ? "weft destroy" : "weft apply";
  for (const auto& one : keep) command += " --except " + shell_quote(one);
  bool some = std::ranges::any_of(steps, is_undeclared);
  bool all = std::ranges::all_of(steps, is_undeclared);
  bool off = !destroys && std::ranges::all_of(steps, &plan::Step::left_out);
  const char* it = steps.size() == 1 ? "it" : "them";
  std::string unprotect = off    ? fmt::format("let its `if` or `for` bring {} back without @protect and apply that", it)
                          : all  ? fmt::format("declare {} again without @protect and apply that", it)
                          : some ? "take @protect out, declare what is no longer declared again without it, and apply that"
                                 : "take @protect out";
  return fmt::format("{}, or keep {}:  {}", unprotect, it, command);
}

}  // namespace

auto ApplyRun::refuse_protected(const plan::Plan& plan) -> bool {
  Steps steps;
  for (const auto& step : plan.steps) {
    if (std::ranges::find(step.remarks, "protected") != step.remarks.end()) steps.push_back(&step);
  }
  if (steps.empty()) return false;
  std::string text = fmt::format("{} {} protected, so nothing is {}", counted(steps.size(), "resource"), steps.size() == 1 ? "is" : "are",
                                 plan.destroy ? "destroyed" : "changed");
  result_.failure = Failure{Code::kDenied, text + listed(steps, plan.destroy), ways_out(steps, plan.destroy)};
  result_.exit = 3;
  return true;
}

}  // namespace weft::ops
