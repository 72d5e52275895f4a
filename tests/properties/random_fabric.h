// Fabrics that nobody wrote: modules in modules, `for`, `if`, stages, secrets, commands, and values that go from one to the
// next. A seed always gives the same one.
#pragma once

#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace weft::test {

class RandomFabric {
 public:
  // With `drawn`, some values differ each time that they are made: ids and passwords.
  RandomFabric(unsigned seed, bool drawn) : chance_(seed), drawn_(drawn) { write_root(); }

  // Path → text.
  [[nodiscard]] auto files() const -> const std::map<std::string, std::string>& { return files_; }
  // What is declared in the root module.
  [[nodiscard]] auto names() const -> const std::vector<std::string>& { return names_; }

 private:
  auto below(unsigned limit) -> unsigned { return static_cast<unsigned>(chance_() % limit); }
  template <typename T>
  auto one_of(const std::vector<T>& all) -> const T& {
    return all[below(static_cast<unsigned>(all.size()))];
  }

  static auto command(std::string_view name, std::string_view file, std::string_view input) -> std::string {
    return fmt::format(R"(
resource {0}: local.Command {{
  create     = "cat > {1}"
  update     = "cat > {1}"
  remove     = "rm -f {1}"
  input      = {{ of = {2} }}
  idempotent = true
}}
)",
                       name, file, input);
  }

  auto write_module(int depth) -> int {
    int number = modules_++;
    std::string text = "input name: string\ninput n: int = 2\ninput on: bool = true\ninput word: secret string = secret(\"a default\")\n"
                       "resource dir: local.Directory { path = \"out/${name}\" }\n";
    std::string given = "${name}";
    for (unsigned i = 0, count = 1 + below(4); i < count; ++i) {
      switch (below(5)) {
        case 0:
          text += fmt::format("resource f{0}: local.File for i in range(n) {{\n  path = \"${{dir.path}}/f{0}-${{i}}.txt\"\n  content = \"${{name}} ${{i}}\"\n}}\n", i);
          given += fmt::format(" ${{string.join([for k, one in f{}: one.sha256], \",\")}}", i);
          break;
        case 1:
          text += fmt::format("resource d{}: local.Data for k in [\"a\", \"b\"] {{ value = \"${{name}}-${{k}}-{}\" }}\n", i, below(9));
          given += fmt::format(" ${{d{}[\"a\"].value}}", i);
          break;
        case 2:
          text += fmt::format("resource s{0}: local.File if on {{\n  path = \"${{dir.path}}/s{0}.txt\"\n  content = word\n}}\n", i);
          break;
        case 3:
          text += command(fmt::format("c{}", i), fmt::format("${{dir.path}}/c{}", i), "n");
          given += fmt::format(" ${{c{}.exit_code}}", i);
          break;
        default:
          text += fmt::format("resource i{0}: local.File if on and n > 1 {{\n  path = \"${{dir.path}}/i{0}.txt\"\n  content = \"${{n}}\"\n}}\n", i);
          given += fmt::format(" ${{i{}?.path ?? \"none\"}}", i);
      }
    }
    if (depth < 2 && below(5) < 3) {
      int inner = write_module(depth + 1);
      text += fmt::format("use inside from \"../m{}\"\n", inner);
      text += below(2) == 0 ? "module inner: inside for q in [\"x\", \"y\"] {\n  name = \"${name}_${q}\"\n  n = n\n  word = word\n}\n"
                            : "module inner: inside if on {\n  name = \"${name}_in\"\n}\n";
    }
    files_[fmt::format("m{}/main.fabric", number)] = text + "output all = \"" + given + "\"\n";
    return number;
  }

  void write_root() {
    std::string text = "fabric \"random\" {}\ninput level: int = 3\ninput pass: secret string = secret(\"hush hush\")\n";
    for (int i = 0; i < 2; ++i) {
      int number = write_module(0);
      text += fmt::format("use kind{} from \"./m{}\"\n", i, number);
    }
    for (unsigned i = 0, count = 5 + below(5); i < count; ++i) text += declaration(fmt::format("r{}", i));
    for (int i = 0; i < 3; ++i) text += fmt::format("output o{} = {}\n", i, one_of(values_));
    files_["main.fabric"] = std::move(text);
  }

  // Each may use what those above it give.
  auto declaration(const std::string& name) -> std::string {
    const std::string value = one_of(values_);
    names_.push_back(name);
    switch (below(10)) {
      case 0:
      case 1: return instance(name);
      case 2:
        values_.push_back(name + ".sha256");
        return fmt::format("resource {0}: local.File {{\n  path = \"out/{0}.txt\"\n  content = \"{0} ${{{1}}}\"\n}}\n", name, value);
      case 3:
        values_.push_back(name + ".value.v");
        return fmt::format("resource {}: local.Data {{ value = {{ v = {}, n = {} }} }}\n", name, value, below(9));
      case 4:
        values_.push_back(name + "[\"v\"].path");
        return fmt::format("resource {0}: local.File for k in [\"u\", \"v\", \"w\"] {{\n  path = \"out/{0}-${{k}}.txt\"\n  content = \"${{k}} ${{{1}}}\"\n}}\n", name, value);
      case 5:
        values_.push_back(fmt::format("({}?.sha256 ?? \"no\")", name));
        return fmt::format("resource {0}: local.File if level > {1} {{\n  path = \"out/{0}.txt\"\n  content = {2}\n}}\n", name, 1 + below(5), value);
      case 6: return stage(name, value);
      case 7:
        names_.push_back(name + "f");
        return fmt::format("resource {0}: {1}\nresource {0}f: local.File {{\n  path = \"out/{0}.secret\"\n  content = {0}.{2}\n}}\n", name,
                           drawn_ ? "local.RandomPassword { length = 14 }" : "local.Data { value = pass }", drawn_ ? "result" : "value");
      case 8:
        values_.push_back(name + "[\"a\"].value[1]");
        return fmt::format("let of_{0} = {{ a = 1, b = 2 }}\nresource {0}: local.Data for k, v in of_{0} {{ value = [v, {1}] }}\n", name, value);
      default:
        values_.push_back(fmt::format("\"${{{}.exit_code}}\"", name));
        return command(name, fmt::format("out/{}.cmd", name), value);
    }
  }

  auto instance(const std::string& name) -> std::string {
    unsigned shape = below(3);
    const char* heads[] = {"", " for k in [\"p\", \"q\"]", " if level > 2"};
    std::string text = fmt::format("module {0}: kind{1}{2} {{\n  name = \"{0}{3}\"\n  n = {4}\n  on = {5}\n  word = pass\n}}\n", name, below(2), heads[shape],
                                   shape == 1 ? "-${k}" : "", 1 + below(3), one_of(std::vector<std::string>{"true", "false", "level > 5"}));
    if (shape == 0) values_.push_back(name + ".all");
    else if (shape == 1) values_.push_back(fmt::format("string.join([for k, one in {}: one.all], \"/\")", name));
    else values_.push_back(fmt::format("({}?.all ?? \"off\")", name));
    return text;
  }

  // Its keys are known only once something has been made.
  auto stage(const std::string& name, const std::string& value) -> std::string {
    std::string of = "of_" + name;
    names_.push_back(of);
    values_.push_back(fmt::format("string.join([for k, one in {}: one.path], \"+\")", name));
    std::string made = drawn_ ? fmt::format("resource {}: local.RandomPet {{ words = 2 }}\n", of)
                              : fmt::format("resource {0}: local.File {{\n  path = \"out/{0}\"\n  content = \"x\"\n}}\n", of);
    std::string keys = drawn_ ? fmt::format("string.split({}.id, \"-\")", of) : fmt::format("[string.slice({}.sha256, 0, 2), \"k\"]", of);
    return made + fmt::format("resource {0}: local.File for w in {1} {{\n  path = \"out/{0}-${{w}}.txt\"\n  content = \"${{w}} ${{{2}}}\"\n}}\n", name, keys, value);
  }

  std::mt19937 chance_;
  bool drawn_;
  int modules_ = 0;
  std::map<std::string, std::string> files_;
  std::vector<std::string> names_, values_{"\"nothing\""};
};

}  // namespace weft::test
