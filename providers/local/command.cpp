// local.Command: a thing that only commands know how to make, read, change and remove; and a command as a lookup.
#include <algorithm>
#include <array>
#include <utility>

#include "lang/base/text.h"
#include "providers/local/disk.h"
#include "providers/local/kind.h"
#include "providers/local/paths.h"
#include "providers/local/program.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

constexpr std::string_view kCommands[] = {"create", "read", "update", "remove", "settle"};
// A change of one of these is a change of the thing; of the others, only of how it is looked after.
constexpr std::string_view kSubstance[] = {"create", "input", "environment", "directory"};

// Attributes with secrets inside: the record has only their digests, but reading and removing need the values. What a
// driver leaves in the record is sealed there.
auto kept_secrets(const Value& desired) -> Value {
  std::vector<Field> fields;
  for (const auto& field : desired.fields()) {
    if (field.value.has_secret()) fields.push_back(field);
  }
  return fields.empty() ? Value::null() : Value::object(std::move(fields));
}

// What a record says that the thing is: as last sent, with its secrets.
auto attributes_of(const Instance& item) -> Value {
  std::vector<Field> fields;
  if (item.applied.is(ValueKind::kObject)) {
    for (const auto& field : item.applied.fields()) {
      const Value* kept = written(item.driver_data, field.key.view());
      fields.push_back({field.key, has_digest(field.value) && kept != nullptr ? *kept : field.value});
    }
  }
  for (auto name : {"output", "exit_code"}) {
    if (const Value* last = written(item.observed, name)) fields.push_back({name, *last});
  }
  return Value::object(std::move(fields));
}

auto program_of(const Call& call, const Value& attributes, std::string_view action, const Instance& item,
                std::string_view operation) -> Program {
  Program program;
  program.command = *written(attributes, action);
  program.action = action;
  program.address = item.address;
  program.operation = operation;
  // The commands themselves are not what they work on.
  program.attributes = omitting(attributes, {"create", "read", "update", "remove", "settle", "idempotent", "environment"});
  auto directory = text_of(attributes, "directory");
  if (!directory.empty()) program.directory = resolved(call, directory);
  if (const Value* environment = written(attributes, "environment")) program.environment = *environment;
  return program;
}

auto done(const Step& step, const Value& base, const Answer& answer) -> Changed {
  Changed changed;
  changed.identity = step.change == Change::kCreate
                         ? merged(Value::null(), {{"id", Value::string(random_uuid())}})
                         : step.instance.identity;
  changed.driver_data = kept_secrets(step.desired.is_null() ? Value::object({}) : step.desired);
  changed.observed = merged(base, {{"exit_code", Value::integer(0)}});
  if (!answer.output.is_null()) changed.observed = merged(changed.observed, {{"output", answer.output}});
  return changed;
}

auto touches_substance(const std::vector<Path>& changed) -> bool {
  return std::ranges::any_of(changed, [](const Path& path) {
    return !path.empty() && std::ranges::find(kSubstance, path.steps[0].name) != std::end(kSubstance);
  });
}

class CommandKind : public Kind {
 public:
  auto schema() const -> TypeSchema override;
  void prepare(const Prepare& item, Prepared& out) const override;
  auto read(Call call, Instance item) const -> Task<ReadState> override;
  auto plan(Call call, Candidate item) const -> Task<Planned> override;
  auto change(Call call, Step step) const -> Task<ChangeResult> override;
  auto settle(Call call, Settle item) const -> Task<Settled> override;
  auto find(Call call, Find selector) const -> Task<FindResult> override;

 private:
  static auto create(Call call, Step step) -> Task<ChangeResult>;
  static auto update(Call call, Step step) -> Task<ChangeResult>;
  static auto remove(Call call, Step step) -> Task<ChangeResult>;
};

