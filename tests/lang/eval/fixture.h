// A checked fabric whose resources have the values that a test gives them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lang/eval/eval.h"
#include "tests/lang/check/fixture.h"

namespace weft::eval::test {

using check::Declaration;
using check::DeclarationKind;
using check::test::Checked;
using check::test::Files;

// Two small files in a folder of nothing else.
class FewFiles : public FunctionContext {
 public:
  auto read_file(std::string_view path) -> Result<std::string> override {
    if (path == "notes.txt") return std::string("hello\n");
    if (path == "greeting.tmpl") return std::string("hello, ${name}\n");
    return fail(Code::kNotFound, "there is no file " + std::string(path));
  }
  auto file_exists(std::string_view path) -> Result<bool> override { return path == "notes.txt"; }
  auto glob(std::string_view) -> Result<std::vector<std::string>> override {
    return std::vector<std::string>{"notes.txt"};
  }
  auto absolute_path(std::string_view path) -> Result<std::string> override { return "/fabric/" + std::string(path); }
  auto render_template(std::string_view name, std::string_view text, const Value& names) -> Result<Value> override {
    SourceMap sources;
    DiagSink problems;
    const FileId file = sources.add(std::string(name), std::string(text));
    const auto tree = syntax::parse_template(sources, file, problems);
    std::vector<std::pair<std::string, Type>> types;
    std::vector<Value> frame;
    for (const Field& field : names.fields()) {
      types.emplace_back(field.key.str(), type_of_value(field.value));
      frame.push_back(field.value);
    }
    Checked nothing("");
    uint32_t slots = 0;
    const check::Surroundings surroundings{sources, nothing.surroundings.functions, nothing.schemas, nothing, false};
    const auto expr = check::check_template(tree, types, surroundings, slots, problems);
    if (problems.errors() > 0) return fail(Code::kInvalid, problems.all().front().message);
    frame.resize(slots);
    class Empty : public Scope {
     public:
      Empty(FewFiles& files, const check::Module& module) : files_(files), module_(module) {}
      auto reference(const Declaration&) -> std::optional<Value> override { return std::nullopt; }
      auto instance(const Declaration&, const Value&, bool&) -> std::optional<Value> override { return std::nullopt; }
      auto keys(const Declaration&) -> std::optional<std::vector<Value>> override { return std::nullopt; }
      auto given(std::string_view) -> Value override { return {}; }
      auto self() -> Value override { return {}; }
      auto module() -> const check::Module& override { return module_; }
      auto functions() -> FunctionContext& override { return files_; }

     private:
      FewFiles& files_;
      const check::Module& module_;
    } scope(*this, nothing.module);
    auto value = Evaluator(sources, problems).evaluate(*expr, scope, frame);
    if (!value) return fail(Code::kInvalid, problems.all().empty() ? "it failed" : problems.all().front().message);
    return *value;
  }
};

class World : public Scope {
 public:
  explicit World(const std::string& text, Limits limits = {}) : World(Files{{"main.fabric", text}}, limits) {}
  explicit World(const Files& files, Limits limits = {}, std::map<std::string, Files> folders = {},
                 void (*types)(check::test::FakeSchemas&) = check::test::add_small_types)
      : checked(files, std::move(folders), types), evaluator(checked.sources, problems, limits) {}

  // Of inputs, resources, lookups and modules; collections are given by `instances`.
  void give(const std::string& name, Value value) { given_[name] = std::move(value); }
  void give_instances(const std::string& name, std::vector<std::pair<Value, Value>> instances) {
    instances_[name] = std::move(instances);
  }

  // The value of a `let` or output of that name.
  auto value(std::string_view name) -> std::optional<Value> {
    const auto found = checked.module.names.find(name);
    if (found != checked.module.names.end()) return reference(checked.module.declarations[found->second]);
    return evaluate(checked.output(name));
  }
  auto show(std::string_view name) -> std::string {
    const auto result = value(name);
    return result ? display_text(*result) : "failed";
  }
  auto evaluate(const Declaration& declaration) -> std::optional<Value> {
    std::vector<Value> frame(declaration.slots);
    return evaluator.evaluate(*declaration.value, *this, frame);
  }

  auto reference(const Declaration& declaration) -> std::optional<Value> override {
    asked.push_back(declaration.name);
    if (const auto known = given_.find(declaration.name); known != given_.end()) return known->second;
    if (const auto known = instances_.find(declaration.name); known != instances_.end()) {
      std::vector<Field> fields;
      for (const auto& [key, one] : known->second) fields.push_back({Text(display_key(key)), one});
      return Value::object(std::move(fields));
    }
    if (declaration.value == nullptr) return Value::null();
    auto result = evaluate(declaration);
    if (result) given_[declaration.name] = *result;
    return result;
  }
  auto instance(const Declaration& declaration, const Value& key, bool& failed) -> std::optional<Value> override {
    asked.push_back(declaration.name + "[" + display_key(key) + "]");
    failed = false;
    const auto known = instances_.find(declaration.name);
    if (known == instances_.end()) return std::nullopt;
    for (const auto& [one, value] : known->second) {
      if (one == key) return value;
    }
    return std::nullopt;
  }
  auto keys(const Declaration& declaration) -> std::optional<std::vector<Value>> override {
    std::vector<Value> result;
    for (const auto& [key, value] : instances_[declaration.name]) result.push_back(key);
    return result;
  }
  auto given(std::string_view name) -> Value override { return Value::string(name == "fabric.env" ? "default" : "t"); }
  auto self() -> Value override { return self_value; }
  auto module() -> const check::Module& override { return checked.module; }
  auto functions() -> FunctionContext& override { return files; }

  [[nodiscard]] auto codes() const -> std::vector<std::string> {
    std::vector<std::string> result;
    for (const Diagnostic& problem : problems.all()) result.emplace_back(problem.code);
    return result;
  }
  [[nodiscard]] auto text() const -> std::string {
    std::string result;
    for (const Diagnostic& problem : problems.all()) {
      result += std::string(problem.code) + " " + checked.sources.where(problem.range) + " `" +
                std::string(problem.range.valid() ? checked.sources.text(problem.range) : "") + "` " + problem.message;
      if (!problem.label.empty()) result += " | " + problem.label;
      result += "\n";
    }
    return result;
  }

  Checked checked;
  DiagSink problems;
  Evaluator evaluator;
  FewFiles files;
  Value self_value;
  std::vector<std::string> asked;

 private:
  static auto display_key(const Value& key) -> std::string {
    return key.is(ValueKind::kString) ? key.as_text().str() : display_text(key);
  }
  std::map<std::string, Value, std::less<>> given_;
  std::map<std::string, std::vector<std::pair<Value, Value>>, std::less<>> instances_;
};

inline auto unknown_of(Type type, std::string_view origin = "x", bool not_null = true) -> Value {
  return Value::unknown(Unknown{.type = std::move(type), .not_null = not_null, .origin = Text(origin)});
}

}  // namespace weft::eval::test
