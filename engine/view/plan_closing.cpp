#include "engine/view/plan_closing.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "engine/view/command_text.h"
#include "engine/view/value_diff.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::draw {

namespace {

constexpr size_t kMostOfAnOutput = 80;  // columns, beside the others

// Of a value that may hold some; null: it holds none, or none that may be told.
auto first_unknown(const Value& value) -> const Value* {
  if (value.secret()) return nullptr;
  if (value.is_unknown()) return &value;
  if (!value.has_unknown()) return nullptr;
  if (value.is(ValueKind::kObject)) {
    for (const Field& field : value.fields()) {
      if (const Value* found = first_unknown(field.value)) return found;
    }
  } else {
    for (const Value& element : value.elements()) {
      if (const Value* found = first_unknown(element)) return found;
    }
  }
  return nullptr;
}

}  // namespace

auto holds_secret(const plan::OutputChange& output) -> bool {
  return (output.before && output.before->has_secret()) || (output.after && output.after->has_secret());
}

auto output_words(const plan::OutputChange& output, const ValueStyle& style, const Look& look) -> std::string {
  auto secret = [](const std::optional<Value>& value) { return value && value->secret(); };
  if (!output.after) return output.name + " goes";
  if (secret(output.before) || secret(output.after)) {
    return fmt::format("{} {} (secret)", output.name, output.before ? "changes" : "is new");
  }
  if (const Value* unknown = first_unknown(*output.after)) {
    return fmt::format("{} {} {}", output.name, output.before ? "changes" : "is new", unknown_text(unknown->facts(), style));
  }
  std::string_view what = output.before ? "changes" : "is new";
  // Whether the secrets in it change, a saved plan cannot tell.
  if (holds_secret(output)) return fmt::format("{} {} (partly secret)", output.name, what);
  // Where what differs fits, it is shown; else that something does.
  auto rows = change_rows(output.name, output.before, output.after, {}, 0);
  if (rows.size() == 1 && shown_width(rows[0].left.plain(), look) <= kMostOfAnOutput) return rows[0].left.plain();
  return fmt::format("{} {}", output.name, what);
}

auto outputs_line(const plan::Plan& plan, const ValueStyle& style, const Look& look) -> std::string {
  std::vector<std::string> changed;
  for (const plan::OutputChange& output : plan.outputs) {
    if (output.changed) changed.push_back(output_words(output, style, look));
  }
  if (changed.empty()) return "";
  size_t unchanged = plan.outputs.size() - changed.size();
  return fmt::format("Outputs: {}{}.", listed(changed, 5), unchanged > 0 ? fmt::format(", {} unchanged", unchanged) : "");
}

auto kept_line(const plan::Plan& plan, size_t most) -> std::string {
  if (plan.kept.empty()) return "";
  // Collections whose instances are kept for the same reason count as one.
  struct Group {
    std::string name, why;
    std::vector<std::string> addresses;
  };
  std::vector<Group> groups;
  std::unordered_map<std::string, size_t> known;
  for (const std::string& text : plan.kept) {
    size_t gap = text.find("  ");
    std::string address = text.substr(0, gap);
    std::string why = gap == std::string::npos ? "" : text.substr(gap + 2);
    std::string base = address.ends_with(']') ? address.substr(0, address.rfind('[')) + "[…]" : address;
    auto [at, fresh] = known.try_emplace(base + "\n" + why, groups.size());
    if (fresh) groups.push_back({.name = base, .why = why, .addresses = {}});
    groups[at->second].addresses.push_back(std::move(address));
  }
  std::vector<std::string> parts;
  for (const Group& group : groups) {
    std::string name = group.addresses.size() == 1 ? group.addresses[0] : fmt::format("{} × {}", group.addresses.size(), group.name);
    parts.push_back(group.why.empty() ? name : fmt::format("{} ({})", name, group.why));
  }
  return fmt::format("KEEP {}: {}", plan.kept.size(), listed(parts, most));
}

auto drift_line(const plan::Plan& plan) -> std::string {
  size_t set_back = 0, overwritten = 0, elsewhere = 0, missing = 0, made_again = 0;
  // What was left out of the plan has no step in it.
  std::map<std::string_view, const plan::Step*> stepped;
  for (const plan::Step& step : plan.steps) {
    if (step.action != plan::Action::kNone && step.action != plan::Action::kRead) stepped.emplace(step.address, &step);
  }
  auto changes = [](const plan::Step& step, const Path& at) {
    return std::ranges::any_of(step.differences, [&](const plan::Difference& one) {
      return one.kind == plan::Difference::Kind::kChange && (one.path.covered_by(at) || at.covered_by(one.path));
    });
  };
  for (const plan::Drift& drift : plan.drift) {
    bool in_step = drift.in_step && stepped.contains(drift.address);
    if (in_step && drift.missing) ++made_again;
    else if (in_step) {
      for (const plan::Difference& one : drift.differences) ++(changes(*stepped.at(drift.address), one.path) ? overwritten : set_back);
    }
    else if (drift.missing) ++missing;
    else elsewhere += drift.differences.size();
  }
  std::vector<std::string> parts;
  if (set_back > 0) parts.push_back(fmt::format("{}, set back above", counted(set_back, "value")));
  if (overwritten > 0) parts.push_back(fmt::format("{}, overwritten above", counted(overwritten, "value")));
  if (made_again > 0) parts.push_back(fmt::format("{} missing, made again above", counted(made_again, "resource")));
  if (elsewhere > 0) {
    parts.push_back(set_back + overwritten > 0 ? fmt::format("{} more in resources that no step touches (weft drift)", elsewhere)
                                 : fmt::format("{} in resources that no step touches (weft drift)", counted(elsewhere, "value")));
  }
  if (missing > 0) parts.push_back(fmt::format("{} missing (weft drift)", counted(missing, "resource")));
  if (parts.empty()) return "";
  return with_environment("Drift: " + fmt::format("{}.", fmt::join(parts, "; ")), plan.environment);
}

auto ignored_line(const plan::Plan& plan) -> std::string {
  uint64_t shown = 0;
  for (const plan::Step& step : plan.steps) {
    if (step.action == plan::Action::kNone) continue;
    shown += static_cast<uint64_t>(std::ranges::count(step.differences, plan::Difference::Kind::kIgnored, &plan::Difference::kind));
  }
  if (plan.ignored_differences <= shown) return "";
  auto rest = plan.ignored_differences - shown;
  return fmt::format("Ignored: {} in resources that no step touches.", counted(rest, "difference"));
}

auto closing_lines(const plan::Plan& plan, const ValueStyle& style, const Look& look) -> std::vector<std::string> {
  std::vector<std::string> lines = {kept_line(plan, kKeptShown), drift_line(plan), ignored_line(plan), outputs_line(plan, style, look)};
  std::erase(lines, std::string());
  return lines;
}

}  // namespace weft::draw
