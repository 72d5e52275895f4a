// From a resource's declaration to its instances: evaluate, prepare, read, and let each come to its verdict (verdict.cpp).
#include <algorithm>

#include <fmt/core.h>

#include "engine/plan/planner_impl.h"
#include "engine/plan/planner_scope.h"
#include "lang/base/digest.h"
#include "lang/value/cbor.h"
#include "lang/value/json.h"

namespace weft::plan {

using check::Declaration;
using driver::Verdict;

auto Planner::Impl::configuration_of(uint32_t module, const Declaration& declaration) const -> std::string {
  std::string wanted = declaration.meta.provider;
  if (wanted.empty()) wanted = declaration.resource->name.substr(0, declaration.resource->name.find('.'));
  auto mapped = modules[module].providers.find(wanted);
  return mapped == modules[module].providers.end() ? wanted : mapped->second;
}

auto Planner::Impl::settings_of(const std::string& configuration) -> std::pair<std::string, Value> {
  const auto& root = *modules[0].module;
  auto found = root.providers.find(configuration);
  if (found == root.providers.end()) return {configuration, Value::object({})};
  const Declaration& declaration = root.declarations[found->second];
  if (declaration.body == nullptr) return {declaration.provider, Value::object({})};
  std::vector<Value> frame(declaration.slots);
  Reads reads;
  auto value = evaluate(*declaration.body, 0, frame, &reads);
  if (!value && has_records_of(configuration)) removal_unsure = true;
  if (!applying) settings_reads[configuration] = std::move(reads);
  return {declaration.provider, value ? *value : Value::object({})};
}

void Planner::Impl::evaluate_instance(Draft& draft, const Declaration& declaration) {
  Instance& instance = instances[draft.instance];
  auto frame = frame_of(instance);
  auto one = [&](const check::ExprPtr& expr) -> std::optional<Value> {
    return expr == nullptr ? std::nullopt : evaluate(*expr, instances[draft.instance].module, frame, nullptr);
  };
  Reads reads;
  std::optional<Value> body = Value::object({});
  if (declaration.body != nullptr) body = evaluate(*declaration.body, instance.module, frame, &reads);
  for (const auto& expr : declaration.meta.depends_on) (void)evaluate(*expr, instance.module, frame, &reads);
  auto replace_when = replace_values(instance, &reads);
  if (body && !options.destroy) read_rules(declaration, instance.module, frame, *body, reads);
  auto protect = one(declaration.meta.protect), retain = one(declaration.meta.retain);
  bool unsure = (declaration.meta.protect != nullptr && !protect) || (declaration.meta.retain != nullptr && !retain);
  if (unsure && find_record(instance.address) != nullptr) removal_unsure = true;
  // What is not known yet stays as it was; a destroy does not guess.
  const auto* known = find_record(instance.address);
  auto is_set = [&](const std::optional<Value>& value, bool before) { return value && value->is_unknown() ? before : is_true(value); };
  instance.protect = is_set(protect, known != nullptr && known->protect);
  instance.retain = is_set(retain, known != nullptr && known->retain);
  bool untold = (protect && protect->is_unknown()) || (retain && retain->is_unknown());
  if (untold && known != nullptr && !known->protect && !known->retain) {
    refuse_untold(instance.address, declaration.range, fmt::format("its `@{}` is not known", protect && protect->is_unknown() ? "protect" : "retain"));
  }
  instance.create_first = is_true(one(declaration.meta.create_first));
  // A destroy goes by the type's own deadline instead.
  auto timeouts = options.destroy ? std::nullopt : one(declaration.meta.timeouts);
  for (const Field& field : timeouts && timeouts->is(ValueKind::kObject) ? timeouts->fields() : std::span<const Field>()) {
    if (!field.value.is(ValueKind::kDuration) || field.value.as_int() > 0) continue;
    Report(world.problems, declaration.meta.timeouts->range, diags::NoTime, {std::string(field.key.view()), duration_text(field.value.as_int()), instance.address})
        .label("a deadline lies ahead");
    instance.failed = true;
  }
  reads.insert(reads.end(), instance.reads.begin(), instance.reads.end());
  std::sort(reads.begin(), reads.end());
  reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
  instance.reads = std::move(reads);
  if (!body) {
    instance.failed = true;
    return;
  }
  if (!options.destroy && refuse_secret_names(declaration, *draft.type, *body, instance.address)) {
    instance.failed = true;
    return;
  }
  if (replace_when) instance.replace_digest = replace_digest(*replace_when, instance.address);
  draft.body = std::move(*body);
  weigh(declaration, draft.body);
  draft.ignore = declaration.meta.ignore;
  draft.later = is_deferred(instance.reads);
  bool may_be_replaced = replace_when && replace_when->has_unknown();
  if (draft.later && (draft.body.has_unknown() || may_be_replaced)) put_off(draft, *draft.later);
  if (options.destroy) return;
  auto judged = judge_rules(declaration.rules, "require", instance.module, frame, diags::RequireFailed, &draft.body);
  draft.judges_again = judged.unknown > 0;
  if (!judged.broken.empty()) instances[draft.instance].failed = true;
}

// What its rules and its @wait speak of is done before it, like what its attributes do; what they say of it is told where
// they are judged.
void Planner::Impl::read_rules(const Declaration& declaration, uint32_t module, std::vector<Value>& frame, const Value& body, Reads& reads) {
  DiagSink quiet;
  Value self = Value::unknown(Unknown{.type = declaration.element, .not_null = true});
  auto read = [&](const check::Expr& expr, const Value& of_it) {
    Scope scope(*this, module, &reads, &of_it);
    (void)eval::Evaluator(world.fabric.sources(), quiet, evaluator).evaluate(expr, scope, frame);
  };
  for (const auto& rule : declaration.rules) read(*rule.condition, rule.word == "require" ? body : self);
  if (declaration.meta.wait != nullptr) read(*declaration.meta.wait, self);
}

auto Planner::Impl::replace_values(const Instance& instance, Reads* reads) -> std::optional<Value> {
  const auto& exprs = instance.declaration->meta.replace_when;
  if (exprs.empty()) return std::nullopt;
  auto frame = frame_of(instance);
  std::vector<Value> values;
  for (const auto& expr : exprs) {
    auto value = evaluate(*expr, instance.module, frame, reads);
    if (!value) return std::nullopt;
    values.push_back(std::move(*value));
  }
  return Value::list(std::move(values));
}

auto Planner::Impl::replace_digest(const Value& values, const std::string& address) -> std::string {
  if (values.has_unknown()) return {};
  auto kept = digested(values, address);
  // Without a key nothing is said of a secret, for it could be guessed at.
  if (kept.has_secret()) return {};
  return hex(view(sha256(encode_cbor(kept)))).substr(0, 32);
}

auto Planner::Impl::plan_resources(uint32_t module, check::DeclarationId id) -> Task<void> {
  const Declaration& declaration = modules[module].module->declarations[id];
  const auto* type = declaration.resource == nullptr ? nullptr : world.drivers.type(declaration.resource->name);
  if (type == nullptr) {
    modules[module].states[id.index].phase = Phase::kFailed;
    co_return;
  }
  Reads reads;
  auto expanded = expand(module, id, reads);
  if (!expanded) co_return;
  auto configuration = configuration_of(module, declaration);
  Sessions::Open* open = co_await sessions.get(configuration);
  if (!open->session) {
    Report(world.problems, declaration.range, diags::ProviderRefused,
           {configuration, open->failure ? open->failure->text : std::string("it could not be opened")});
    if (has_records_of(configuration)) removal_unsure = true;
    modules[module].states[id.index].phase = Phase::kFailed;
    co_return;
  }
  co_await read_records(configuration);
  // Whatever the settings need, the resources need too.
  if (auto needed = settings_reads.find(configuration); needed != settings_reads.end()) {
    reads.insert(reads.end(), needed->second.begin(), needed->second.end());
  }

  std::vector<Draft> drafts;
  drafts.reserve(expanded->size());
  for (auto& one : *expanded) {
    Instance instance;
    instance.module = module;
    instance.declaration = &declaration;
    instance.key = one.key;
    instance.address = modules[module].prefix + declaration.name + (one.key ? "[" + addr::key_text(*one.key) + "]" : std::string());
    instance.key_value = std::move(one.key_value);
    instance.each_value = std::move(one.each_value);
    instance.reads = reads;
    auto row = static_cast<uint32_t>(instances.size());
    instance_by_address.emplace(instance.address, row);
    instances.push_back(std::move(instance));
    Draft draft;
    draft.instance = row;
    draft.type = type;
    draft.configuration = configuration;
    draft.place = open->place();
    evaluate_instance(draft, declaration);
    drafts.push_back(std::move(draft));
  }
  // The collection is known from here on, so that nothing below needs it half-made.
  {
    Reads members;
    auto& state = modules[module].states[id.index];
    if (declaration.each) state.by_key = std::make_unique<std::unordered_map<std::string, uint32_t>>();
    for (const Draft& draft : drafts) {
      state.rows.push_back(draft.instance);
      members.push_back(ReadRef::instance(draft.instance));
      if (state.by_key) state.by_key->emplace(addr::key_text(*instances[draft.instance].key), draft.instance);
    }
    bool any_deferred = std::any_of(drafts.begin(), drafts.end(), [&](const Draft& d) { return instances[d.instance].deferred; });
    state.reads = !declaration.each && members.size() == 1 ? members.front() : compact(std::move(members), modules[module].prefix + declaration.name);
    if (any_deferred && !state.reads.is_joint()) {
      Joint joint{.address = {}, .members = {state.reads}, .deferred = true, .deferred_by = modules[module].prefix + declaration.name, .node = {}};
      joints.push_back(std::move(joint));
      state.reads = ReadRef::joint(static_cast<uint32_t>(joints.size() - 1));
    }
    state.phase = Phase::kDone;
  }

  std::vector<driver::Prepare> items;
  std::vector<size_t> asked;
  for (size_t i = 0; i < drafts.size(); ++i) {
    Instance& instance = instances[drafts[i].instance];
    if (instance.failed) continue;
    drafts[i].record = find_record(instance.address);
    items.push_back(driver::Prepare{.address = instance.address,
                                    .type = type,
                                    .desired = drafts[i].body,
                                    .previous = drafts[i].record == nullptr ? Value() : drafts[i].record->applied,
                                    .fabric = plan.fabric,
                                    .environment = plan.environment});
    asked.push_back(i);
  }
  // Records that another configuration made are of this one from now on, if it is the same place.
  std::vector<uint32_t> taken_over;
  for (const Draft& draft : drafts) {
    if (draft.record == nullptr || draft.record->provider == configuration || options.destroy) continue;
    if (!open->session->configured().partial && draft.record->place != open->place()) {
      Report(world.problems, declaration.range, diags::WrongPlace, {draft.record->address, draft.record->place, configuration, open->place()});
      instances[draft.instance].failed = true;
    } else if (options.refresh == Refresh::kFull && options.observed == nullptr) {
      taken_over.push_back(static_cast<uint32_t>(draft.record - records.data()));
    }
  }
  co_await read_rows(configuration, std::move(taken_over));
  auto prepared = open->session->prepare(items);
  CHECK(prepared.size() == items.size());
  for (size_t i = 0; i < prepared.size(); ++i) {
    Draft& draft = drafts[asked[i]];
    for (const auto& problem : prepared[i].problems) {
      Report(world.problems, declaration.range, diags::RefusedByDriver, {instances[draft.instance].address, problem.text})
          .label(problem.path.empty() ? std::string() : fmt::format("at `{}`", problem.path.text()));
      instances[draft.instance].failed = true;
    }
    draft.prepared = std::move(prepared[i]);
    if (draft.record != nullptr) keep_spelling(configuration, *type, *draft.record, draft.prepared);
  }
  if (options.refresh == Refresh::kChanged && options.observed == nullptr && !options.destroy) {
    std::vector<uint32_t> touched;
    for (Draft& draft : drafts) {
      if (instances[draft.instance].failed || draft.record == nullptr) continue;
      compare(draft);
      if (draft.verdict != Verdict::kNone) touched.push_back(static_cast<uint32_t>(draft.record - records.data()));
    }
    co_await read_rows(configuration, std::move(touched));
  }
  if (options.refresh == Refresh::kNone && options.observed == nullptr && !options.destroy) {
    // What @ignore keeps as it is has to be known where an update sends the whole.
    std::vector<uint32_t> unread;
    for (Draft& draft : drafts) {
      if (instances[draft.instance].failed || draft.record == nullptr || draft.ignore.empty()) continue;
      compare(draft);
      bool updates = draft.verdict == Verdict::kUpdate;
      if (updates && holds_unread(draft.prepared.desired, draft.digested, draft.observed, draft.ignore)) {
        unread.push_back(static_cast<uint32_t>(draft.record - records.data()));
      }
    }
    co_await read_rows(configuration, std::move(unread));
  }
  std::vector<driver::Candidate> candidates;
  std::vector<size_t> rows;
  for (size_t i = 0; i < drafts.size(); ++i) {
    Draft& draft = drafts[i];
    if (instances[draft.instance].failed) continue;
    co_await adopt(draft, *open->session);
    compare(draft);
    if (draft.ask_driver) {
      candidates.push_back(driver::Candidate{
          .instance = {.address = instances[draft.instance].address,
                       .type = type,
                       .identity = draft.record != nullptr && !draft.missing ? draft.record->identity : Value(),
                       .applied = draft.applied,
                       .observed = draft.observed,
                       .driver_data = draft.record == nullptr ? Value() : opened(*draft.record, draft.record->driver_data, "driver_data")},
          .desired = draft.prepared.desired,
          .proposed = draft.verdict,
          .changed = draft.diff.changed});
      rows.push_back(i);
    }
  }
  if (!candidates.empty() && !options.destroy) {
    auto verdicts = co_await open->session->plan(world.calls.call(), std::move(candidates));
    CHECK(verdicts.size() == rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      Draft& draft = drafts[rows[i]];
      draft.planned = std::move(verdicts[i]);
      if (draft.planned.failure) {
        plan.failed.push_back(Failed{instances[draft.instance].address, type->name, *draft.planned.failure, source(declaration.range)});
        instances[draft.instance].failed = true;
        continue;
      }
      draft.verdict = draft.planned.verdict;
      if (!draft.planned.why.empty()) draft.reasons.push_back(draft.planned.why);
      // What follows them is not known before either.
      for (const Path& path : draft.planned.changed) {
        if (std::find(draft.diff.changed.begin(), draft.diff.changed.end(), path) == draft.diff.changed.end()) draft.diff.changed.push_back(path);
      }
      follow_source(draft);
    }
  }
  for (Draft& draft : drafts) {
    if (!instances[draft.instance].failed) conclude(draft);
  }
  // Some turn out to belong to a later stage only now that their verdict is known.
  auto& state = modules[module].states[id.index];
  bool put_off = std::any_of(drafts.begin(), drafts.end(), [&](const Draft& d) { return instances[d.instance].deferred; });
  if (put_off && state.reads.is_joint() && !joints[state.reads.row()].deferred) {
    joints[state.reads.row()].deferred = true;
    joints[state.reads.row()].deferred_by = modules[module].prefix + declaration.name;
  }
}

void Planner::Impl::put_off(Draft& draft, const std::string& later) {
  Instance& instance = instances[draft.instance];
  instance.deferred = true;
  Stage::Deferred entry{.address = instance.address,
                        .type = instance.declaration->resource->name,
                        .each = {},
                        .why = fmt::format("needs {}, which is planned later", later),
                        .after = {later},
                        .least = 1,
                        .most = 1,
                        .creates_only = find_record(instance.address) == nullptr,
                        .source = source(instance.declaration->range)};
  deferred_addresses.insert(entry.address);
  deferred.emplace(kDeferredInstance + draft.instance, std::move(entry));
}

auto Planner::Impl::find_record(std::string_view address) -> state::Record* {
  auto found = record_by_address.find(address);
  return found == record_by_address.end() ? nullptr : &records[found->second];
}

}  // namespace weft::plan
