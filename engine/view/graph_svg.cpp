// The graph as SVG, and as a page around it: layers, statuses, search.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "engine/view/graph_drawing.h"
#include "engine/view/graph_layout.h"
#include "engine/view/html.h"
#include "engine/view/json_text.h"
#include "engine/view/plan_text.h"
#include "lang/base/text.h"

namespace weft::draw {

namespace {

constexpr size_t kMostBoxes = 400;  // above, instances of one declaration are one box
constexpr double kCharacter = 7.6, kSmallCharacter = 6.2, kHeight = 46;

constexpr std::string_view kSvgStyle = R"(.box{fill:var(--sheet);stroke:var(--line);stroke-width:1}
.stripe{fill:var(--fresh)}.name{font:600 12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:var(--ink)}
.type{font:11px system-ui,sans-serif;fill:var(--soft)}.way{fill:none;stroke:var(--edge);stroke-width:1.25}
.layer{font:11px system-ui,sans-serif;fill:var(--soft);letter-spacing:.04em}
.title{font:600 16px system-ui,sans-serif;fill:var(--ink)}.caption{font:12px system-ui,sans-serif;fill:var(--soft)}
.s-create .stripe{fill:var(--create)}.s-update .stripe{fill:var(--update)}.s-replace .stripe,.s-destroy .stripe,.s-broken .stripe,.s-open .stripe{fill:var(--replace)}
.s-ok .stripe{fill:var(--ok)}.s-state .stripe{fill:var(--state)}.s-fresh .box,.s-later .box{stroke:var(--edge);stroke-dasharray:4 3}
)";

// The class that colours a status.
auto status_class(std::string_view status) -> std::string_view {
  if (status.empty()) return "fresh";
  for (std::string_view known : {"create", "update", "replace", "destroy", "broken", "open", "ok", "later"}) {
    if (status == known) return known;
  }
  return status == "none" ? "same" : "state";
}

auto way_path(const std::vector<Point>& way) -> std::string {
  std::string d = fmt::format("M{:.1f} {:.1f}", way[0].x, way[0].y);
  for (size_t i = 1; i < way.size(); ++i) {
    double middle = (way[i - 1].x + way[i].x) / 2;
    d += fmt::format("C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", middle, way[i - 1].y, middle, way[i].y, way[i].x, way[i].y);
  }
  return d;
}

auto drawn_layout(const GraphPicture& graph) -> Layout {
  std::vector<Box> boxes;
  for (const GraphNode& node : graph.nodes) {
    double width = std::max(static_cast<double>(display_width(node.address)) * kCharacter,
                            static_cast<double>(display_width(node.type)) * kSmallCharacter);
    boxes.push_back({.width = std::clamp(width + 28, 90.0, 420.0), .height = kHeight, .layer = node.layer});
  }
  return lay_out(std::move(boxes), graph.edges);
}

struct LegendEntry {
  std::string_view color;  // of the palette
  std::string word;
  size_t count = 0;
};

// By class.
auto legend_of(const GraphPicture& graph) -> std::map<std::string, LegendEntry> {
  std::map<std::string, LegendEntry> legend;
  for (const GraphNode& node : graph.nodes) {
    std::string_view cls = status_class(node.status);
    LegendEntry& entry = legend[std::string(cls)];
    entry.color = cls == "broken" || cls == "open" ? std::string_view("replace") : cls == "same" || cls == "later" ? std::string_view("fresh") : cls;
    entry.word = node.status.empty() ? "not made yet" : cls == "state" ? "other" : node.status == "none" ? "no change" : node.status;
    ++entry.count;
  }
  return legend;
}

auto facts_of(const GraphPicture& whole, size_t layers) -> std::string {
  return fmt::format("{}, {}; what stands left is made before what stands right", graph_size(whole), counted(layers, "layer"));
}

// The <svg> element's content.
auto drawn(const GraphPicture& graph, const Layout& layout) -> std::string {
  std::string out = "<g class=\"layers\">\n";
  for (size_t i = 0; i < layout.columns.size(); ++i) {
    out += fmt::format("<text class=\"layer\" x=\"{:.1f}\" y=\"26\">LAYER {}</text>\n", layout.columns[i], i + 1);
  }
  out += "</g>\n<g class=\"ways\">\n";
  for (size_t i = 0; i < graph.edges.size(); ++i) {
    out += fmt::format("<path class=\"way\" data-from=\"{}\" data-to=\"{}\" d=\"{}\"/>\n", graph.edges[i].first, graph.edges[i].second,
                       way_path(layout.ways[i]));
  }
  out += "</g>\n<g class=\"boxes\">\n";
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    const Box& box = layout.boxes[i];
    Look look;
    std::string name = cut(node.address, static_cast<size_t>((box.width - 24) / kCharacter), look);
    std::string type = cut(node.type, static_cast<size_t>((box.width - 24) / kSmallCharacter), look);
    std::string title = fmt::format("{}\n{}{}{}", node.address, node.type, node.status.empty() ? "\nnot made yet" : "\n" + node.status,
                                    node.source.file.empty() ? "" : "\n" + source_text(node.source));
    out += fmt::format("<g class=\"node s-{}\" data-n=\"{}\" transform=\"translate({:.1f},{:.1f})\"><title>{}</title>"
                       "<rect class=\"box\" width=\"{:.1f}\" height=\"{:.0f}\" rx=\"7\"/>"
                       "<rect class=\"stripe\" width=\"4\" height=\"{:.0f}\" x=\"0\" y=\"8\" rx=\"2\"/>"
                       "<text class=\"name\" x=\"14\" y=\"20\">{}</text><text class=\"type\" x=\"14\" y=\"36\">{}</text></g>\n",
                       status_class(node.status), i, box.x, box.y, html_escape(title), box.width, box.height, box.height - 16,
                       html_escape(name), html_escape(type));
  }
  return out + "</g>\n";
}

