#include "engine/plan/plan_document.h"

#include "engine/plan/plan_file.h"

namespace weft::plan {

namespace {

auto text(std::string_view value) -> Value { return Value::string(Text(value)); }
auto number(uint64_t value) -> Value { return Value::integer(static_cast<int64_t>(value)); }

auto texts(const std::vector<std::string>& values) -> Value {
  std::vector<Value> list;
  for (const auto& value : values) list.push_back(text(value));
  return Value::list(std::move(list));
}

// Only what says something is written: an absent member reads back as its default.
class Writer {
 public:
  void put(const char* name, Value value) { fields_.push_back({Text(name), std::move(value)}); }
  void put(const char* name, const std::string& value) {
    if (!value.empty()) put(name, text(value));
  }
  void put(const char* name, uint64_t value) {
    if (value != 0) put(name, number(value));
  }
  void put(const char* name, bool value) {
    if (value) put(name, Value::boolean(true));
  }
  void put(const char* name, const std::vector<std::string>& values) {
    if (!values.empty()) put(name, texts(values));
  }
  auto done() -> Value { return Value::object(std::move(fields_)); }

 private:
  std::vector<Field> fields_;
};

class Reader {
 public:
  explicit Reader(const Value& value) : value_(value) {}
  [[nodiscard]] auto get(const char* name) const -> const Value* { return value_.get(name); }
  void take(const char* name, std::string& out) const {
    if (const Value* value = get(name); value != nullptr && value->is(ValueKind::kString)) out = value->as_text().str();
  }
  template <class Number>
  void take_number(const char* name, Number& out) const {
    if (const Value* value = get(name); value != nullptr && value->is(ValueKind::kInt)) out = static_cast<Number>(value->as_int());
  }
  void take(const char* name, bool& out) const {
    if (const Value* value = get(name); value != nullptr && value->is(ValueKind::kBool)) out = value->as_bool();
  }
  void take(const char* name, std::vector<std::string>& out) const {
    const Value* value = get(name);
    if (value == nullptr) return;
    for (const Value& element : value->elements()) {
      if (element.is(ValueKind::kString)) out.push_back(element.as_text().str());
    }
  }
  template <class Visit>
  void each(const char* name, Visit visit) const {
    const Value* value = get(name);
    if (value == nullptr) return;
    for (const Value& element : value->elements()) visit(Reader(element));
  }
  [[nodiscard]] auto value() const -> const Value& { return value_; }

