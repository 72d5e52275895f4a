#include "engine/ops/workspace.h"

#include <algorithm>

#include <fmt/core.h>

#include "engine/config/diags.h"
#include "engine/ops/environments.h"
#include "engine/ops/own_turn.h"
#include "engine/state/key_source.h"
#include "engine/state/state.h"
#include "lang/base/digest.h"
#include "lang/syntax/literals.h"
#include "lang/syntax/parse.h"

namespace weft::ops {

auto Reported::ok() const -> bool {
  if (failure) return false;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Severity::kError) return false;
  }
  return true;
}

Workspace::Workspace(World& given, Reported& out)
    : world(given),
      reported(out),
      schemas(given.drivers),
      calls{.loop = given.loop, .clock = given.clock, .cancel = given.soft_stop, .folder = given.folder} {
  calls.rate = [this](const driver::Rate& rate) {
    emit(event::EndpointRate{.endpoint = rate.endpoint, .per_second = rate.per_second, .was = rate.was, .sent_again = calls.sent_again});
  };
}
Workspace::~Workspace() = default;

namespace {

// What the fabric says of the program that may read it.
void check_requirement(const check::Module& root, const std::string& version, DiagSink& problems) {
  for (const auto& declaration : root.declarations) {
    if (declaration.kind != check::DeclarationKind::kFabric || declaration.body == nullptr) continue;
    for (const auto& field : declaration.body->fields) {
      if (field.name != std::string_view("weft") || field.value == nullptr || !field.value->constant.is(ValueKind::kString)) continue;
      std::string wanted(field.value->constant.as_string());
      if (!config::satisfies("0", wanted)) {
        Report(problems, field.value->range, config::diags::BadRequirement, {wanted}).help("such as \">= 0.1\" or \">= 0.1, < 2\"");
      } else if (config::satisfies(version, wanted) == false) {
        Report(problems, field.value->range, config::diags::WrongVersion, {wanted, version}).help("use a weft that it wants, or change what it wants");
      }
    }
  }
}

}  // namespace

auto Workspace::load() -> bool {
  fabric = std::make_unique<config::Fabric>(world.folder, schemas, world.functions, *reported.sources, problems);
  fabric->load();
  if (fabric->root() != nullptr) check_requirement(*fabric->root(), world.version, problems);
  return fabric->root() != nullptr && problems.errors() == 0;
}

void Workspace::report_lacking() {
  for (const auto* declaration : lacking) {
    Report(problems, declaration->name_range, config::diags::MissingInput, {declaration->name})
        .label("has no default")
        .help(fmt::format("--set {}=…, or a line `{} = …` in {}", declaration->name, declaration->name,
                          environment == "default" ? "weft.inputs" : environment + ".inputs"));
  }
}

auto Workspace::open_fabric(const InputSources& given, const std::map<std::string, Value>* saved, bool may_lack) -> bool {
  if (!load()) return false;
  const check::Module& root = *fabric->root();
  environment = given.environment;
  if (!root.is_fabric) {
    Report(problems, {}, config::diags::NotAFabric).help("`fabric \"name\" { weft = \">= 0.1\" }` in one of its files makes it one");
    return false;
  }
  if (!config::is_fabric_name(environment) || environment == "weft") {
    Report(problems, {}, config::diags::BadEnvironment, {environment});
    return false;
  }
  config::WronglyGiven wrong;
  inputs = config::gather_inputs(
      *fabric, config::GivenInputs{.environment = environment, .files = given.files, .sets = given.sets, .variables = &world.environment},
      problems, &wrong);
  if (saved != nullptr) {
    for (const auto& [name, text] : given.sets) {
      auto known = inputs.find(name);
      if (known == inputs.end() || known->second.value.has_secret()) continue;
      reported.failure = Failure{Code::kInvalid, fmt::format("`{}` has its value in the plan: `--set` gives a saved plan its secret inputs only", name),
                                 "leave it out, or plan again with it"};
      return false;
    }
    // The file that was given to the plan may be given again, for its secrets; another value of the rest is no part of the plan.
    for (const auto& [name, given_now] : inputs) {
      bool from_file = std::ranges::any_of(given.files, [&](const std::string& file) { return given_now.source.starts_with(file + ":"); });
      auto known = saved->find(name);
      if (!from_file || given_now.value.has_secret() || (known != saved->end() && known->second == given_now.value)) continue;
      reported.failure = Failure{Code::kInvalid, fmt::format("`{}` has its value in the plan: {} says another, and `--inputs` gives a saved plan its secret inputs only",
                                                             name, given_now.source), "leave it out, or plan again with it"};
      return false;
    }
    for (const auto& [name, value] : *saved) inputs[name] = config::InputValue{.value = value, .range = {}, .source = "the plan"};
    for (auto it = inputs.begin(); it != inputs.end();) {
      bool keep = saved->contains(it->first) || it->second.value.has_secret();
      it = keep ? std::next(it) : inputs.erase(it);
    }
  }
  for (const auto& declaration : root.declarations) {
    bool needed = declaration.kind == check::DeclarationKind::kInput && declaration.value == nullptr && !declaration.declared.optional();
    if (needed && !inputs.contains(declaration.name) && !wrong.holds(declaration.name)) lacking.push_back(&declaration);
  }
  if (!may_lack) report_lacking();
  if (problems.errors() != 0) return false;
  for (const auto* declaration : lacking) {
    auto unknown = Value::unknown(Unknown{.type = declaration->declared, .not_null = true, .origin = Text(declaration->name)});
    inputs[declaration->name] = config::InputValue{.value = declaration->secret ? unknown.as_secret() : unknown, .range = {}, .source = "nowhere"};
  }
  return true;
}

