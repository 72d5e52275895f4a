// weft docs: what a type, a function, an error code or a verb is.
#include <algorithm>

#include <fmt/format.h>

#include "engine/cli/diagnostics.h"
#include "engine/cli/help.h"
#include "engine/cli/language_words.h"
#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/view/docs_text.h"
#include "engine/view/json_text.h"
#include "engine/view/page.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::cli {

namespace {

// A message without what it is about: its holes are dots.
auto readable(std::string_view text) -> std::string {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    bool hole = text[i] == '{' && i + 2 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9' && text[i + 2] == '}';
    if (hole) i += 2;
    if (hole) out += "…";
    else out += text[i];
  }
  return out == "…" ? "what its rule says" : out;
}

auto word_docs(const LanguageWord& word, const draw::Look& look) -> std::string {
  draw::Page page(look);
  page.line(draw::Line().add(word.form, draw::Ink::kBold));
  return page.text() + "\n" + draw::prose(word.explanation, look);
}

auto diagnostic_docs(const KnownDiagnostic& one, const draw::Look& look) -> std::string {
  draw::Page page(look);
  std::string_view severity = one.severity == Severity::kError ? "error" : one.severity == Severity::kWarning ? "warning" : "hint";
  page.line(draw::Line().add(fmt::format("{}[{}]", severity, one.code), draw::Ink::kBold).add(": ").add(readable(one.text)));
  std::string text = page.text() + "\n" + draw::prose(one.explanation, look);
  std::string_view example = example_of(one);
  if (example.empty()) return text;
  text += "\n";
  for (std::string_view line : split(example, '\n')) text += line.empty() ? "\n" : fmt::format("    {}\n", line);
  return text;
}

auto verb_docs(const Verb& verb, const draw::Look& look) -> std::string {
  draw::Page page(look);
  page.line(draw::Line().add(usage(verb), draw::Ink::kBold));
  page.line(draw::Line(verb.summary.data()));
  auto list = [&](std::string_view title, const auto& rows) {
    if (rows.empty()) return;
    page.gap();
    page.line(draw::Line().add(title, draw::Ink::kBold));
    for (const auto& [name, text] : rows) {
      draw::Line line;
      line.add("  ").add(fmt::format("{:<30}", name), draw::Ink::kBold).add(name.size() >= 30 ? "  " : "").add(text);
      page.row({.left = std::move(line), .hang = 32});
    }
  };
  std::vector<std::pair<std::string, std::string>> words, options, everywhere, examples;
  for (const Operand& one : verb.operands) words.emplace_back(one.name, one.text);
  auto row = [](const Option& one) {
    return std::pair(one.value.empty() ? std::string(one.name) : fmt::format("{} {}", one.name, one.value), std::string(one.text));
  };
  for (const OptionRow& group : verb.options) {
    for (const Option& one : group.options) {
      if (!one.text.empty()) options.push_back(row(one));
    }
  }
  for (const Option& one : everywhere_options()) everywhere.push_back(row(one));
  for (const Example& one : verb.examples) examples.emplace_back(one.command, one.what);
  list("WORDS", words);
  list("OPTIONS", options);
  list("OPTIONS OF EVERY VERB", everywhere);
  list("EXAMPLES", examples);
  if (!verb.exit.empty()) {
    page.gap();
    page.line(draw::Line().add("EXIT  ", draw::Ink::kBold).add(verb.exit));
  }
  return page.text();
}

auto namespace_docs(const FunctionTable& functions, std::string_view name, const draw::Look& look) -> std::string {
  draw::Page page(look);
  page.line(draw::Line().add(name, draw::Ink::kBold).add("  functions"));
  page.gap();
  for (const auto& row : functions.rows()) {
    if (!row.function->name.starts_with(std::string(name) + ".")) continue;
    page.row({.indent = 2, .left = draw::Line(draw::signature_text(*row.function)), .hang = 6});
  }
  return page.text();
}