constexpr std::string_view kPageStyle = R"(*{box-sizing:border-box}html,body{height:100%;margin:0}
body{display:grid;grid-template-rows:auto 1fr;background:var(--paper);color:var(--ink);font:14px/1.45 system-ui,sans-serif}
header{display:flex;gap:18px;align-items:center;flex-wrap:wrap;padding:10px 18px;background:var(--sheet);border-bottom:1px solid var(--line)}
h1{font-size:16px;margin:0}.facts{color:var(--soft)}input{flex:1 1 200px;max-width:340px;margin-left:auto;padding:6px 10px;border:1px solid var(--line);border-radius:7px;background:var(--paper);color:inherit;font:inherit}
.legend{display:flex;gap:6px;flex-wrap:wrap}.legend button{display:flex;gap:6px;align-items:center;border:1px solid var(--line);border-radius:999px;background:none;color:inherit;font:12px system-ui,sans-serif;padding:3px 10px;cursor:pointer}
.legend button[aria-pressed=false]{opacity:.4}.dot{width:9px;height:9px;border-radius:50%}
main{display:grid;grid-template-columns:1fr auto;min-height:0}#view{overflow:hidden;cursor:grab;touch-action:none;min-width:0}#view.drag{cursor:grabbing}
svg{width:100%;height:100%;display:block}.node{cursor:pointer}.node:hover .box{stroke:var(--accent)}
.dim{opacity:.16}.hit .box{stroke:var(--accent);stroke-width:2}.chosen .box{stroke:var(--accent);stroke-width:2;fill:var(--wash)}.way.lit{stroke:var(--accent);stroke-width:2}
aside{width:300px;border-left:1px solid var(--line);background:var(--sheet);padding:16px 18px;overflow:auto}aside[hidden]{display:none}
aside h2{font:600 14px ui-monospace,Menlo,Consolas,monospace;margin:0 0 4px;overflow-wrap:anywhere}aside h3{font-size:12px;color:var(--soft);font-weight:600;margin:16px 0 4px}
aside p{margin:2px 0;color:var(--soft)}aside ul{list-style:none;margin:0;padding:0}aside li a{color:var(--accent);cursor:pointer;font:12.5px ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
@media print{header input,.legend,aside{display:none}})";

