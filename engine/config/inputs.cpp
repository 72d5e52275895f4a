#include "engine/config/inputs.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <set>

#include <fmt/core.h>

#include "engine/config/diags.h"
#include "engine/config/file_functions.h"
#include "engine/config/hidden_source.h"
#include "lang/base/text.h"
#include "lang/os/descriptor.h"
#include "lang/os/errors.h"
#include "lang/os/signals.h"
#include "lang/syntax/literals.h"
#include "lang/syntax/parse.h"
#include "lang/value/json.h"

namespace weft::config {

namespace fs = std::filesystem;

auto ConstantScope::given(std::string_view name) -> Value {
  return Value::string(name == "fabric.env" ? environment_ : module_.fabric_name);
}

namespace {

// Of what a decoder quotes the signs of its language stay; words may be secrets.
auto without_words(std::string_view text) -> std::string {
  auto is_sign = [](char c) { return static_cast<unsigned char>(c) < 0x80 && c > 0x20 && !std::isalnum(static_cast<unsigned char>(c)); };
  std::string out;
  for (size_t at = 0; at < text.size();) {
    char quote = text[at];
    size_t close = quote == '`' || quote == '"' ? at + 1 : text.size();
    while (close < text.size() && text[close] != quote) close += text[close] == '\\' && quote == '"' ? 2 : 1;
    if (close >= text.size()) {
      out += text[at++];
      continue;
    }
    auto inside = text.substr(at + 1, close - at - 1);
    out += quote;
    out += std::ranges::all_of(inside, is_sign) ? inside : "…";
    out += quote;
    at = close + 1;
  }
  return out;
}

// What is named on the command line may be a pipe too, such as `<(…)` of a shell. A pipe is waited for, until a signal comes.
auto read_given(const std::string& path) -> Result<std::string> {
  constexpr size_t kMost = 16u << 20;
  constexpr int kLookEvery = 200;  // milliseconds: a signal may come before the wait begins
  std::error_code error;
  auto status = fs::status(path, error);
  if (error || !(fs::is_fifo(status) || fs::is_character_file(status))) return read_text(path);
  Descriptor fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.valid()) return fail(Code::kDenied, os_error_text(errno));
  std::string text;
  std::vector<char> part(1 << 16);
  while (text.size() <= kMost) {
    pollfd ready{.fd = fd.get(), .events = POLLIN, .revents = 0};
    int count = ::poll(&ready, 1, kLookEvery);
    if (stop_signal() != 0) return fail(Code::kCancelled, "stopped while it was waited for");
    if (count <= 0) continue;
    ssize_t got = ::read(fd.get(), part.data(), part.size());
    if (got == 0) return text;
    if (got > 0) text.append(part.data(), static_cast<size_t>(got));
    else if (errno != EAGAIN && errno != EINTR) return fail(Code::kUnavailable, os_error_text(errno));
  }
  return fail(Code::kInvalid, fmt::format("it is larger than {} MiB", kMost >> 20));
}

// A file calls no function.
auto without_function(std::string_view text) -> std::string_view {
  constexpr std::string_view kDecode = "`yaml.decode`: ";
  return text.starts_with(kDecode) ? text.substr(kDecode.size()) : text;
}

class Gather {
 public:
  Gather(Fabric& fabric, const GivenInputs& given, DiagSink& problems, WronglyGiven& wrong)
      : fabric_(fabric),
        given_(given),
        problems_(problems),
        wrong_(wrong),
        functions_(fabric.folder(), fabric.folder(), read_,
                   [](auto, auto, const Value&) -> Result<Value> {
                     return fail(Code::kUnsupported, "templates cannot be used here");
                   }),
        scope_(*fabric.root(), given.environment, functions_) {}

  auto run() -> std::map<std::string, InputValue, std::less<>> {
    auto folder = fs::path(fabric_.folder());
    optional_file((folder / "weft.inputs").string(), "weft.inputs");
    auto own = given_.environment + ".inputs";
    optional_file((folder / own).string(), own);
    for (const auto& file : given_.files) {
      auto path = fs::path(file).is_absolute() ? file : (folder / file).string();
      auto text = read_given(path);
      if (!text) {
        Report(problems_, {}, diags::UnreadableFile, {fmt::format("`{}`", file), text.error().text});
        wrong_.any = true;
        continue;
      }
      whole_file(file, std::move(*text));
    }
    if (given_.variables != nullptr) {
      for (const auto& [name, text] : *given_.variables) {
        if (!name.starts_with("WEFT_INPUT_")) continue;
        auto input = name.substr(11);
        const auto* declaration = find(input);
        if (declaration == nullptr) {
          Report(problems_, {}, diags::UnknownInputInEnvironment, {input});
          continue;
        }
        one_text(*declaration, text, name);
      }
    }
    for (const auto& [name, text] : given_.sets) {
      const auto* declaration = find(name);
      if (declaration == nullptr) {
        unknown(name, {}, "--set", problems_);
        continue;
      }
      one_text(*declaration, text, "--set " + name);
    }
    return std::move(values_);
  }