auto index(Session& session) -> std::string {
  draw::Page page(session.out_look());
  page.line(draw::Line("weft docs NAME explains a type, a provider, a function, a word of the language, an error code or a verb."));
  page.gap();
  for (const auto& driver : session.drivers().drivers()) {
    std::vector<std::string> types;
    for (const auto& type : driver->types()) types.push_back(type.name.substr(driver->name().size() + 1));
    page.row({.left = draw::Line().add(fmt::format("{:<9}", driver->name()), draw::Ink::kBold).add(draw::listed(types)), .hang = 9});
  }
  page.gap();
  std::vector<std::string> spaces, plain;
  for (const auto& row : session.functions().rows()) {
    std::string name(row.function->name);
    size_t dot = name.find('.');
    if (dot == std::string::npos) plain.push_back(name);
    else if (spaces.empty() || spaces.back() != name.substr(0, dot)) spaces.push_back(name.substr(0, dot));
  }
  std::sort(spaces.begin(), spaces.end());
  spaces.erase(std::unique(spaces.begin(), spaces.end()), spaces.end());
  page.row({.left = draw::Line().add("functions  ", draw::Ink::kBold).add(draw::listed(plain)), .hang = 11});
  page.row({.left = draw::Line().add("namespaces ", draw::Ink::kBold).add(draw::listed(spaces)), .hang = 11});
  std::vector<std::string> verbs;
  for (const VerbRow& row : verb_rows()) verbs.emplace_back(row.name);
  page.row({.left = draw::Line().add("verbs      ", draw::Ink::kBold).add(draw::listed(verbs)), .hang = 11});
  std::vector<std::string> words;
  for (const LanguageWord& word : language_words()) words.emplace_back(word.name);
  page.row({.left = draw::Line().add("words      ", draw::Ink::kBold).add(draw::listed(words)), .hang = 11});
  page.row({.left = draw::Line().add("codes      ", draw::Ink::kBold).add(fmt::format("{} errors and warnings, E0001 and on", known_diagnostics().size())), .hang = 11});
  return page.text();
}

// Types, functions (the library's and providers'), namespaces, providers.
auto library_docs(Session& session, const std::string& name, std::vector<std::string>& known) -> std::string {
  const draw::Look& look = session.out_look();
  if (const auto* type = session.drivers().type(name)) return draw::type_docs(*type, look);
  if (const auto* driver = session.drivers().driver(name)) return draw::provider_docs(*driver, look);
  std::string plain = name.starts_with("std.") ? name.substr(4) : name;
  if (const auto* row = session.functions().find(plain)) return draw::function_docs(*row->function, look);
  if (session.functions().is_namespace(plain)) return namespace_docs(session.functions(), plain, look);
  for (const auto& driver : session.drivers().drivers()) {
    for (const Function* function : driver->functions()) {
      if (function->name == name) return draw::function_docs(*function, look);
      known.emplace_back(function->name);
    }
    known.emplace_back(driver->name());
    for (const auto& type : driver->types()) known.push_back(type.name);
  }
  for (const auto& row : session.functions().rows()) known.emplace_back(row.function->name);
  return {};
}

auto run_docs(Session& session) -> int {
  std::string name = join(session.args().operands, " ");
  const draw::Look& look = session.out_look();
  std::string text;
  std::vector<std::string> known;
  if (name.empty()) {
    text = index(session);
  } else if (const KnownDiagnostic* one = find_diagnostic(name)) {
    text = diagnostic_docs(*one, look);
  } else if (const VerbRow* row = find_verb(name)) {
    text = verb_docs(row->make(), look);
  } else {
    text = library_docs(session, name, known);
  }
  // A word may be a verb too.
  if (const LanguageWord* word = find_language_word(name)) text += (text.empty() ? "" : "\n") + word_docs(*word, look);
  if (text.empty()) {
    for (const KnownDiagnostic& one : known_diagnostics()) known.emplace_back(one.code);
    for (const VerbRow& row : verb_rows()) known.emplace_back(row.name);
    for (const LanguageWord& word : language_words()) known.emplace_back(word.name);
    std::string_view likely = nearest(name, known);
    session.failure(Failure{Code::kNotFound, fmt::format("nothing is called `{}`", name),
                            likely.empty() ? "weft docs lists what there is" : fmt::format("did you mean `{}`?", likely)}, false);
    return kFailed;
  }
  session.answer(text);
  if (session.log().any()) {
    session.log().write(draw::JsonObject().add("type", "info").add("name", name).add("text", text).members());
  }
  return kOk;
}

}  // namespace

auto docs_verb() -> Verb {
  return {.name = "docs",
          .summary = "Explain a type, a provider, a function, a word of the language, an error code or a verb. Offline.",
          .operands = {{"NAME", "what to explain", true, true}},
          .examples = {{"weft docs", "what there is"},
                       {"weft docs local.File", "a type: attributes, defaults, an example"},
                       {"weft docs string.join", "a function"},
                       {"weft docs @protect", "a word of the language"},
                       {"weft docs E0304", "an error code"},
                       {"weft docs state mv", "a verb, option by option"}},
          .options = {{"Output", json_options()}},
          .exit = "0, or 1 when nothing is called so",
          .run = run_docs};
}

}  // namespace weft::cli