auto CommandKind::schema() const -> TypeSchema {
  constexpr std::string_view kCommand = "string | list<string>";
  auto local_only = [](driver::Attribute attribute) {
    attribute.input = driver::Input::kLocal;
    return attribute;
  };
  auto may_replace = [](driver::Attribute attribute) {
    attribute.change = driver::OnChange::kMayReplace;
    return attribute;
  };
  TypeSchema type;
  type.name = "local.Command";
  type.lookup = true;
  type.documentation =
      "Something that commands make, read, change and remove; each is a script for /bin/sh or a list of words. A "
      "command gets `input`, `directory` and the last `output` as a JSON object on standard input, and answers with JSON "
      "on descriptor 3, which becomes `output`. WEFT_ACTION, WEFT_ADDRESS and WEFT_OPERATION are set. Exit code 0 is "
      "done, 3 missing, 4 needs replacement, 75 try again later, any other a failure that has changed nothing. Without "
      "`read` it is taken to be as it was, without `update` a change replaces it, without `remove` only its record "
      "goes. As a lookup, `run` is run at plan and its answer is `output`.";
  type.attributes = {
      may_replace(required("create", kCommand, "Makes it.")),
      local_only(optional("read", kCommand, "Answers with its `output` as it is now; exit code 3 if it is gone.")),
      local_only(optional("update", kCommand, "Changes it to what the input says; without it a change replaces.")),
      local_only(optional("remove", kCommand, "Removes it; 3 counts as done.")),
      local_only(optional("settle", kCommand,
                          "Asked after a crash whether the operation WEFT_OPERATION was done: 0 yes, 3 no.")),
      plain(may_replace(formatted(optional("directory", "string",
                                           "Where commands run; relative to the fabric's folder, which it is unless written."),
                                  "path"))),
      may_replace(optional("environment", "map<string>", "Variables beside those of the program itself.")),
      may_replace(optional("input", "any", "What the commands work on.")),
      with_default(local_only(optional("idempotent", "bool", "Whether any command may simply be run again.")),
                   Value::boolean(false)),
      following(computed("output", "any", "The last answer."), {"create", "input", "environment", "directory"}),
      following(computed("exit_code", "int", "Of the last command; 0, or there would be no record."),
                {"create", "input", "environment", "directory"}),
  };
  type.filters = {required("run", kCommand, "The command; exit code 3 means that there is nothing.")};
  type.create.idempotency = driver::Idempotency::kBlind;
  type.update = type.remove = type.create;
  type.example =
      "resource bucket: local.Command {\n"
      "  create     = \"mc mb store/logs && echo '{\\\"name\\\":\\\"logs\\\"}' >&3\"\n"
      "  remove     = [\"mc\", \"rb\", \"store/logs\"]\n"
      "  idempotent = true\n"
      "}\n";
  return type;
}

// A name with `=` in it would set another variable than the one that is written.
void check_environment(Prepared& out) {
  const Value* environment = written(out.desired, "environment");
  if (environment == nullptr || !environment->is(ValueKind::kObject)) return;
  for (const auto& field : environment->fields()) {
    std::string_view name = field.key.view();
    std::string said = environment->secret() ? std::string("a name") : json_quote(name);
    if (name.empty()) {
      out.problems.push_back(invalid("environment", "`environment` has a variable without a name"));
    } else if (name.find('=') != std::string_view::npos || name.find('\0') != std::string_view::npos) {
      out.problems.push_back(invalid("environment", "`environment`: " + said + " holds `=` or a null byte, which no variable's name may"));
    } else if (field.value.is(ValueKind::kString) && field.value.as_string().find('\0') != std::string_view::npos) {
      out.problems.push_back(invalid("environment", "`environment`: the value of " + said + " holds a null byte, which no variable may"));
    }
  }
}

// Why nothing can run where the files say; nothing while that is not known yet.
auto no_directory(const Call& call, const Value& desired) -> std::optional<DriverFailure> {
  const Value* directory = known(desired, "directory");
  if (directory == nullptr || !directory->is(ValueKind::kString)) return std::nullopt;
  auto seen = look(resolved(call, directory->as_string()), 0);
  if (seen && seen->kind == Seen::Kind::kFolder) return std::nullopt;
  if (!seen) return failed(seen.error(), "read");
  std::string what = seen->kind == Seen::Kind::kMissing ? " is not there" : " is no folder";
  return invalid("directory", "`directory`: " + json_quote(directory->as_string()) + what,
                 "write a folder that is there, or one that a resource of this fabric makes");
}