// Search, choosing a box, statuses on and off, moving and zooming. Works on the drawing as it is; without it the page
// still shows everything.
constexpr std::string_view kGraphScript = R"JS(
const $=s=>document.querySelector(s),all=s=>[...document.querySelectorAll(s)];
const nodes=all('.node'),ways=all('.way'),svg=$('svg'),panel=$('aside'),off=new Set();
const needs=G.nodes.map(()=>[]),users=G.nodes.map(()=>[]);
G.edges.forEach(([u,n])=>{needs[u].push(n);users[n].push(u)});
let chosen=-1;
const reach=(from,next)=>{const seen=new Set([from]),work=[from];while(work.length)for(const n of next[work.pop()])if(!seen.has(n)){seen.add(n);work.push(n)}return seen};
function show(){
  const words=$('#find').value.toLowerCase().split(/\s+/).filter(Boolean);
  const hit=n=>words.every(w=>(n.address+' '+n.type+' '+n.status+' '+n.source).toLowerCase().includes(w));
  const kin=chosen<0?null:new Set([...reach(chosen,needs),...reach(chosen,users)]);
  let hits=0;
  nodes.forEach((g,i)=>{const n=G.nodes[i],h=words.length>0&&hit(n);if(h)hits++;
    g.classList.toggle('hit',h);g.classList.toggle('chosen',i===chosen);
    g.classList.toggle('dim',off.has(n.cls)||(words.length>0&&!h)||(kin!==null&&!kin.has(i)))});
  ways.forEach(w=>{const u=+w.dataset.from,n=+w.dataset.to,lit=u===chosen||n===chosen;
    w.classList.toggle('lit',lit);
    w.classList.toggle('dim',!lit&&(nodes[u].classList.contains('dim')||nodes[n].classList.contains('dim')))});
  $('#hits').textContent=words.length?hits+' found':'';
}
function list(title,ids){
  if(!ids.length)return;const h=document.createElement('h3'),ul=document.createElement('ul');h.textContent=title+' '+ids.length;
  ids.slice(0,200).forEach(i=>{const li=document.createElement('li'),a=document.createElement('a');a.textContent=G.nodes[i].address;a.onclick=()=>choose(i);li.append(a);ul.append(li)});
  panel.append(h,ul);
}
function choose(i){
  chosen=i===chosen?-1:i;panel.hidden=chosen<0;panel.replaceChildren();
  if(chosen>=0){const n=G.nodes[chosen],h=document.createElement('h2');h.textContent=n.address;panel.append(h);
    [n.type,n.status||'not made yet',n.source,'layer '+(n.layer+1)].filter(Boolean).forEach(t=>{const p=document.createElement('p');p.textContent=t;panel.append(p)});
    list('Needs',needs[chosen]);list('Needed by',users[chosen]);}
  show();
}
nodes.forEach((g,i)=>g.addEventListener('click',()=>{if(!moved)choose(i)}));
$('#find').addEventListener('input',show);
all('.legend button').forEach(b=>b.onclick=()=>{const c=b.dataset.cls;off.has(c)?off.delete(c):off.add(c);b.setAttribute('aria-pressed',!off.has(c));show()});
addEventListener('keydown',e=>{if(e.key==='/'&&document.activeElement!==$('#find')){e.preventDefault();$('#find').focus()}if(e.key==='Escape'){$('#find').value='';if(chosen>=0)choose(chosen);else show()}});
let box=svg.viewBox.baseVal,drag=null,moved=false;const view=$('#view');
view.addEventListener('wheel',e=>{e.preventDefault();const r=svg.getBoundingClientRect(),k=Math.exp(e.deltaY*.0015),s=Math.max(box.width/r.width,box.height/r.height);
  const px=box.x+box.width/2+(e.clientX-r.left-r.width/2)*s,py=box.y+box.height/2+(e.clientY-r.top-r.height/2)*s;
  box.x=px-(px-box.x)*k;box.y=py-(py-box.y)*k;box.width*=k;box.height*=k},{passive:false});
