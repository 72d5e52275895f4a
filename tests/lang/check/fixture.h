// Everything that checking needs, from memory: fake schemas, modules by path, the real function library.
#pragma once

#include <algorithm>
#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/base/check.h"
#include "lang/check/check.h"
#include "lang/diag/diagnostic.h"
#include "lang/diag/render.h"
#include "lang/syntax/parse.h"
#include "stdlib/functions/library.h"

namespace weft::check::test {

class FakeSchemas : public SchemaSource {
 public:
  // Attributes as members of an object type: "CidrBlock: string, Tags: list<any>". `kinds` holds r (resource), l (lookup).
  void add(const std::string& name, const std::string& required, const std::string& optional, const std::string& computed,
           std::string_view kinds = "rl") {
    const auto members = [](const std::string& text, bool may_be_left_out) {
      const Type object = type_from_text("{ " + text + " }");
      std::vector<Member> result(object.members().begin(), object.members().end());
      for (Member& member : result) {
        if (!may_be_left_out) continue;
        member.may_be_left_out = true;
        if (!member.type.is(TypeKind::kAny)) member.type = member.type.with_optional();
      }
      return result;
    };
    const auto join = [](std::vector<Member> a, const std::vector<Member>& b) {
      a.insert(a.end(), b.begin(), b.end());
      return a;
    };
    ResourceType type;
    type.name = name;
    type.is_resource = kinds.find('r') != std::string_view::npos;
    type.is_lookup = kinds.find('l') != std::string_view::npos;
    const auto needed = members(required, false);
    const auto more = members(optional, true);
    const auto given = members(computed, false);
    type.written = Type::object(join(needed, more), name);
    type.filters = Type::object(members(required + (required.empty() || optional.empty() ? "" : ", ") + optional, true), name);
    auto read = join(join(needed, more), given);
    for (Member& member : read) member.may_be_left_out = false;
    type.read = Type::object(read, name);
    for (const Member& member : needed) type.attributes.push_back({member.name, {}, false});
    for (const Member& member : more) type.attributes.push_back({member.name, {}, false});
    for (const Member& member : given) type.attributes.push_back({member.name, {}, true});
    types_[name] = std::move(type);
  }
  void add_provider(const std::string& name, const std::string& settings, const FunctionTable* functions = nullptr) {
    const Type object = type_from_text("{ " + settings + " }");
    std::vector<Member> members(object.members().begin(), object.members().end());
    for (Member& member : members) {
      member.may_be_left_out = true;
      if (!member.type.is(TypeKind::kAny)) member.type = member.type.with_optional();
    }
    providers_[name] = ProviderType{name, Type::object(std::move(members)), functions};
  }

  [[nodiscard]] auto find(std::string_view type_name) const -> const ResourceType* override {
    const auto found = types_.find(type_name);
    return found == types_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] auto provider(std::string_view name) const -> const ProviderType* override {
    const auto found = providers_.find(name);
    return found == providers_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] auto type_names() const -> std::vector<std::string_view> override {
    std::vector<std::string_view> names;
    for (const auto& [name, type] : types_) names.push_back(name);
    return names;
  }
  [[nodiscard]] auto provider_names() const -> std::vector<std::string_view> override {
    std::vector<std::string_view> names;
    for (const auto& [name, type] : providers_) names.push_back(name);
    return names;
  }

 private:
  std::map<std::string, ResourceType, std::less<>> types_;
  std::map<std::string, ProviderType, std::less<>> providers_;
};

inline auto provider_functions() -> const FunctionTable& {
  static const Function kTags{
      .name = "aws.tags",
      .signature = "(tags: map<string>) -> list<{ Key: string, Value: string }>",
      .text = "Tags in AWS's own form.",
      .example = "aws.tags({ a = \"1\" })",
      .result = "[{ Key = \"a\", Value = \"1\" }]",
      .run = [](const Arguments& arguments) -> Result<Value> {
        std::vector<Value> tags;
        for (const Field& field : arguments[0].fields()) {
          tags.push_back(Value::object({{"Key", Value::string(field.key)}, {"Value", field.value}}));
        }
        return Value::list(std::move(tags));
      }};
  static const FunctionTable table({&kTags});
  return table;
}

inline auto library_table() -> const FunctionTable& {
  static const FunctionTable table(functions::library());
  return table;
}

inline void add_small_types(FakeSchemas& schemas) {
  schemas.add_provider("aws", "region: string, role: string, token: secret string", &provider_functions());
  schemas.add_provider("local", "");
  schemas.add_provider("k8s", "cluster: any");
  const std::string tags = "Tags: list<{ Key: string, Value: string }>";
  schemas.add("aws.ec2.VPC", "CidrBlock: string",
              "EnableDnsHostnames: bool, InstanceTenancy: \"default\" | \"dedicated\" | \"host\", " + tags, "VpcId: string");
  schemas.add("aws.ec2.Subnet", "VpcId: string",
              "CidrBlock: string, AvailabilityZone: string, Ipv6: set<string>, Weight: int, " + tags, "SubnetId: string");
  schemas.add("local.File", "path: string",
              "content: string, mode: string, labels: map<string>, secret_content: secret string, size: size, age: duration, "
              "options: { replicas: int?, list?: list<{ name: string, image?: string }> }",
              "sha256: string");
  schemas.add("k8s.core.v1.Pod", "metadata: { name: string, annotations?: map<string> }",
              "spec: { containers?: list<{ name: string, image?: string, imagePullPolicy?: \"Always\" | \"IfNotPresent\" | "
              "\"Never\" }> }",
              "status: any");
  schemas.add("local.Command", "run: list<string>", "", "output: any", "l");
  schemas.add("local.RandomId", "", "bytes: int", "hex: string", "r");
}

using Files = std::vector<std::pair<std::string, std::string>>;  // name → text

// One folder, checked; and those that it uses, from `folders`.
class Checked : public ModuleSource {
 public:
  explicit Checked(const Files& files, std::map<std::string, Files> folders = {},
                   void (*types)(FakeSchemas&) = add_small_types)
      : surroundings{sources, library_table(), schemas, *this, true}, folders_(std::move(folders)) {
    types(schemas);
    module.folder = "/fabric";
    check_files(files, module, true);
    problems.sort(sources);
  }
  Checked(const Checked&) = delete;
  auto operator=(const Checked&) -> Checked& = delete;
  explicit Checked(std::string_view text) : Checked(Files{{"main.fabric", std::string(text)}}) {}