 private:
  auto find(std::string_view name) const -> const check::Declaration* {
    const auto& root = *fabric_.root();
    auto found = root.names.find(name);
    if (found == root.names.end()) return nullptr;
    const auto& declaration = root.declarations[found->second];
    return declaration.kind == check::DeclarationKind::kInput ? &declaration : nullptr;
  }

  void unknown(const std::string& name, Range range, const std::string& source, DiagSink& problems) {
    std::vector<std::string> names;
    for (const auto& declaration : fabric_.root()->declarations) {
      if (declaration.kind == check::DeclarationKind::kInput) names.push_back(declaration.name);
    }
    Report report(problems, range, diags::UnknownInput, {name});
    auto near = nearest(name, std::span<const std::string>(names));
    if (!near.empty()) {
      if (range.valid()) report.fix(range, std::string(near));
      report.label(fmt::format("did you mean `{}`?", near));
      if (!range.valid()) report.help(fmt::format("did you mean `{}`?", near));
    }
    if (!range.valid()) report.help(fmt::format("given by {}", source));
  }

  void store(const check::Declaration& input, const Value& value, Range range, std::string source, DiagSink& problems) {
    if (value.is_null() && input.value != nullptr) {  // null for an input with a default means the default
      values_.erase(input.name);
      return;
    }
    auto [converted, problem] = convert(value, input.declared);
    if (!converted) {
      wrong_.names.insert(input.name);
      // No line of a file that holds a secret is quoted.
      Report(problems, input.secret ? Range{} : range, diags::WrongInput,
             {input.name, input.secret ? "it does not have the type " + input.declared.text() : problem})
          .note(input.name_range, fmt::format("declared here as {}", input.declared.text()))
          .help(fmt::format("given by {}", source));
      return;
    }
    values_[input.name] = InputValue{input.secret ? converted->as_secret() : *converted, range, std::move(source)};
  }

  void optional_file(const std::string& path, const std::string& name) {
    std::error_code error;
    if (!fs::exists(path, error)) return;
    auto text = read_text(path);
    if (!text) {
      Report(problems_, {}, diags::UnreadableFile, {fmt::format("`{}`", name), text.error().text});
      wrong_.any = true;
      return;
    }
    fabric_file(name, std::move(*text));
  }

  void whole_file(const std::string& name, std::string text) {
    auto dot = name.rfind('.');
    auto ending = dot == std::string::npos ? std::string() : name.substr(dot + 1);
    if (ending == "json" || ending == "yaml" || ending == "yml") return document(name, ending, text);
    fabric_file(name, std::move(text));
  }

  void document(const std::string& name, const std::string& ending, const std::string& text) {
    Result<Value> value = fail(Code::kUnsupported, "no YAML here");
    if (ending == "json") {
      value = from_json(text);
    } else if (const auto* decode = fabric_.functions().find("yaml.decode")) {
      Value argument = Value::string(text);
      value = decode->function->run(Arguments{std::span(&argument, 1), functions_});
    }
    if (value && !value->is(ValueKind::kObject)) value = fail(Code::kInvalid, "it holds no mapping of names to values");
    if (!value) {
      Report(problems_, {}, diags::BadInputsFile, {fmt::format("`{}`", name), without_words(without_function(value.error().text))});
      wrong_.any = true;
      return;
    }
    for (const Field& field : value->fields()) {
      const auto* input = find(field.key);
      if (input == nullptr) unknown(field.key.str(), {}, name, problems_);
      else store(*input, field.value, {}, name, problems_);
    }
  }

  void fabric_file(const std::string& name, std::string text) {
    FileId file = fabric_.sources().add(name, std::move(text));
    DiagSink found;
    std::set<std::string, std::less<>> keys;
    entries_of(file, name, found, keys);
    auto is_name = [&](std::string_view word) { return find(word) != nullptr || keys.contains(word); };
    hide_source(fabric_.sources(), file, is_name, found, problems_);
  }