 private:
  const Value& value_;
};

// Inside a document the mark stands as {"$secret": true}.
auto with_marks(const Value& value) -> Value {
  if (value.is(ValueKind::kObject)) {
    if (value.length() == 1 && value.get("$secret") != nullptr) return Value::null().as_secret();
    std::vector<Field> fields;
    for (const Field& field : value.fields()) fields.push_back({field.key, with_marks(field.value)});
    return Value::object(std::move(fields));
  }
  if (value.is(ValueKind::kList) || value.is(ValueKind::kSet)) {
    std::vector<Value> elements;
    for (const Value& element : value.elements()) elements.push_back(with_marks(element));
    return value.is(ValueKind::kList) ? Value::list(std::move(elements)) : Value::set(std::move(elements));
  }
  return value;
}

auto source_value(const SourceLine& source) -> Value {
  Writer out;
  out.put("file", source.file);
  out.put("line", static_cast<uint64_t>(source.line));
  return out.done();
}

auto source_from(const Reader& in, const char* name) -> SourceLine {
  SourceLine source;
  if (const Value* value = in.get(name)) {
    Reader(*value).take("file", source.file);
    Reader(*value).take_number("line", source.line);
  }
  return source;
}

auto difference_value(const Difference& difference) -> Value {
  Writer out;
  out.put("kind", static_cast<uint64_t>(difference.kind));
  out.put("path", difference.path.text());
  if (difference.before) out.put("before", without_secrets(*difference.before));
  if (difference.after) out.put("after", without_secrets(*difference.after));
  out.put("forces_replace", difference.forces_replace);
  out.put("note", difference.note);
  out.put("source", source_value(difference.source));
  return out.done();
}

auto difference_from(const Reader& in) -> Difference {
  Difference difference;
  uint64_t kind = 0;
  in.take_number("kind", kind);
  difference.kind = static_cast<Difference::Kind>(kind > 4 ? 0 : kind);
  std::string path;
  in.take("path", path);
  if (auto parsed = parse_path(path)) difference.path = std::move(*parsed);
  if (const Value* value = in.get("before")) difference.before = with_marks(*value);
  if (const Value* value = in.get("after")) difference.after = with_marks(*value);
  in.take("forces_replace", difference.forces_replace);
  in.take("note", difference.note);
  difference.source = source_from(in, "source");
  return difference;
}

template <class Row, class Draw>
auto rows(const std::vector<Row>& all, Draw draw) -> Value {
  std::vector<Value> list;
  list.reserve(all.size());
  for (const Row& row : all) list.push_back(draw(row));
  return Value::list(std::move(list));
}

auto step_value(const Step& step) -> Value {
  Writer out;
  out.put("id", step.id);
  out.put("address", step.address);
  out.put("type", step.type);
  out.put("provider", step.provider);
  out.put("action", static_cast<uint64_t>(step.action));
  out.put("stage", static_cast<uint64_t>(step.stage));
  out.put("create_first", step.create_first);
  out.put("identity", step.identity);
  out.put("source", source_value(step.source));
  if (!step.before.is_null()) out.put("before", without_secrets(step.before));
  if (!step.after.is_null()) out.put("after", without_secrets(step.after));
  if (!step.differences.empty()) out.put("differences", rows(step.differences, difference_value));
  out.put("reasons", step.reasons);
  out.put("remarks", step.remarks);
  out.put("consequence", step.consequence);
  if (step.because_of) out.put("because_of", static_cast<uint64_t>(*step.because_of) + 1);
  std::vector<Value> after;
  for (StepIndex index : step.after_steps) after.push_back(number(index));
  if (!after.empty()) out.put("after_steps", Value::list(std::move(after)));
  out.put("moved_from", step.moved_from);
  out.put("adopted_id", step.adopted_id);
  out.put("idempotency", step.idempotency);
  out.put("stateful", step.stateful);
  out.put("drift_only", step.drift_only);
  out.put("needs_holes", step.needs_holes);
  out.put("dependents", step.dependents);
  out.put("version", step.version);
  out.put("declaration", step.declaration);
  return out.done();
}

auto step_from(const Reader& in) -> Step {
  Step step;
  uint64_t action = 0, because = 0;
  in.take("id", step.id);
  in.take("address", step.address);
  in.take("type", step.type);
  in.take("provider", step.provider);
  in.take_number("action", action);
  step.action = static_cast<Action>(action > static_cast<uint64_t>(Action::kRead) ? 0 : action);
  in.take_number("stage", step.stage);
  in.take("create_first", step.create_first);
  in.take("identity", step.identity);
  step.source = source_from(in, "source");
  if (const Value* value = in.get("before")) step.before = with_marks(*value);
  if (const Value* value = in.get("after")) step.after = with_marks(*value);
  in.each("differences", [&](const Reader& one) { step.differences.push_back(difference_from(one)); });
  in.take("reasons", step.reasons);
  in.take("remarks", step.remarks);
  in.take("consequence", step.consequence);
  in.take_number("because_of", because);
  if (because != 0) step.because_of = static_cast<StepIndex>(because - 1);
  if (const Value* value = in.get("after_steps")) {
    for (const Value& index : value->elements()) {
      if (index.is(ValueKind::kInt)) step.after_steps.push_back(static_cast<StepIndex>(index.as_int()));
    }
  }
  in.take("moved_from", step.moved_from);
  in.take("adopted_id", step.adopted_id);
  in.take("idempotency", step.idempotency);
  in.take("stateful", step.stateful);
  in.take("drift_only", step.drift_only);
  in.take("needs_holes", step.needs_holes);
  in.take("dependents", step.dependents);
  in.take_number("version", step.version);
  in.take("declaration", step.declaration);
  return step;
}

auto stage_value(const Stage& stage) -> Value {
  Writer out;
  out.put("number", static_cast<uint64_t>(stage.number));
  out.put("deferred", rows(stage.deferred, [](const Stage::Deferred& entry) {
            Writer one;
            one.put("address", entry.address);
            one.put("type", entry.type);
            one.put("each", entry.each);
            one.put("why", entry.why);
            one.put("after", entry.after);
            if (entry.least) one.put("least", number(*entry.least));
            if (entry.most) one.put("most", number(*entry.most));
            one.put("creates_only", entry.creates_only);
            one.put("source", source_value(entry.source));
            return one.done();
          }));
  return out.done();
}

auto stage_from(const Reader& in) -> Stage {
  Stage stage;
  in.take_number("number", stage.number);
  in.each("deferred", [&](const Reader& one) {
    Stage::Deferred entry;
    entry.creates_only = false;
    one.take("address", entry.address);
    one.take("type", entry.type);
    one.take("each", entry.each);
    one.take("why", entry.why);
    one.take("after", entry.after);
    uint64_t bound = 0;
    if (one.get("least") != nullptr) {
      one.take_number("least", bound);
      entry.least = bound;
    }
    if (one.get("most") != nullptr) {
      one.take_number("most", bound);
      entry.most = bound;
    }
    one.take("creates_only", entry.creates_only);
    entry.source = source_from(one, "source");
    stage.deferred.push_back(std::move(entry));
  });
  return stage;
}

}  // namespace

auto to_value(const Plan& plan) -> Value {
  Writer out;
  out.put("fabric", plan.fabric);
  out.put("environment", plan.environment);
  out.put("fabric_id", plan.fabric_id);
  out.put("seq", plan.tail.seq);
  if (!plan.tail.hash.empty()) out.put("hash", Value::bytes(Text(plan.tail.hash)));
  out.put("destroy", plan.destroy);
  out.put("new_environment", plan.new_environment);
  out.put("steps", rows(plan.steps, step_value));
  out.put("stages", rows(plan.stages, stage_value));
  out.put("outputs", rows(plan.outputs, [](const OutputChange& output) {
            Writer one;
            one.put("name", output.name);
            if (output.before) one.put("before", without_secrets(*output.before));
            if (output.after) one.put("after", without_secrets(*output.after));
            one.put("changed", output.changed);
            return one.done();
          }));
  out.put("drift", rows(plan.drift, [](const Drift& drift) {
            Writer one;
            one.put("address", drift.address);
            one.put("type", drift.type);
            one.put("identity", drift.identity);
            one.put("source", source_value(drift.source));
            one.put("missing", drift.missing);
            one.put("why", drift.why);
            one.put("differences", rows(drift.differences, difference_value));
            one.put("since", drift.since);
            one.put("in_step", drift.in_step);
            return one.done();
          }));
  out.put("checks", rows(plan.checks, [](const event::CheckJudged& check) {
            Writer one;
            one.put("name", check.name);
            one.put("messages", check.messages);
            one.put("unjudged", check.unjudged);
            one.put("source", source_value({check.file, check.line}));
            return one.done();
          }));
  out.put("kept", plan.kept);
  out.put("unchanged", plan.unchanged);
  out.put("resources_read", plan.resources_read);
  out.put("api_calls", plan.api_calls);
  out.put("read_ms", plan.read_ms);
  out.put("ignored_differences", plan.ignored_differences);
  out.put("filled_in", plan.filled_in);
  out.put("only", plan.only);
  out.put("except", plan.except);
  out.put("replace", plan.replace);
  return out.done();
}

auto plan_from(const Value& value) -> Result<Plan> {
  if (!value.is(ValueKind::kObject)) return fail(Code::kCorrupt, "the plan is no document");
  Reader in(value);
  Plan plan;
  in.take("fabric", plan.fabric);
  in.take("environment", plan.environment);
  in.take("fabric_id", plan.fabric_id);
  in.take_number("seq", plan.tail.seq);
  if (const Value* hash = in.get("hash"); hash != nullptr && hash->is(ValueKind::kBytes)) plan.tail.hash = hash->as_text().str();
  in.take("destroy", plan.destroy);
  in.take("new_environment", plan.new_environment);
  in.each("steps", [&](const Reader& one) { plan.steps.push_back(step_from(one)); });
  for (const Step& step : plan.steps) {
    bool inside = !step.because_of || *step.because_of < plan.steps.size();
    for (StepIndex index : step.after_steps) inside = inside && index < plan.steps.size();
    if (!inside) return fail(Code::kCorrupt, "a step of the plan names one that is not there");
  }
  in.each("stages", [&](const Reader& one) { plan.stages.push_back(stage_from(one)); });
  in.each("outputs", [&](const Reader& one) {
    OutputChange output;
    one.take("name", output.name);
    if (const Value* before = one.get("before")) output.before = with_marks(*before);
    if (const Value* after = one.get("after")) output.after = with_marks(*after);
    one.take("changed", output.changed);
    plan.outputs.push_back(std::move(output));
  });
  in.each("drift", [&](const Reader& one) {
    Drift drift;
    one.take("address", drift.address);
    one.take("type", drift.type);
    one.take("identity", drift.identity);
    drift.source = source_from(one, "source");
    one.take("missing", drift.missing);
    one.take("why", drift.why);
    one.each("differences", [&](const Reader& difference) { drift.differences.push_back(difference_from(difference)); });
    one.take_number("since", drift.since);
    one.take("in_step", drift.in_step);
    plan.drift.push_back(std::move(drift));
  });
  in.each("checks", [&](const Reader& one) {
    event::CheckJudged check;
    one.take("name", check.name);
    one.take("messages", check.messages);
    one.take_number("unjudged", check.unjudged);
    auto at = source_from(one, "source");
    check.file = std::move(at.file);
    check.line = at.line;
    plan.checks.push_back(std::move(check));
  });
  in.take("kept", plan.kept);
  in.take_number("unchanged", plan.unchanged);
  in.take_number("resources_read", plan.resources_read);
  in.take_number("api_calls", plan.api_calls);
  in.take_number("read_ms", plan.read_ms);
  in.take_number("ignored_differences", plan.ignored_differences);
  in.take_number("filled_in", plan.filled_in);
  in.take("only", plan.only);
  in.take("except", plan.except);
  in.take("replace", plan.replace);
  return plan;
}

}  // namespace weft::plan