  auto load(const Module& user, std::string_view source, Range range, bool quiet) -> const Module* override {
    (void)user;
    (void)range;
    const auto known = loaded_.find(source);
    if (known != loaded_.end()) return known->second.get();
    const auto folder = folders_.find(std::string(source));
    if (folder == folders_.end()) {
      CHECK(quiet);  // a test names a folder that it does not bring
      return nullptr;
    }
    auto made = std::make_unique<Module>();
    made->shown = std::string(source.starts_with("./") ? source.substr(2) : source);
    check_files(folder->second, *made, source.starts_with("../"));
    return loaded_.emplace(std::string(source), std::move(made)).first->second.get();
  }

  [[nodiscard]] auto codes() const -> std::vector<std::string> {
    std::vector<std::string> result;
    for (const Diagnostic& problem : problems.all()) result.emplace_back(problem.code);
    return result;
  }
  // "E0102 main.fabric:5:26 nothing here is called `x` | did you mean `y`?": one line each.
  [[nodiscard]] auto text() const -> std::string {
    std::string result;
    for (const Diagnostic& problem : problems.all()) {
      result += std::string(problem.code) + " " + sources.where(problem.range) + " " + problem.message;
      if (!problem.label.empty()) result += " | " + problem.label;
      for (const std::string& help : problem.help) result += " = " + help;
      result += "\n";
    }
    return result;
  }
  [[nodiscard]] auto drawn() const -> std::string { return render_text(sources, problems.all(), {}); }
  // The text of the first file after the first fix that the first diagnostic offers.
  [[nodiscard]] auto fixed() const -> std::string {
    for (const Diagnostic& problem : problems.all()) {
      if (problem.fixes.empty()) continue;
      const Edit& first = problem.fixes.front().edits.front();
      std::string result(sources.text(first.range.file));
      auto edits = problem.fixes.front().edits;
      std::ranges::sort(edits, [](const Edit& a, const Edit& b) { return a.range.begin > b.range.begin; });
      for (const Edit& edit : edits) result.replace(edit.range.begin, edit.range.end - edit.range.begin, edit.new_text);
      return result;
    }
    return {};
  }
  [[nodiscard]] auto get(std::string_view name) const -> const Declaration& {
    const auto found = module.names.find(name);
    CHECK(found != module.names.end());
    return module.declarations[found->second];
  }
  [[nodiscard]] auto output(std::string_view name) const -> const Declaration& {
    const auto found = module.outputs.find(name);
    CHECK(found != module.outputs.end());
    return module.declarations[found->second];
  }

  SourceMap sources;
  DiagSink problems;
  FakeSchemas schemas;
  Surroundings surroundings;
  Module module;

 private:
  void check_files(const Files& files, Module& into, bool root) {
    std::vector<const syntax::Tree*> trees;
    for (const auto& [name, text] : files) {
      const FileId file = sources.add(name, text);
      trees_.push_back(syntax::parse_file(sources, file, problems));
      trees.push_back(&trees_.back());
      into.files.push_back(name);
    }
    Surroundings own{sources, surroundings.functions, schemas, *this, root};
    check_module(trees, own, into, problems);
  }

  std::map<std::string, Files> folders_;
  std::deque<syntax::Tree> trees_;
  std::map<std::string, std::unique_ptr<Module>, std::less<>> loaded_;
};

inline auto example(std::string_view name) -> std::string {
  std::ifstream file(std::string(WEFT_SOURCE_DIR) + "/tests/lang/examples/" + std::string(name));
  CHECK(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace weft::check::test