void CommandKind::prepare(const Prepare& /*item*/, Prepared& out) const {
  check_environment(out);
  for (auto name : kCommands) {
    const Value* command = known(out.desired, name);
    if (command == nullptr) continue;
    bool is_empty = command->is(ValueKind::kString) ? command->as_string().empty() : command->length() == 0;
    if (is_empty) out.problems.push_back(invalid(name, "`" + std::string(name) + "` is an empty command"));
  }
  if (bool_of(out.desired, "idempotent")) {
    out.idempotency = driver::Idempotency::kRepeatable;
  } else if (written(out.desired, "settle") != nullptr) {
    // What it made carries WEFT_OPERATION in a way that only its own `settle` can find.
    out.idempotency = driver::Idempotency::kTag;
  }
}

auto CommandKind::read(Call call, Instance item) const -> Task<ReadState> {
  ReadState state;
  Value attributes = attributes_of(item);
  if (written(attributes, "read") == nullptr) {
    state.kind = ReadState::Kind::kSame;
    state.observed = item.observed;
    co_return state;
  }
  Program program = program_of(call, attributes, "read", item, "");
  program.may_be_stopped = true;
  auto answer = co_await run_program(call, std::move(program));
  if (answer) {
    state.kind = ReadState::Kind::kPresent;
    state.observed = item.observed;
    if (!answer->output.is_null()) state.observed = merged(state.observed, {{"output", answer->output}});
  } else if (answer.error().failure == FailureClass::kNotFound) {
    state.kind = ReadState::Kind::kMissing;
  } else if (answer.error().failure == FailureClass::kNeedsReplace) {
    state.kind = ReadState::Kind::kBroken;
    state.observed = item.observed;
    state.why = answer.error().text;
  } else {
    state.kind = ReadState::Kind::kFailed;
    state.failure = answer.error();
  }
  co_return state;
}

auto CommandKind::plan(Call call, Candidate item) const -> Task<Planned> {
  Planned planned;
  planned.verdict = item.proposed;
  // Seen before the old one is destroyed. Something in this plan may yet make it.
  bool runs = item.proposed != Verdict::kNone && item.proposed != Verdict::kRemove && touches_substance(item.changed);
  if (runs) planned.missing = co_await on_pool<std::optional<DriverFailure>>(call.loop, [&] { return no_directory(call, item.desired); });
  if (planned.missing) {
    planned.made_from.push_back({Path{}.member("directory"), path_key(call.working_folder, resolved(call, text_of(item.desired, "directory")))});
  }
  bool replaces = item.proposed == Verdict::kUpdate && written(item.desired, "update") == nullptr &&
                  touches_substance(item.changed);
  if (replaces) {
    planned.verdict = Verdict::kReplace;
    planned.why = "there is no `update` command";
    for (const auto& path : item.changed) {
      if (touches_substance({path})) planned.forces_replace.push_back(path);
    }
  }
  co_return planned;
}

auto CommandKind::create(Call call, Step step) -> Task<ChangeResult> {
  auto answer = co_await run_program(call, program_of(call, step.desired, "create", step.instance, step.operation_id));
  if (!answer) co_return std::unexpected(answer.error());
  co_return done(step, step.desired, *answer);
}

auto CommandKind::update(Call call, Step step) -> Task<ChangeResult> {
  Value attributes = step.desired;
  for (auto name : {"output", "exit_code"}) {
    if (const Value* last = written(step.instance.observed, name)) attributes = merged(attributes, {{name, *last}});
  }
  // Nothing of the thing itself: only the record learns how it is looked after from now on. An update for which no
  // path is given is one that an earlier run did not finish.
  bool unfinished = step.changed.empty() && written(attributes, "update") != nullptr;
  if (!unfinished && !touches_substance(step.changed)) co_return done(step, attributes, Answer{});
  if (written(attributes, "update") == nullptr) {
    co_return std::unexpected(refused(FailureClass::kNeedsReplace, "there is no `update` command"));
  }
  auto answer = co_await run_program(call, program_of(call, attributes, "update", step.instance, step.operation_id));
  if (!answer) co_return std::unexpected(answer.error());
  co_return done(step, attributes, *answer);
}

