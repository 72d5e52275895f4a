// weft console: expressions evaluated against inputs and recorded values.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/ops/apply_run.h"
#include "lang/syntax/parse.h"

namespace weft::ops {

namespace {

// What every unknown in the value comes from: "size", "nat[a].NatGatewayId".
void add_origins(const Value& value, std::set<std::string, std::less<>>& origins) {
  if (!value.has_unknown()) return;
  if (value.is_unknown()) origins.emplace(value.facts().origin.view());
  if (value.is(ValueKind::kObject)) {
    for (const Field& field : value.fields()) add_origins(field.value, origins);
  } else if (value.is(ValueKind::kList) || value.is(ValueKind::kSet)) {
    for (const Value& element : value.elements()) add_origins(element, origins);
  }
}

class FabricConsole : public Console {
 public:
  FabricConsole(World& world, Reported& reported) : workspace_(world, reported) {}

  auto start(const InputSources& inputs) -> bool {
    // An input without a value is missed by what needs it, when that is asked for.
    if (!workspace_.open_fabric(inputs, nullptr, true) || !workspace_.open_state(false)) return false;
    lacking_ = std::exchange(workspace_.lacking, {});
    // What the state knows; nothing is read from the world.
    auto made = workspace_.make_plan(plan::Options{.refresh = plan::Refresh::kNone});
    if (lacking_.empty()) return made.has_value() && workspace_.clean();
    // What went wrong may have gone wrong without them only.
    (void)workspace_.problems.take();
    if (made) return true;
    workspace_.reported.failure.reset();
    workspace_.lacking = lacking_;
    workspace_.report_lacking();
    return false;
  }
  void finish() { workspace_.finish(); }

  auto evaluate(const std::string& text) -> Answer override {
    Answer answer;
    answer.sources = workspace_.reported.sources;
    FileId file = answer.sources->add("console", text);
    size_t before = workspace_.problems.errors();
    auto tree = syntax::parse_expression(*answer.sources, file, workspace_.problems);
    if (workspace_.problems.errors() == before) {
      uint32_t slots = 0;
      auto expr = check::check_expression(tree, tree.root, Type::any(), workspace_.fabric->root(), workspace_.fabric->surroundings(true), slots, workspace_.problems);
      if (expr != nullptr && workspace_.problems.errors() == before) {
        answer.type = expr->type;
        answer.value = workspace_.planner->evaluate(*expr, slots);
        if (answer.value && lacks(*answer.value)) answer.value.reset();
      }
    }
    answer.diagnostics = workspace_.problems.take();
    return answer;
  }

  [[nodiscard]] auto names() const -> std::vector<std::string> override {
    std::vector<std::string> names;
    for (const auto& [name, id] : workspace_.fabric->root()->names) names.push_back(name);
    return names;
  }

 private:
  // Whether it is not known for want of inputs, which are told.
  auto lacks(const Value& value) -> bool {
    std::set<std::string, std::less<>> origins;
    add_origins(value, origins);
    for (const check::Declaration* input : lacking_) {
      bool wanted = std::ranges::any_of(origins, [&](std::string_view origin) { return origin.substr(0, origin.find_first_of(".[")) == input->name; });
      if (wanted) workspace_.lacking.push_back(input);
    }
    workspace_.report_lacking();
    return !std::exchange(workspace_.lacking, {}).empty();
  }

  Workspace workspace_;
  std::vector<const check::Declaration*> lacking_;  // inputs without a value
};

// Owns what the workspace reports into; it must not move.
class OwnedConsole : public Console {
 public:
  explicit OwnedConsole(World& world) : console_(world, reported_) {}
  auto start(const InputSources& inputs) -> bool {
    bool ok = console_.start(inputs);
    console_.finish();
    return ok;
  }
  auto evaluate(const std::string& text) -> Answer override { return console_.evaluate(text); }
  [[nodiscard]] auto names() const -> std::vector<std::string> override { return console_.names(); }
  [[nodiscard]] auto reported() const -> const Reported& { return reported_; }

 private:
  Reported reported_;
  FabricConsole console_;
};

}  // namespace

auto Console::open(World& world, const InputSources& inputs) -> std::pair<std::unique_ptr<Console>, Reported> {
  auto console = std::make_unique<OwnedConsole>(world);
  bool ok = console->start(inputs);
  Reported reported = console->reported();
  if (!ok) return {nullptr, std::move(reported)};
  return {std::move(console), std::move(reported)};
}

}  // namespace weft::ops