auto Workspace::open_state(bool create) -> bool {
  state::OpenOptions options{.folder = world.folder,
                             .environment = environment,
                             .fabric_name = fabric->root()->fabric_name,
                             .create = create,
                             .write = create};
  auto opened = state::State::open(options, world.clock);
  if (!opened) {
    if (!create && opened.error().code == Code::kNotFound) return true;
    reported.failure = opened.error();
    return false;
  }
  state = std::move(*opened);
  watch_turns(world, *state);
  return refresh_snapshot();
}

auto Workspace::knows_environment() -> bool {
  if (state != nullptr || environment == "default") return true;
  reported.failure = no_state_of(environment);
  return false;
}

auto Workspace::refresh_snapshot() -> bool {
  if (state == nullptr) return true;
  auto fresh = state->snapshot();
  if (!fresh) {
    reported.failure = fresh.error();
    return false;
  }
  snapshot = std::move(*fresh);
  return true;
}

auto Workspace::make_planner(plan::Options options) -> plan::Planner& {
  planner = std::make_unique<plan::Planner>(
      plan::PlannerWorld{.fabric = *fabric,
                         .drivers = world.drivers,
                         .calls = calls,
                         .state = state.get(),
                         .snapshot = snapshot,
                         .environment = environment,
                         .inputs = inputs,
                         .problems = problems,
                         .progress = [this](const event::PlanProgress& progress) { emit(progress); }},
      std::move(options));
  return *planner;
}

auto Workspace::plan_further(plan::Options options) -> std::optional<plan::Plan> {
  auto api_calls = calls.api_calls, sent_again = calls.sent_again;
  auto made = make_plan(std::move(options));
  calls.api_calls += api_calls;
  calls.sent_again += sent_again;
  return made;
}

auto Workspace::make_plan(plan::Options options) -> std::optional<plan::Plan> {
  calls.api_calls = calls.sent_again = 0;
  make_planner(std::move(options));
  auto made = block_on(world.loop, planner->make());
  // Whatever went wrong without them: their values are what is asked for first.
  if (!lacking.empty() && (!made || problems.errors() > 0 || !made->failed.empty())) {
    (void)problems.take();
    report_lacking();
    return std::nullopt;
  }
  if (!made) {
    reported.failure = made.error();
    return std::nullopt;
  }
  return std::move(*made);
}

auto Workspace::keeps_secrets(const plan::Plan& plan) const -> bool {
  if (state != nullptr && state->keyring().has_data_key()) return false;
  auto holds = [](const std::optional<Value>& value) { return value && value->has_secret(); };
  if (std::ranges::any_of(plan.outputs, [&](const auto& output) { return output.changed && holds(output.after); })) return true;
  return std::ranges::any_of(plan.steps, [&](const plan::Step& step) {
    using plan::Action;
    bool writes = step.action != Action::kNone && step.action != Action::kRead && step.action != Action::kDestroy && step.action != Action::kForget;
    if (!writes || step.after.has_secret()) return writes;
    const auto* type = planner->type(step.type);
    return type != nullptr && std::ranges::any_of(type->attributes, [&](const driver::Attribute& attribute) {
             return attribute.secrecy != driver::Secrecy::kClear && (attribute.input == driver::Input::kNone || step.after.get(attribute.name) != nullptr);
           });
  });
}

