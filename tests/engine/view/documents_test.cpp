// Markdown, pages, JUnit, JSON and graphs: the same facts, well formed, and nothing of a secret.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/view/event_json.h"
#include "engine/view/graph_drawing.h"
#include "engine/view/graph_layout.h"
#include "engine/view/html.h"
#include "engine/view/plan_documents.h"
#include "engine/view/plan_json.h"
#include "lang/value/json.h"
#include "tests/engine/view/sample_plan.h"

namespace weft::draw {
namespace {

// Every tag that is opened is closed, in order. Enough for what we write ourselves.
auto well_formed(std::string_view xml) -> std::string {
  static const std::set<std::string> kVoid = {"meta", "input", "br", "!doctype"};
  std::vector<std::string> open;
  size_t script_end = 0;
  for (size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    if (at < script_end) continue;
    size_t end = xml.find('>', at);
    if (end == std::string_view::npos) return "a tag that is not closed";
    std::string tag(xml.substr(at + 1, end - at - 1));
    if (tag.starts_with('?')) continue;
    bool closes = tag.starts_with('/'), single = tag.ends_with('/');
    std::string name = tag.substr(closes ? 1 : 0, tag.find_first_of(" \n/", closes ? 1 : 0) - (closes ? 1 : 0));
    if (kVoid.contains(name) || single) continue;
    if (closes) {
      if (open.empty() || open.back() != name) return "</" + name + "> closes <" + (open.empty() ? "nothing" : open.back()) + ">";
      open.pop_back();
    } else {
      open.push_back(name);
      if (name == "script" || name == "style") script_end = xml.find("</" + name, at);
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> is never closed";
}

auto hostile_plan() -> plan::Plan {
  plan::Plan plan = sample_plan();
  plan::Step step;
  step.action = plan::Action::kUpdate;
  step.address = "x[</script><b>\"&]";
  step.declaration = "x";
  step.id = "1:" + step.address + ":update";
  step.type = "t.T";
  step.differences = {{.path = path("a"), .before = text("```\n```\n</article>\nfour"), .after = text("````\n<script>alert(1)</script>\n")},
                      {.path = path("p"), .before = Value::null().as_secret(), .after = text("hunter2").as_secret()}};
  step.after = Value::object({{"p", text("hunter2").as_secret()}});
  plan.steps.push_back(step);
  return plan;
}

TEST(PlanJson, EveryEventIsOneObject) {
  plan::Plan plan = hostile_plan();
  size_t steps = 0;
  for (const std::string& members : plan_event_members(plan)) {
    auto read = from_json("{" + members + "}");
    ASSERT_TRUE(read) << members;
    const Value* type = read->get("type");
    ASSERT_NE(type, nullptr);
    steps += type->as_string() == "plan.step" ? 1 : 0;
    EXPECT_EQ(members.find("hunter2"), std::string::npos);
  }
  EXPECT_EQ(steps, plan.steps.size());
  EXPECT_TRUE(from_json(plan_document(plan)));
}

TEST(PlanJson, AStepNamesItsCauseById) {
  plan::Plan plan = sample_plan();
  auto events = plan_event_members(plan);
  auto read = from_json("{" + events[2] + "}");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->get("step")->as_string(), "1:nat[us-east-2c]:replace");
  EXPECT_EQ(read->get("because_of")->as_string(), "1:subnet[us-east-2c]:replace");
  EXPECT_EQ(read->get("differences")->elements()[0].get("after")->get("$unknown")->as_string(), "subnet[us-east-2c].SubnetId");
}

TEST(EventJson, AStepThatFails) {
  event::StepMoved moved{.step = 1, .id = "1:nat:replace", .address = "nat", .resource = "aws.ec2.NatGateway", .action = "replace", .part = "create",
                         .from = event::StepState::kRunning, .to = event::StepState::kFailed, .elapsed_ms = 41210, .file = "network.fabric", .line = 31};
  moved.error = event::StepError{.code = "NatGatewayLimitExceeded", .text = "too many", .operation = "ec2 CreateNatGateway", .request_id = "7c2f",
                                 .http = 400, .failure = "quota", .changed = "no"};
  EXPECT_EQ(event_line(88, 1'774'015'501'220, "8a10", event_members(moved)),
            R"({"v":1,"seq":88,"time":"2026-03-20T14:05:01.220Z","run":"r-8a10","type":"step.state","step":"1:nat:replace","address":"nat",)"
            R"("resource":"aws.ec2.NatGateway","action":"replace","part":"create","from":"running","to":"failed","elapsed_ms":41210,)"
            R"("source":{"file":"network.fabric","line":31},"error":{"code":"NatGatewayLimitExceeded","text":"too many",)"
            R"("operation":"ec2 CreateNatGateway","http":400,"failure":"quota","request_id":"7c2f","final":true,"changed":"no"}})");
}

TEST(EventJson, EveryFactIsOneObject) {
  std::vector<event::Fact> facts = {event::RunStarted{}, event::PlanProgress{}, event::StepMoved{}, event::StepProgress{}, event::IntentSettled{},
                                    event::RunInDoubt{}, event::ClaimTaken{}, event::StateHeld{}, event::EndpointRate{}, event::CheckJudged{},
                                    event::StageBegun{}, event::Stopping{}, event::RunEnded{}};
  ASSERT_EQ(facts.size(), std::variant_size_v<event::Fact>);
  for (const event::Fact& fact : facts) {
    auto read = from_json(event_line(1, 0, "", event_members(fact)));
    ASSERT_TRUE(read) << event_members(fact);
    EXPECT_NE(read->get("type"), nullptr);
  }
}

TEST(Markdown, DangerStandsOpenTheRestIsFolded) {
  std::string text = plan_markdown(sample_plan());
  size_t destroy = text.find("#### DESTROY 1"), replace = text.find("#### REPLACE 3"), update = text.find("<details><summary>UPDATE 5 (1 above)</summary>");
  ASSERT_NE(destroy, std::string::npos);
  ASSERT_NE(replace, std::string::npos);
  ASSERT_NE(update, std::string::npos);
  EXPECT_TRUE(text.starts_with("### Plan for reference, state @41: destroy 1, replace 3, update 5, create 4, state only 3\n"));
  EXPECT_LT(destroy, replace);
  EXPECT_LT(replace, update);
}

TEST(Markdown, NothingInsideClosesAFence) {
  std::string text = plan_markdown(hostile_plan());
  // The fence around the update section is longer than the four backticks in it.
  EXPECT_NE(text.find("\n`````diff\n"), std::string::npos) << text;
}

TEST(Markdown, StopsBeforeTheLimitAndSaysWhatIsLeftOut) {
  plan::Plan plan;
  plan.fabric = "big";
  for (int i = 0; i < 2000; ++i) {
    plan::Step step;
    step.action = plan::Action::kUpdate;
    step.address = "r" + std::to_string(i);
    step.declaration = step.address;
    step.type = "t.T";
    step.id = "1:" + step.address + ":update";
    step.differences = {{.path = path("a"), .before = text("x"), .after = text("y")}};
    plan.steps.push_back(step);
  }
  std::string whole = plan_markdown(plan, 60'000);
  EXPECT_LT(whole.size(), 60'000u);
  EXPECT_NE(whole.find("more steps are left out here"), std::string::npos);
  EXPECT_TRUE(whole.find("</details>") != std::string::npos);
}

TEST(PlanPage, IsWellFormedAndAsksForNothing) {
  std::string page = plan_html(hostile_plan());
  EXPECT_EQ(well_formed(page), "");
  EXPECT_EQ(page.find("alert(1)</script>"), std::string::npos);
  EXPECT_EQ(page.find("http://"), std::string::npos);
  EXPECT_EQ(page.find("https://"), std::string::npos);
  EXPECT_EQ(page.find("hunter2"), std::string::npos);
  EXPECT_NE(page.find("id=\"1:nat[us-east-2c]:replace\""), std::string::npos);
}

TEST(Junit, OneCaseAStep) {
  plan::Plan plan = sample_plan();
  plan.failed.push_back({.address = "db", .type = "aws.rds.DBInstance", .failure = {.text = "access <denied>"}});
  std::string xml = plan_junit(plan);
  EXPECT_EQ(well_formed(xml), "");
  EXPECT_NE(xml.find("tests=\"17\" failures=\"1\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("access &lt;denied&gt;"), std::string::npos);
}

auto sample_graph() -> GraphPicture {
  GraphPicture graph{.fabric = "first"};
  auto add = [&](std::string address, std::string type, std::string status, uint32_t layer) {
    graph.nodes.push_back({.address = std::move(address), .type = std::move(type), .status = std::move(status), .source = {"main.fabric", 3}, .layer = layer});
  };
  add("vpc", "aws.ec2.VPC", "ok", 0);
  add("subnet[a]", "aws.ec2.Subnet", "create", 1);
  add("subnet[b]", "aws.ec2.Subnet", "create", 1);
  add("web</script>", "k8s.apps.v1.Deployment", "", 2);
  graph.edges = {{1, 0}, {2, 0}, {3, 1}, {3, 2}, {3, 0}};
  return graph;
}

TEST(GraphText, LayersAndWhatTheyNeed) {
  EXPECT_EQ(graph_text(sample_graph(), {}),
            "first: 4 resources, 5 dependencies, 3 layers\n\n"
            "LAYER 1, needs nothing\n  vpc  aws.ec2.VPC  main.fabric:3\n\n"
            "LAYER 2\n  subnet[a]  aws.ec2.Subnet  create  needs vpc  main.fabric:3\n  subnet[b]  aws.ec2.Subnet  create  needs vpc  main.fabric:3\n\n"
            "LAYER 3\n  web</script>  k8s.apps.v1.Deployment  needs vpc, subnet[a], subnet[b]  main.fabric:3\n");
}

TEST(Graph, GatheredInstancesAreOneNode) {
  GraphPicture small = gathered(sample_graph(), 3);
  ASSERT_EQ(small.nodes.size(), 3u);
  EXPECT_EQ(small.nodes[1].address, "2 × subnet[…]");
  EXPECT_EQ(small.nodes[2].layer, 2u);
  EXPECT_EQ(small.edges.size(), 3u);
}

TEST(Graph, DotQuotesNames) {
  GraphPicture graph = sample_graph();
  graph.nodes[0].address = "a\"b\\c";
  EXPECT_NE(graph_dot(graph).find("\"a\\\"b\\\\c\""), std::string::npos) << graph_dot(graph);
}

TEST(Graph, PicturesAreWellFormed) {
  EXPECT_EQ(well_formed(graph_svg(sample_graph())), "");
  std::string page = graph_html(sample_graph());
  EXPECT_EQ(well_formed(page), "");
  EXPECT_EQ(page.find("web</script>"), std::string::npos);
  EXPECT_EQ(page.find("https://"), std::string::npos);
  EXPECT_EQ(well_formed(graph_html({.fabric = "empty"})), "");
}

TEST(Graph, AFileOnItsOwnNamesItsLayersAndStatuses) {
  std::string svg = graph_svg(sample_graph());
  for (const char* words : {">first<", "4 resources, 5 dependencies, 3 layers", ">LAYER 1<", ">LAYER 3<", ">not made yet 1<", ">create 2<", ">ok 1<"}) {
    EXPECT_NE(svg.find(words), std::string::npos) << words << "\n" << svg;
  }
  EXPECT_EQ(well_formed(graph_svg({.fabric = "empty"})), "");
}

// As way_path() draws them: from point to point, level at both.
TEST(GraphLayout, WaysRunBesideBoxesNotBehindThem) {
  std::vector<Box> boxes;
  std::vector<std::pair<uint32_t, uint32_t>> edges;
  for (uint32_t layer = 0; layer < 3; ++layer) {
    for (uint32_t i = 0; i < 12; ++i) {
      boxes.push_back({.width = i % 3 == 0 ? 400.0 : 90.0, .height = 46, .layer = layer});
      if (layer == 0) continue;
      for (uint32_t k : {(i * 7 + 3) % 12, (i * 5 + 1) % 12}) edges.emplace_back(layer * 12 + i, (layer - 1) * 12 + k);
      if (layer == 2) edges.emplace_back(layer * 12 + i, (i * 5 + 2) % 12);
    }
  }
  Layout layout = lay_out(boxes, edges);
  for (size_t e = 0; e < edges.size(); ++e) {
    const auto& way = layout.ways[e];
    for (size_t i = 1; i < way.size(); ++i) {
      for (int step = 1; step < 100; ++step) {
        double t = step / 100.0, u = 1 - t, middle = (way[i - 1].x + way[i].x) / 2;
        double x = u * u * u * way[i - 1].x + 3 * u * t * middle + t * t * t * way[i].x;
        double y = (u * u * u + 3 * u * u * t) * way[i - 1].y + (3 * u * t * t + t * t * t) * way[i].y;
        for (size_t b = 0; b < layout.boxes.size(); ++b) {
          const Box& box = layout.boxes[b];
          bool behind = x > box.x + 1 && x < box.x + box.width - 1 && y > box.y && y < box.y + box.height;
          ASSERT_FALSE(behind) << "edge " << e << " of " << edges[e].second << " runs behind box " << b;
        }
      }
    }
  }
}

TEST(GraphLayout, BoxesOfALayerDoNotOverlap) {
  std::vector<Box> boxes;
  std::vector<std::pair<uint32_t, uint32_t>> edges;
  // Three layers of twenty, each needing three of the layer before, in a fixed pattern.
  for (uint32_t layer = 0; layer < 3; ++layer) {
    for (uint32_t i = 0; i < 20; ++i) {
      boxes.push_back({.width = 100, .height = 40, .layer = layer});
      if (layer == 0) continue;
      for (uint32_t k : {i, (i * 7 + 3) % 20, (i * 11 + 5) % 20}) edges.emplace_back(layer * 20 + i, (layer - 1) * 20 + k);
      if (layer == 2) edges.emplace_back(layer * 20 + i, (i * 3) % 20);  // over one layer
    }
  }
  Layout layout = lay_out(boxes, edges);
  ASSERT_EQ(layout.ways.size(), edges.size());
  for (size_t a = 0; a < layout.boxes.size(); ++a) {
    for (size_t b = a + 1; b < layout.boxes.size(); ++b) {
      if (layout.boxes[a].layer != layout.boxes[b].layer) continue;
      double apart = std::max(layout.boxes[a].y - layout.boxes[b].y, layout.boxes[b].y - layout.boxes[a].y);
      ASSERT_GE(apart, 40.0);
    }
    EXPECT_GE(layout.boxes[a].x, 0);
    EXPECT_LE(layout.boxes[a].x + layout.boxes[a].width, layout.width);
    EXPECT_LE(layout.boxes[a].y + layout.boxes[a].height, layout.height);
  }
  for (size_t e = 0; e < edges.size(); ++e) EXPECT_LT(layout.ways[e].front().x, layout.ways[e].back().x);
}

TEST(GraphLayout, AChainIsStraight) {
  std::vector<Box> boxes;
  std::vector<std::pair<uint32_t, uint32_t>> edges;
  for (uint32_t i = 0; i < 5; ++i) {
    boxes.push_back({.width = 100, .height = 40, .layer = i});
    if (i > 0) edges.emplace_back(i, i - 1);
  }
  for (const Box& box : lay_out(boxes, edges).boxes) EXPECT_EQ(box.y, lay_out(boxes, edges).boxes[0].y);
}

}  // namespace
}  // namespace weft::draw
