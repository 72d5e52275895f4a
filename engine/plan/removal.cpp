// What has a record and is declared no longer: destroyed, forgotten, or kept because its declaration belongs to a
// later stage.
#include <algorithm>

#include <fmt/core.h>

#include "engine/plan/planner_impl.h"
#include "providers/api/identity.h"

namespace weft::plan {

auto Planner::Impl::inside_deferred(const std::string& address) const -> bool {
  return find_around(deferred_addresses, address) != deferred_addresses.end();
}

auto Planner::Impl::plan_removals() -> Task<void> {
  judge_missing();  // all that is declared has its verdict by now
  check_adopted();
  // Records of providers that no declaration names any more are read as well: their drift counts until they go.
  std::map<std::string, std::vector<uint32_t>> leaving;  // by configuration
  for (uint32_t row = 0; row < records.size(); ++row) {
    bool leaves = options.destroy || !instance_by_address.contains(records[row].address);
    auto& rows = leaving[records[row].provider];
    if (leaves) rows.push_back(row);
  }
  for (const auto& [configuration, rows] : leaving) {
    if (world.drivers.driver(settings_of(configuration).first) == nullptr) continue;
    co_await read_records(configuration);
    if (options.refresh == Refresh::kChanged && options.observed == nullptr) co_await read_rows(configuration, rows);
  }
  for (auto& record : records) (void)follow_moves(record);
  std::map<std::string, std::vector<std::string>> users;  // record address → records that depend on it
  for (const auto& record : records) {
    for (const auto& dependency : record.dependencies) {
      if (!dependency.subtree) users[dependency.address].push_back(record.address);
    }
  }
  for (uint32_t row = 0; row < records.size(); ++row) {
    const auto& record = records[row];
    bool declared = instance_by_address.contains(record.address);
    if (declared && !options.destroy) {
      if (auto told = forgotten.find(record.address); told != forgotten.end()) {
        const auto& instance = instances[instance_by_address[record.address]];
        Report(world.problems, instance.declaration->range, diags::StillDeclared,
               {record.address, world.fabric.sources().where(instance.declaration->range)});
      }
      continue;
    }
    if (!options.destroy && inside_deferred(record.address)) continue;
    const auto* type = world.drivers.type(record.type);
    if (type != nullptr && record.schema_version > type->version) {
      Report(world.problems, {}, diags::NewerRecord, {record.address, std::to_string(record.schema_version), record.type, std::to_string(type->version)});
      continue;
    }
    if (auto around = find_around(untold, record.address); around != untold.end()) {
      const auto& declaration = *around->second;
      Report(world.problems, declaration.each->source->range, diags::MovedNeedsPlan, {declaration.from.segments[0].name});
      untold.erase(around);  // one mistake, however many records
    }
    SourceLine told;
    if (auto around = find_around(forgotten, record.address); around != forgotten.end()) told = around->second;
    // What the files say now counts before what the record remembers.
    const Instance* instance = declared ? &instances[instance_by_address[record.address]] : nullptr;
    bool protect = instance != nullptr ? instance->protect : record.protect;
    bool retain = instance != nullptr ? instance->retain : record.retain;
    Step step;
    step.address = record.address;
    step.moved_from = moved_from[row];  // its record is not renamed before it goes
    step.type = record.type;
    step.provider = record.provider;
    step.stage = options.stage;
    step.version = record.version;
    step.stateful = type != nullptr && type->stateful;
    step.declaration = record.address.substr(0, record.address.find('['));
    step.identity = driver::identity_text(record.identity);
    auto seen = observed.find(record.address);
    step.before = opened(record, seen == observed.end() ? record.observed : seen->second, "observed");
    bool gone = seen != observed.end() && seen->second.is_null();
    step.idempotency = type == nullptr ? "" : std::string(driver::word(type->remove.idempotency));
    if (auto found = users.find(record.address); found != users.end()) step.dependents = found->second;
    if (declared) step.source = source(instances[instance_by_address[record.address]].declaration->range);
    if (!told.file.empty()) {
      step.action = Action::kForget;
      step.source = told;
      step.remarks.push_back("stays in the world");
    } else if (retain && !record.old) {
      step.action = Action::kForget;
      step.remarks.push_back("retained: stays in the world");
      step.reasons.push_back(options.destroy ? "@retain" : why_gone(record.address).why + ", @retain");
    } else if (gone) {
      step.action = Action::kForget;
      step.reasons.push_back("it is gone already");
    } else {
      step.action = Action::kDestroy;
      if (record.old) step.reasons.push_back("the old one of a replacement");
      else if (!options.destroy) {
        auto left = why_gone(record.address);
        step.left_out = left.left_out;
        step.reasons.push_back(std::move(left.why));
      }
      if (protect && !record.old) step.remarks.push_back("protected");
      if (step.stateful) step.remarks.push_back("holds data");
    }
    record_step[row] = static_cast<uint32_t>(steps.size());
    steps.push_back(std::move(step));
  }
}

auto Planner::Impl::why_gone(std::string_view address) -> Gone {
  if (module_by_prefix.empty()) {
    for (uint32_t row = 0; row < modules.size(); ++row) module_by_prefix.emplace(modules[row].prefix, row);
  }
  // The innermost module instance that is there: what it says of the next name decides.
  const ModuleInstance* inner = &modules.front();
  for (auto outer : addr::enclosing(address)) {
    auto row = module_by_prefix.find(address.substr(0, outer.size() + 1));
    if (row != module_by_prefix.end()) inner = &modules[row->second];
  }
  const Gone undeclared{.why = "no longer declared"};
  auto rest = address.substr(inner->prefix.size());
  auto name = rest.substr(0, rest.find_first_of(".[#"));
  auto found = inner->module->names.find(name);
  if (found == inner->module->names.end()) return undeclared;
  const auto& declaration = inner->module->declarations[found->second];
  const auto& state = inner->states[found->second.index];
  bool is_module = declaration.kind == check::DeclarationKind::kModule;
  if (state.phase != Phase::kDone || (!is_module && declaration.kind != check::DeclarationKind::kResource)) return undeclared;
  std::string_view whose = is_module ? "its module's" : "its";
  if (state.absent) return {.why = fmt::format("left out by {} `if`", whose), .left_out = true, .switched_off = true};
  bool keyed = rest.size() > name.size() && rest[name.size()] == '[';
  if (!declaration.each || !keyed) return undeclared;
  return {.why = fmt::format("left out by {} {}", whose, declaration.when != nullptr ? "`for` and `if`" : "`for`"), .left_out = true};
}

auto Planner::Impl::has_records_of(const std::string& configuration) const -> bool {
  return std::ranges::any_of(records, [&](const auto& record) { return record.provider == configuration; });
}

// A destroy goes by the records: what cannot be evaluated any more is in its way only where it says how or whether
// something is removed (settings of a provider, `@protect` and `@retain`, addresses of `forget` and `moved`).
void Planner::Impl::excuse_evaluation() {
  if (removal_unsure || evaluator.stopped() || world.problems.errors() == 0) return;
  static constexpr const DiagInfo* kExcused[] = {
      &diags::DuplicateKey, &diags::RequireFailed, &diags::CheckFailed, &diags::BadKey,       &diags::RefusedByDriver,  &diags::ProviderRefused,
      &diags::LookupNone,   &diags::LookupMany,    &diags::LookupFailed, &diags::OutputsUnreadable,
      &diags::LongAddress};
  auto excused = [&](const Diagnostic& one) {
    if (one.severity != Severity::kError) return false;
    return one.code.starts_with("E04") || std::ranges::any_of(kExcused, [&](const DiagInfo* info) { return info->code == one.code; });
  };
  for (Diagnostic& one : world.problems.take()) {
    if (excused(one)) {
      one.severity = Severity::kWarning;
      one.help.emplace_back("a destroy goes by what the state knows, and does not need it");
    }
    world.problems.add(std::move(one));
  }
}

}  // namespace weft::plan
