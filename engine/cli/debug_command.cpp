// weft debug: each stage of the program can be looked at.
#include <algorithm>

#include <fmt/format.h>

#include "engine/cli/plan_output.h"
#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/config/load.h"
#include "engine/config/schemas.h"
#include "engine/view/page.h"
#include "engine/view/plan_json.h"
#include "engine/view/value_text.h"
#include "lang/base/text.h"
#include "lang/os/files.h"
#include "lang/syntax/lex.h"
#include "lang/syntax/parse.h"

namespace weft::cli {

namespace {

// The file named on the command line, or nothing (told).
auto read_operand(Session& session, SourceMap& sources) -> std::optional<FileId> {
  std::string name = session.args().operand(0);
  auto text = real_files().read(join_path(session.folder(), name), syntax::kMaxFileBytes);
  if (!text) {
    session.failure(text.error(), false);
    return std::nullopt;
  }
  return sources.add(name, std::move(*text));
}

auto finish(Session& session, const SourceMap& sources, DiagSink& problems) -> int {
  int exit = problems.errors() == 0 ? kOk : kFailed;
  problems.sort(sources);
  session.diagnostics(sources, problems.take());
  return exit;
}

auto kind_name(syntax::TokenKind kind) -> std::string_view {
  static constexpr std::string_view kNames[] = {
#define TOKEN(name, text) #name,
#include "lang/syntax/token_kinds.def"
#undef TOKEN
  };
  return kNames[static_cast<size_t>(kind)];
}

auto run_tokens(Session& session) -> int {
  SourceMap sources;
  auto file = read_operand(session, sources);
  if (!file) return kFailed;
  DiagSink problems;
  syntax::Tokens tokens = syntax::lex(sources, *file, problems);
  std::string out;
  for (const syntax::Token& token : tokens.tokens) {
    Position at = sources.position(*file, token.begin);
    out += fmt::format("{:>5}:{:<4} {}{:<20} {}\n", at.line, at.column, token.newline_before ? "↵" : " ", kind_name(token.kind).substr(1),
                       draw::quoted(tokens.text.substr(token.begin, token.end - token.begin)));
  }
  draw::Page page(session.out_look());
  for (std::string_view line : split(out, '\n')) {
    if (!line.empty()) page.row({.left = draw::Line(std::string(line)), .whole = true});
  }
  session.answer(page.text());
  return finish(session, sources, problems);
}

auto run_tree(Session& session) -> int {
  SourceMap sources;
  auto file = read_operand(session, sources);
  if (!file) return kFailed;
  DiagSink problems;
  bool inputs = session.args().operand(0).ends_with(".inputs");
  syntax::Tree tree = inputs ? syntax::parse_inputs(sources, *file, problems) : syntax::parse_file(sources, *file, problems);
  session.answer(syntax::dump(tree));
  return finish(session, sources, problems);
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
auto run_config(Session& session) -> int {
  ops::World& world = session.world();
  SourceMap sources;
  DiagSink problems;
  config::Schemas schemas(world.drivers);
  config::Fabric fabric(session.folder(), schemas, world.functions, sources, problems);
  fabric.load();
  if (const check::Module* root = fabric.root()) {
    draw::Page page(session.out_look());
    page.line(draw::Line(fmt::format("{} {}, digest {}", root->is_fabric ? "fabric" : "module",
                                     root->is_fabric ? root->fabric_name : root->shown, fabric.digest())));
    for (check::DeclarationId id : root->order) {
      const check::Declaration& one = root->declarations[id];
      std::string text = fmt::format("{} {}", declaration_word(one.kind), one.name);
      if (!one.type.is_error()) text += ": " + one.type.text();
      std::string needs;
      for (check::DeclarationId other : one.depends) needs += fmt::format("{}{}", needs.empty() ? "  from " : ", ", root->declarations[other].name);
      page.row({.left = draw::Line(text + needs), .source = one.range.valid() ? sources.where(one.range) : std::string(), .hang = 4});
    }
    session.answer(page.text());
  }
  return finish(session, sources, problems);
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
auto run_graph(Session& session) -> int {
  ops::PlanResult result;
  if (int exit = planned(session, result); exit != kOk || !result.plan) return exit;
  const plan::Plan& plan = *result.plan;
  std::string out = "digraph plan {\n";
  for (uint32_t node = 0; node < plan.nodes; ++node) {
    std::string label = node / 2 < plan.steps.size()
                            ? fmt::format("{} {}", node % 2 == 0 ? "make" : "remove", plan.steps[node / 2].address)
                            : fmt::format("joint {}", node);
    out += fmt::format("  {} [label = {}];\n", node, json_quote(label));
  }
  for (const auto& [first, second] : plan.edges) out += fmt::format("  {} -> {};\n", first, second);
  session.answer(out + "}\n");
  return kOk;
}

auto run_plan(Session& session) -> int {
  ops::PlanResult result;
  if (int exit = planned(session, result); exit != kOk || !result.plan) return exit;
  session.answer(draw::plan_document(*result.plan) + "\n");
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

auto debug_tokens_verb() -> Verb { return file_verb("debug tokens", "Show a file's tokens, as the lexer sees them.", {"weft debug tokens main.fabric", "one a line, with its place"}, run_tokens); }
auto debug_tree_verb() -> Verb { return file_verb("debug tree", "Show a file's tree, as the parser sees it.", {"weft debug tree main.fabric", "one node a line, children indented"}, run_tree); }
auto debug_config_verb() -> Verb {
  return {.name = "debug config", .summary = "Show the checked module of this folder: declarations in the order in which they are evaluated.",
          .examples = {{"weft debug config", "before any value is known"}}, .exit = "0, or 1 on error", .run = run_config};
}
auto debug_graph_verb() -> Verb { return fabric_verb("debug graph", "Show the plan's execution graph, for Graphviz.", {"weft debug graph | dot -Tsvg > plan.svg", "what must be done before what"}, run_graph); }
auto debug_plan_verb() -> Verb { return fabric_verb("debug plan", "Show the whole plan document as JSON.", {"weft debug plan --only web", "of a part of the fabric"}, run_plan); }

}  // namespace weft::cli