auto CommandKind::remove(Call call, Step step) -> Task<ChangeResult> {
  Value attributes = attributes_of(step.instance);
  if (written(attributes, "remove") == nullptr) co_return Changed{};
  auto answer = co_await run_program(call, program_of(call, attributes, "remove", step.instance, step.operation_id));
  if (!answer && answer.error().failure != FailureClass::kNotFound) co_return std::unexpected(answer.error());
  co_return Changed{};
}

auto CommandKind::change(Call call, Step step) const -> Task<ChangeResult> {
  switch (step.change) {
    case Change::kCreate:
      return create(std::move(call), std::move(step));
    case Change::kUpdate:
      return update(std::move(call), std::move(step));
    case Change::kRemove:
      return remove(std::move(call), std::move(step));
  }
  CHECK(!"no such change");
}

auto CommandKind::settle(Call call, Settle item) const -> Task<Settled> {
  const Step& step = item.step;
  Settled settled;
  Value attributes = step.desired.is_null() ? attributes_of(step.instance) : step.desired;
  bool is_removal = step.change == Change::kRemove;
  if (is_removal && written(attributes, "remove") == nullptr) {
    settled.kind = Settled::Kind::kDone;
    settled.why = "there is no command to remove it";
    co_return settled;
  }
  bool changed_since = step.change == Change::kCreate && step.desired.is_null();
  if (written(attributes, "settle") == nullptr) {
    // Another command than the one that ran would not do what that one has begun.
    bool repeatable = bool_of(attributes, "idempotent");
    settled.kind = repeatable && !changed_since ? Settled::Kind::kNotDone : Settled::Kind::kUnknown;
    settled.why = settled.kind == Settled::Kind::kNotDone ? "the command may simply be run again"
                  : repeatable ? "the files or the inputs say something else than what was run; with those of that run it may simply be run again"
                               : "only a person can tell what the command has done";
    co_return settled;
  }
  Program program = program_of(call, attributes, "settle", step.instance, step.operation_id);
  program.may_be_stopped = true;
  std::string_view asked = step.change == Change::kCreate ? "create" : step.change == Change::kUpdate ? "update" : "remove";
  program.attributes = merged(program.attributes, {{"settles", Value::string(asked)}});
  auto answer = co_await run_program(call, std::move(program));
  // Without what it was made with, `read` and `remove` would look for another thing, and this one would be lost.
  bool is_lost = changed_since && std::ranges::any_of(std::array{"environment", "input", "directory"}, [&](auto name) { return written(attributes, name) != nullptr; });
  if (answer && is_lost) {
    settled.why = "its `settle` command says that it was done; the files or the inputs say something else than what was run: with those of that run it is recorded";
  } else if (answer) {
    settled.kind = Settled::Kind::kDone;
    settled.why = "its `settle` command says so";
    if (!is_removal) settled.result = done(step, changed_since ? Value::object({}) : attributes, *answer);
  } else if (answer.error().failure == FailureClass::kNotFound) {
    settled.kind = Settled::Kind::kNotDone;
    settled.why = "its `settle` command says so";
  } else {
    settled.why = "its `settle` command failed: " + answer.error().text;
  }
  co_return settled;
}

auto CommandKind::find(Call call, Find selector) const -> Task<FindResult> {
  if (written(selector.selector, "run") == nullptr) {
    co_return std::unexpected(refused(FailureClass::kUnsupported, "a `local.Command` cannot be found again",
                                      "only the record knows it; `create` makes a new one"));
  }
  if (!selector.working_folder.empty()) call.working_folder = selector.working_folder;
  Program program;
  program.command = *written(selector.selector, "run");
  program.action = "lookup";
  program.attributes = Value::object({});
  program.may_be_stopped = true;
  auto answer = co_await run_program(call, std::move(program));
  std::vector<Found> out;
  if (!answer && answer.error().failure == FailureClass::kNotFound) co_return out;
  if (!answer) co_return std::unexpected(answer.error());
  Found found;
  found.identity = merged(Value::null(), {{"run", *written(selector.selector, "run")}});
  found.observed = merged(found.identity, {{"exit_code", Value::integer(0)}});
  if (!answer->output.is_null()) found.observed = merged(found.observed, {{"output", answer->output}});
  out.push_back(std::move(found));
  co_return out;
}

}  // namespace

auto make_command() -> std::unique_ptr<Kind> { return std::make_unique<CommandKind>(); }

}  // namespace weft::local
