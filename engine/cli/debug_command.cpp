// weft debug: each stage of the program can be looked at.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/cli/plan_output.h"
#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/config/hidden_source.h"
#include "engine/config/load.h"
#include "engine/config/schemas.h"
#include "engine/view/json_text.h"
#include "engine/view/page.h"
#include "engine/view/plan_json.h"
#include "engine/view/value_text.h"
#include "lang/base/text.h"
#include "lang/os/files.h"
#include "lang/syntax/lex.h"
#include "lang/syntax/parse.h"

namespace weft::cli {

namespace {

// The file named on the command line. Any word of a file of inputs may be a secret, in whatever form it was typed: of these
// only signs are shown, and names that have a `=` behind them.
struct Looked {
  FileId file;
  bool open = true;                              // a file of the fabric: all of it is shown
  std::set<std::string, std::less<>> names;      // that are shown all the same
  DiagSink problems;
};

auto is_name(const syntax::Tokens& tokens, size_t i) -> bool {
  return tokens.tokens[i].kind == syntax::TokenKind::kName && i + 1 < tokens.tokens.size() && tokens.tokens[i + 1].kind == syntax::TokenKind::kAssign;
}

// Nothing: it could not be read, which is told.
auto read_operand(Session& session, SourceMap& sources) -> std::optional<Looked> {
  std::string name = session.args().operand(0);
  auto text = real_files().read(join_path(session.folder(), name), syntax::kMaxFileBytes);
  if (!text) {
    session.failure(text.error(), false);
    return std::nullopt;
  }
  Looked out{.file = sources.add(name, std::move(*text)), .open = name.ends_with(".fabric")};
  if (!out.open) {
    DiagSink ignored;
    syntax::Tokens tokens = syntax::lex(sources, out.file, ignored);
    for (size_t i = 0; i < tokens.tokens.size(); ++i) {
      if (is_name(tokens, i)) out.names.emplace(tokens.text_of(syntax::TokenId{static_cast<uint32_t>(i)}));
    }
  }
  return out;
}

auto finish(Session& session, SourceMap& sources, Looked& looked) -> int {
  int exit = looked.problems.errors() == 0 ? kOk : kFailed;
  DiagSink told;
  if (!looked.open) {
    config::hide_source(sources, looked.file, [&](std::string_view word) { return looked.names.contains(word); }, looked.problems, told);
  }
  DiagSink& all = looked.open ? looked.problems : told;
  all.sort(sources);
  session.diagnostics(sources, all.take());
  return exit;
}

void info(Session& session, std::string_view name, std::string_view key, std::string_view json) {
  session.log().write(draw::JsonObject().add("type", "info").add("name", name).raw(key, json).members());
}

auto kind_name(syntax::TokenKind kind) -> std::string_view {
  static constexpr std::string_view kNames[] = {
#define TOKEN(name, text) #name,
#include "lang/syntax/token_kinds.def"
#undef TOKEN
  };
  return kNames[static_cast<size_t>(kind)];
}

auto says_nothing(syntax::TokenKind kind) -> bool {
  using Kind = syntax::TokenKind;
  static constexpr Kind kWords[] = {Kind::kError, Kind::kName, Kind::kInt, Kind::kNumber, Kind::kDuration, Kind::kSize, Kind::kDocComment, Kind::kTextPart, Kind::kForeign};
  return std::ranges::find(kWords, kind) == std::end(kWords);
}

auto debug_tokens(Session& session) -> int {
  SourceMap sources;
  auto looked = read_operand(session, sources);
  if (!looked) return kFailed;
  syntax::Tokens tokens = syntax::lex(sources, looked->file, looked->problems);
  draw::Page page(session.out_look());
  draw::JsonList list;
  for (size_t i = 0; i < tokens.tokens.size(); ++i) {
    const syntax::Token& token = tokens.tokens[i];
    Position at = sources.position(looked->file, token.begin);
    std::string_view kind = kind_name(token.kind).substr(1);
    bool shown = looked->open || says_nothing(token.kind) || is_name(tokens, i);
    auto text = tokens.text.substr(token.begin, token.end - token.begin);
    page.row({.left = draw::Line(fmt::format("{:>5}:{:<4} {}{:<20} {}", at.line, at.column, token.newline_before ? "↵" : " ", kind,
                                             shown ? draw::quoted(text) : "(hidden)")), .whole = true});
    draw::JsonObject row;
    row.add("kind", kind).add("line", at.line).add("col", at.column);
    if (shown) row.add("text", text);
    list.add(row.text());
  }
  session.answer(page.text());
  info(session, session.args().operand(0), "tokens", list.text());
  return finish(session, sources, *looked);
}

// The words of a file of inputs go out of its tree.
auto without_words(const std::string& dump, const Looked& looked) -> std::string {
  std::set<std::string, std::less<>> shown;
  for (const std::string& name : looked.names) shown.insert(json_quote(name));
  std::string out;
  for (std::string_view line : split(dump, '\n')) {
    if (line.empty()) continue;
    size_t at = line.find(" \"");
    bool hide = at != std::string_view::npos && !shown.contains(line.substr(at + 1));
    out.append(hide ? line.substr(0, at) : line).append(hide ? " (hidden)\n" : "\n");
  }
  return out;
}

auto debug_tree(Session& session) -> int {
  SourceMap sources;
  auto looked = read_operand(session, sources);
  if (!looked) return kFailed;
  bool inputs = session.args().operand(0).ends_with(".inputs");
  syntax::Tree tree = inputs ? syntax::parse_inputs(sources, looked->file, looked->problems) : syntax::parse_file(sources, looked->file, looked->problems);
  std::string text = syntax::dump(tree);
  if (!looked->open) text = without_words(text, *looked);
  session.answer(text);
  info(session, session.args().operand(0), "tree", json_quote(text));
  return finish(session, sources, *looked);
}

auto declaration_word(check::DeclarationKind kind) -> std::string_view {
  using Kind = check::DeclarationKind;
  switch (kind) {
    case Kind::kInput: return "input";
    case Kind::kType: return "type";
    case Kind::kLet: return "let";
    case Kind::kFn: return "fn";
    case Kind::kResource: return "resource";
    case Kind::kLookup: return "lookup";
    case Kind::kModule: return "module";
    case Kind::kOutput: return "output";
    case Kind::kCheck: return "check";
    case Kind::kProvider: return "provider";
    case Kind::kMoved: return "moved";
    case Kind::kForget: return "forget";
    case Kind::kAdopt: return "adopt";
    case Kind::kUse: return "use";
    case Kind::kFabric: return "fabric";
    case Kind::kState: return "state";
  }
  return "declaration";
}

// The checked root module: what is declared, of which type, from what.
auto debug_config(Session& session) -> int {
  ops::World& world = session.world();
  SourceMap sources;
  DiagSink problems;
  config::Schemas schemas(world.drivers);
  config::Fabric fabric(session.folder(), schemas, world.functions, sources, problems);
  fabric.load();
  if (const check::Module* root = fabric.root()) {
    draw::Page page(session.out_look());
    draw::JsonList list;
    page.line(draw::Line(fmt::format("{} {}, digest {}", root->is_fabric ? "fabric" : "module",
                                     root->is_fabric ? root->fabric_name : root->shown, fabric.digest())));
    for (check::DeclarationId id : root->order) {
      const check::Declaration& one = root->declarations[id];
      std::string text = fmt::format("{} {}", declaration_word(one.kind), one.name);
      if (!one.type.is_error()) text += ": " + one.type.text();
      std::string needs;
      std::vector<std::string> from;
      for (check::DeclarationId other : one.depends) {
        needs += fmt::format("{}{}", needs.empty() ? "  from " : ", ", root->declarations[other].name);
        from.push_back(root->declarations[other].name);
      }
      list.add(draw::JsonObject().add("kind", declaration_word(one.kind)).add("name", one.name).add_some("value_type", one.type.is_error() ? "" : one.type.text())
                   .add_list("from", from).text());
      page.row({.left = draw::Line(text + needs), .source = one.range.valid() ? sources.where(one.range) : std::string(), .hang = 4});
    }
    session.answer(page.text());
    session.log().write(draw::JsonObject().add("type", "info").add("name", root->is_fabric ? root->fabric_name : root->shown).add("digest", fabric.digest())
                            .raw("declarations", list.text()).members());
  }
  int exit = problems.errors() == 0 ? kOk : kFailed;
  problems.sort(sources);
  session.diagnostics(sources, problems.take());
  return exit;
}

auto planned(Session& session, ops::PlanResult& result) -> int {
  std::optional<Failure> wrong;
  ops::PlanRequest request = plan_request(session, wrong);
  if (wrong) {
    session.failure(*wrong, false);
    return kUsage;
  }
  result = ops::plan(session.world(), request);
  return session.report(result, false);
}

// The execution graph of the plan: node 2·i makes, 2·i + 1 removes step i, others are joints.
auto debug_graph(Session& session) -> int {
  ops::PlanResult result;
  if (int exit = planned(session, result); exit != kOk || !result.plan) return exit;
  const plan::Plan& plan = *result.plan;
  std::string out = "digraph plan {\n";
  draw::JsonList nodes, edges;
  for (uint32_t node = 0; node < plan.nodes; ++node) {
    std::string label = node / 2 < plan.steps.size()
                            ? fmt::format("{} {}", node % 2 == 0 ? "make" : "remove", plan.steps[node / 2].address)
                            : fmt::format("joint {}", node);
    out += fmt::format("  {} [label = {}];\n", node, json_quote(label));
    nodes.add(json_quote(label));
  }
  for (const auto& [first, second] : plan.edges) {
    out += fmt::format("  {} -> {};\n", first, second);
    edges.add(fmt::format("[{},{}]", first, second));
  }
  session.answer(out + "}\n");
  session.log().write(draw::JsonObject().add("type", "graph").add("fabric", plan.fabric).raw("nodes", nodes.text()).raw("edges", edges.text()).members());
  return kOk;
}

auto debug_plan(Session& session) -> int {
  ops::PlanResult result;
  if (int exit = planned(session, result); exit != kOk || !result.plan) return exit;
  std::string document = draw::plan_document(*result.plan);
  session.answer(document + "\n");
  info(session, "plan", "plan", document);
  return kOk;
}

auto file_verb(std::string_view name, std::string_view summary, Example example, int (*run)(Session&)) -> Verb {
  return {.name = name, .summary = summary, .operands = {{"FILE", "a fabric or inputs file"}}, .examples = {example}, .exit = "0, or 1 on error", .run = run};
}

auto fabric_verb(std::string_view name, std::string_view summary, Example example, int (*run)(Session&)) -> Verb {
  return {.name = name,
          .summary = summary,
          .examples = {example},
          .options = {{"Which", which_options()}, {"Inputs", input_options()}, {"World", {refresh_option()}, true}},
          .exit = "0, or 1 on error",
          .run = run};
}

}  // namespace

auto debug_tokens_verb() -> Verb { return file_verb("debug tokens", "Show a file's tokens, as the lexer sees them.", {"weft debug tokens main.fabric", "one a line, with its place"}, debug_tokens); }
auto debug_tree_verb() -> Verb { return file_verb("debug tree", "Show a file's tree, as the parser sees it.", {"weft debug tree main.fabric", "one node a line, children indented"}, debug_tree); }
auto debug_config_verb() -> Verb {
  return {.name = "debug config", .summary = "Show the checked module of this folder: declarations in the order in which they are evaluated.",
          .examples = {{"weft debug config", "before any value is known"}}, .exit = "0, or 1 on error", .run = debug_config};
}
auto debug_graph_verb() -> Verb { return fabric_verb("debug graph", "Show the plan's execution graph, for Graphviz.", {"weft debug graph | dot -Tsvg > plan.svg", "what must be done before what"}, debug_graph); }
auto debug_plan_verb() -> Verb { return fabric_verb("debug plan", "Show the whole plan document as JSON.", {"weft debug plan --only web", "of a part of the fabric"}, debug_plan); }

}  // namespace weft::cli
