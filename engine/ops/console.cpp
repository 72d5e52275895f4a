// weft console: expressions evaluated against inputs and recorded values.
#include "engine/ops/apply_run.h"
#include "lang/syntax/parse.h"

namespace weft::ops {

namespace {

class FabricConsole : public Console {
 public:
  FabricConsole(World& world, Reported& reported) : workspace_(world, reported) {}

  auto start(const InputSources& inputs) -> bool {
    if (!workspace_.open_fabric(inputs) || !workspace_.open_state(false)) return false;
    // What the state knows; nothing is read from the world.
    auto made = workspace_.make_plan(plan::Options{.refresh = plan::Refresh::kNone});
    return made.has_value() && workspace_.clean();
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
  Workspace workspace_;
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
