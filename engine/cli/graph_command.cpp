// weft graph: what needs what.
#include "engine/view/graph_drawing.h"

#include "engine/cli/documents.h"
#include "engine/cli/session.h"
#include "engine/cli/verbs.h"

namespace weft::cli {

namespace {

auto run_graph(Session& session) -> int {
  std::optional<Failure> wrong;
  ops::InputSources inputs = inputs_of(session, wrong);
  if (wrong) {
    session.failure(*wrong, false);
    return kUsage;
  }
  ops::GraphResult result = ops::graph(session.world(), inputs, session.args().has("--plan"));
  if (int exit = session.report(result, false); exit != kOk) return exit;
  draw::GraphPicture picture{.fabric = result.fabric, .edges = result.edges};
  for (const ops::GraphNode& node : result.nodes) {
    picture.nodes.push_back({.address = node.address, .type = node.type, .module = node.module, .status = node.status,
                             .source = node.source, .layer = node.layer});
  }
  if (session.log().any()) session.log().write(draw::graph_members(picture));
  const Arguments& args = session.args();
  bool ok = true;
  if (args.has("--svg")) ok = write_document(session, args.get("--svg"), draw::graph_svg(picture)) && ok;
  if (args.has("--html")) ok = write_document(session, args.get("--html"), draw::graph_html(picture)) && ok;
  if (args.has("--dot")) session.answer(draw::graph_dot(picture));
  else if (!args.has("--svg") && !args.has("--html")) session.answer(draw::graph_text(picture, session.out_look()));
  return ok ? kOk : kFailed;
}

}  // namespace

auto graph_verb() -> Verb {
  return {.name = "graph",
          .summary = "Show what needs what, by layers: everything in a layer can be made at once.",
          .examples = {{"weft graph", "as text"},
                       {"weft graph --html graph.html", "a page with search, to look around in"},
                       {"weft graph --plan --svg graph.svg", "coloured by what the plan would do"},
                       {"weft graph --dot | dot -Tpng -o graph.png", "for Graphviz"}},
          .options = {{"Inputs", input_options()},
                      {"Output", {{"--full", "", "every instance by itself"},
                                  {"--plan", "", "statuses are what the plan would do"},
                                  {"--dot", "", "in Graphviz' language, to stdout"},
                                  {"--svg", "FILE", "a picture"},
                                  {"--html", "FILE", "a page that needs nothing but itself"},
                                  {"--json", "", "nodes and edges as JSON"},
                                  {"--json-to", "FILE", "the same into a file"}}}},
          .exit = "0, or 1 on error",
          .run = run_graph};
}

}  // namespace weft::cli