auto Workspace::key_is_right() -> bool {
  if (state == nullptr || !state->keyring().has_data_key()) return true;
  auto ready = state->keyring().ready();
  if (!ready) reported.failure = ready.error();
  return ready.has_value();
}

auto Workspace::key_for(const plan::Plan& plan) -> bool {
  if (!keeps_secrets(plan)) return true;
  auto kept = state::key_can_be_kept(Environment::of_process());
  if (!kept) reported.failure = kept.error();
  return kept.has_value();
}

void Workspace::finish() {
  problems.sort(*reported.sources);
  auto taken = problems.take();
  for (auto& diagnostic : taken) reported.diagnostics.push_back(std::move(diagnostic));
}

auto Workspace::begin_run(const std::string& verb, const std::string& plan_digest) -> state::BeginRun {
  return state::BeginRun{.verb = verb, .owner = world.owner, .host = world.host, .command = world.command, .plan_digest = plan_digest};
}

void Workspace::emit(event::Fact fact) {
  world.listener.on(event::Event{.seq = ++events, .time_ms = static_cast<uint64_t>(world.clock.wall_ms()), .run = run, .fact = std::move(fact)});
}

auto Workspace::save(const plan::Plan& made) -> plan::SavedPlan {
  plan::SavedPlan saved;
  saved.plan = made;
  saved.program = world.version;
  saved.configuration = fabric->digest();
  saved.files = planner->files_read().digests;
  for (const auto& step : made.steps) {
    if (const auto* type = planner->type(step.type)) saved.schemas[step.type] = type->digest();
    auto* open = planner->sessions().find(step.provider);
    if (open != nullptr && open->session && !open->session->configured().partial) saved.places[step.provider] = open->place();
    // A record that moves lies under its old address until this plan is applied.
    saved.pins.emplace_back(step.address, step.moved_from.empty() ? step.version : 0);
    if (!step.moved_from.empty()) saved.pins.emplace_back(step.moved_from, step.version);
    saved.desired[step.id] = plan::shape_digest(step.after);
    for (const auto& dependency : planner->dependencies(step)) {
      if (dependency.subtree) continue;
      const auto* record = planner->record(dependency.address);
      saved.pins.emplace_back(dependency.address, record == nullptr ? 0 : record->version);
    }
  }
  for (const auto& [name, input] : inputs) {
    if (input.value.has_unknown()) continue;  // not needed
    if (!input.value.has_secret()) {
      saved.inputs[name] = input.value;
      continue;
    }
    std::string digest;
    if (state != nullptr && state->keyring().has_data_key()) {
      if (auto keyed = state->keyring().digest_text(input.value, "#input", name)) digest = *keyed;
    }
    saved.secret_inputs[name] = digest;
  }
  saved.observed = planner->observed();
  saved.lookups = planner->lookups();
  return saved;
}

auto open_state_only(World& world, const std::string& environment, bool write, const HealRequest& heal) -> Result<std::unique_ptr<state::State>> {
  using Elsewhere = state::OpenOptions::Elsewhere;
  auto opened = state::State::open(state::OpenOptions{.folder = world.folder,
                                                      .environment = environment,
                                                      .fabric_name = fabric_name_of(world),
                                                      .create = false,
                                                      .write = write,
                                                      .elsewhere = heal.moved ? Elsewhere::kMoved : Elsewhere::kRefuse,
                                                      .accept_rewind = heal.accept_rewind,
                                                      .renamed = heal.renamed},
                                   world.clock);
  if (!opened && opened.error().code == Code::kNotFound) {
    return std::unexpected(no_state_of(environment));
  }
  if (opened) watch_turns(world, **opened);
  return opened;
}

auto fabric_name_of(World& world) -> std::string {
  SourceMap sources;
  DiagSink ignored;
  for (const auto& name : config::fabric_files(world.folder)) {
    auto text = config::read_text(world.folder + "/" + name);
    if (!text) continue;
    FileId file = sources.add(name, std::move(*text));
    auto tree = syntax::parse_file(sources, file, ignored);
    for (auto declaration : tree.children(tree.root)) {
      if (tree.kind(declaration) != syntax::NodeKind::kFabric) continue;
      auto title = tree.find(declaration, syntax::NodeKind::kText);
      if (!title.valid()) continue;
      if (auto text_value = syntax::plain_text(tree, title, ignored)) return *text_value;
    }
  }
  return {};
}

}  // namespace weft::ops