  void entries_of(FileId file, const std::string& name, DiagSink& problems, std::set<std::string, std::less<>>& seen) {
    auto tree = syntax::parse_inputs(fabric_.sources(), file, problems);
    if (problems.errors() != 0) {
      wrong_.any = true;
      return;
    }
    for (auto entry : tree.children(tree.root)) {
      if (tree.kind(entry) != syntax::NodeKind::kAttribute) continue;
      auto key = tree.child(entry, 0);
      auto input_name = std::string(tree.text(key));
      if (!seen.insert(input_name).second) {
        Report(problems, tree.range(key), diags::DuplicateInput, {input_name});
        continue;
      }
      const auto* input = find(input_name);
      if (input == nullptr) {
        unknown(input_name, tree.range(key), name, problems);
        continue;
      }
      if (auto value = constant(tree, tree.child(entry, 1), *input, problems)) {
        store(*input, *value, tree.range(tree.child(entry, 1)), fabric_.sources().where(tree.range(entry)), problems);
      }
    }
  }

  // A text that fits a string input is taken as it is, else it is a constant expression. Where null is a value that the
  // input may have, the word means that.
  void one_text(const check::Declaration& input, const std::string& text, const std::string& source) {
    if (trim(text) == "null" && (input.declared.optional() || input.value != nullptr)) {
      auto [plain, ignored] = convert(Value::string("null"), input.declared);
      if (input.declared.optional() || !plain) return store(input, Value(), {}, source, problems_);
    }
    auto [as_text, problem] = convert(Value::string(text), input.declared);
    if (as_text) return store(input, Value::string(text), {}, source, problems_);
    FileId file = fabric_.sources().add(source, text);
    DiagSink unsaid;
    DiagSink& problems = input.secret ? unsaid : problems_;
    size_t before = problems.errors();
    auto tree = syntax::parse_expression(fabric_.sources(), file, problems);
    if (problems.errors() == before && !input.secret && tree.kind(tree.root) == syntax::NodeKind::kReference) {
      // A bare word is meant as a text, and texts do not fit.
      wrong_.names.insert(input.name);
      Report(problems, tree.range(tree.root), diags::WrongInput, {input.name, problem.substr(0, problem.find(';'))})
          .note(input.name_range, fmt::format("declared here as {}", input.declared.text()));
    } else if (problems.errors() == before) {
      if (auto value = constant(tree, tree.root, input, problems_)) store(input, *value, tree.range(tree.root), source, problems_);
    } else {
      wrong_.names.insert(input.name);
      if (input.secret) wrong_secret(input, source, problems_);
    }
  }

  // What is wrong with a secret cannot be shown at its place.
  void wrong_secret(const check::Declaration& input, const std::string& source, DiagSink& problems) {
    Report(problems, {}, diags::WrongInput, {input.name, "it is no value of the type " + input.declared.text()})
        .note(input.name_range, fmt::format("declared here as {}", input.declared.text()))
        .help(fmt::format("given by {}", source));
  }

  auto constant(const syntax::Tree& tree, syntax::NodeId node, const check::Declaration& input, DiagSink& said) -> std::optional<Value> {
    uint32_t slots = 0;
    DiagSink unsaid;
    DiagSink& problems = input.secret ? unsaid : said;
    size_t before = problems.errors();
    if (tree.kind(node) == syntax::NodeKind::kNull) return Value();
    auto expr = check::check_expression(tree, node, input.declared, nullptr, fabric_.surroundings(true), slots, problems, input.name);
    std::optional<Value> value;
    if (expr != nullptr && problems.errors() == before) {
      std::vector<Value> frame(slots);
      eval::Evaluator evaluator(fabric_.sources(), problems);
      value = evaluator.evaluate(*expr, scope_, frame);
    }
    if (!value) wrong_.names.insert(input.name);
    if (!value && input.secret) wrong_secret(input, fabric_.sources().where(tree.range(node)), said);
    return value;
  }

  Fabric& fabric_;
  const GivenInputs& given_;
  DiagSink& problems_;
  WronglyGiven& wrong_;
  FilesRead read_;
  FileFunctions functions_;
  ConstantScope scope_;
  std::map<std::string, InputValue, std::less<>> values_;
};

}  // namespace

auto gather_inputs(Fabric& fabric, const GivenInputs& given, DiagSink& problems, WronglyGiven* wrong)
    -> std::map<std::string, InputValue, std::less<>> {
  WronglyGiven unused;
  return Gather(fabric, given, problems, wrong == nullptr ? unused : *wrong).run();
}

}  // namespace weft::config