view.addEventListener('pointerdown',e=>{drag=[e.clientX,e.clientY];moved=false});
addEventListener('pointermove',e=>{if(!drag)return;const r=svg.getBoundingClientRect(),s=Math.max(box.width/r.width,box.height/r.height),dx=e.clientX-drag[0],dy=e.clientY-drag[1];
  if(!moved&&Math.hypot(dx,dy)<4)return;moved=true;view.classList.add('drag');box.x-=dx*s;box.y-=dy*s;drag=[e.clientX,e.clientY]});
addEventListener('pointerup',()=>{drag=null;view.classList.remove('drag')});
)JS";

}  // namespace

// A file on its own: above the drawing stands what a page says around it.
auto graph_svg(const GraphPicture& whole) -> std::string {
  constexpr double kCaption = 72, kDot = 26;
  GraphPicture graph = gathered(whole, kMostBoxes);
  Layout layout = drawn_layout(graph);
  std::string facts = facts_of(whole, layout.columns.size());
  double at = 24;
  std::string legend;
  for (const auto& [cls, entry] : legend_of(graph)) {
    std::string word = fmt::format("{} {}", entry.word, entry.count);
    legend += fmt::format("<circle cx=\"{:.1f}\" cy=\"62\" r=\"4.5\" fill=\"var(--{})\"/><text class=\"caption\" x=\"{:.1f}\" y=\"66\">{}</text>\n",
                          at + 5, entry.color, at + 15, html_escape(word));
    at += kDot + static_cast<double>(display_width(word)) * kSmallCharacter + 10;
  }
  double width = std::max({layout.width, at, 48 + static_cast<double>(display_width(facts)) * kSmallCharacter});
  double height = std::max(layout.height, 60.0) + kCaption;
  return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" role=\"img\">\n"
                     "<title>{2}</title>\n<style>\n{3}{4}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"var(--paper)\"/>\n"
                     "<text class=\"title\" x=\"24\" y=\"28\">{2}</text>\n<text class=\"caption\" x=\"24\" y=\"46\">{5}</text>\n"
                     "<g class=\"legend\">\n{6}</g>\n<g transform=\"translate(0,{7:.0f})\">\n{8}</g>\n</svg>\n",
                     width, height, html_escape(whole.fabric), palette(), kSvgStyle, facts, legend, kCaption, drawn(graph, layout));
}

auto graph_html(const GraphPicture& whole) -> std::string {
  GraphPicture graph = gathered(whole, kMostBoxes);
  Layout layout = drawn_layout(graph);
  JsonList nodes, edges;
  for (const GraphNode& node : graph.nodes) {
    nodes.add(JsonObject().add("address", node.address).add("type", node.type).add("status", node.status)
                  .add("source", source_text(node.source)).add("layer", node.layer).add("cls", status_class(node.status)).text());
  }
  for (const auto& [user, needed] : graph.edges) edges.add(fmt::format("[{},{}]", user, needed));
  std::string body = fmt::format("<header><h1>{}</h1><span class=\"facts\">{}</span><span class=\"legend\">", html_escape(whole.fabric),
                                 facts_of(whole, layout.columns.size()));
  for (const auto& [cls, entry] : legend_of(graph)) {
    body += fmt::format("<button data-cls=\"{}\" aria-pressed=\"true\"><span class=\"dot\" style=\"background:var(--{})\"></span>{} {}</button>",
                        cls, entry.color, html_escape(entry.word), entry.count);
  }
  body += "</span><input id=\"find\" type=\"search\" placeholder=\"Search  ( / )\" aria-label=\"Search\"><span id=\"hits\" class=\"facts\"></span></header>\n";
  body += fmt::format("<main><div id=\"view\"><svg viewBox=\"0 0 {:.0f} {:.0f}\" preserveAspectRatio=\"xMidYMid meet\" role=\"img\" aria-label=\"graph\">\n{}</svg></div>"
                      "<aside hidden></aside></main>\n",
                      std::max(layout.width, 400.0), std::max(layout.height, 240.0), drawn(graph, layout));
  std::string data = JsonObject().raw("nodes", nodes.text()).raw("edges", edges.text()).text();
  std::string script = fmt::format("const G={};{}", script_json(std::move(data)), kGraphScript);
  return html_page(whole.fabric + ": graph", fmt::format("{}{}\n", kSvgStyle, kPageStyle), body, script);
}

}  // namespace weft::draw
