#include <fmt/format.h>

#include "engine/view/html.h"
#include "engine/view/page.h"
#include "engine/view/plan_closing.h"
#include "engine/view/plan_documents.h"
#include "engine/view/plan_entries.h"
#include "engine/view/plan_steps.h"
#include "engine/view/plan_text.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::draw {

namespace {

constexpr std::string_view kStyle = R"(*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.5 system-ui,sans-serif}
header{position:sticky;top:0;background:var(--sheet);border-bottom:1px solid var(--line);padding:12px 24px;display:flex;gap:16px;flex-wrap:wrap;align-items:center;z-index:1}
h1{font-size:17px;margin:0}.facts{color:var(--soft)}.chips{display:flex;gap:6px;flex-wrap:wrap}.chips a{border-radius:999px;padding:2px 11px;font-size:12.5px;color:var(--sheet);text-decoration:none;font-weight:600}
input{margin-left:auto;flex:0 1 320px;padding:6px 10px;border:1px solid var(--line);border-radius:7px;background:var(--paper);color:inherit;font:inherit}
main{max-width:1120px;margin:0 auto;padding:8px 24px 60px}h2{font-size:13px;letter-spacing:.06em;margin:28px 0 10px;color:var(--soft)}
article{background:var(--sheet);border:1px solid var(--line);border-left:4px solid var(--state);border-radius:8px;margin:8px 0;padding:9px 14px;overflow-x:auto}
article:target{outline:2px solid var(--accent)}article.destroy{border-left-color:var(--destroy)}article.replace{border-left-color:var(--replace)}article.update{border-left-color:var(--update)}article.create{border-left-color:var(--create)}
.row{display:flex;gap:24px;font:12.5px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}.row .l{flex:1 1 auto}
.row .n{color:var(--soft);white-space:nowrap}.row .s{color:var(--soft);white-space:nowrap;text-align:right}summary{cursor:pointer;list-style:none}summary::-webkit-details-marker{display:none}
.dim{color:var(--soft)}.bold{font-weight:700}.red{color:var(--destroy)}.yellow{color:var(--update)}.green{color:var(--create)}.blue{color:var(--accent)}
footer{color:var(--soft);margin-top:28px}[hidden]{display:none!important}@media print{header{position:static}input{display:none}}
)";

constexpr std::string_view kPlanScript = R"JS(
const find=document.getElementById('find');
find.addEventListener('input',()=>{const w=find.value.toLowerCase().split(/\s+/).filter(Boolean);
  document.querySelectorAll('article').forEach(a=>{const t=a.textContent.toLowerCase();a.hidden=!w.every(x=>t.includes(x))});
  document.querySelectorAll('section').forEach(s=>{const as=[...s.querySelectorAll('article')];s.hidden=as.length>0&&as.every(a=>a.hidden)})});
addEventListener('keydown',e=>{if(e.key==='/'&&document.activeElement!==find){e.preventDefault();find.focus()}});
)JS";

auto ink_class(Ink ink) -> std::string_view {
  switch (ink) {
    case Ink::kPlain: return "";
    case Ink::kDim: return "dim";
    case Ink::kBold: return "bold";
    case Ink::kRed: return "red";
    case Ink::kYellow: return "yellow";
    case Ink::kGreen: return "green";
    case Ink::kBlue: return "blue";
    case Ink::kBoldRed: return "bold red";
    case Ink::kBoldYellow: return "bold yellow";
    case Ink::kBoldGreen: return "bold green";
  }
  return "";
}

auto row_html(const Row& row) -> std::string {
  std::string out = "<div class=\"row\"><span class=\"l\">" + std::string(row.indent, ' ');
  for (const Piece& piece : row.left.pieces()) {
    if (piece.ink == Ink::kPlain) out += html_escape(piece.text);
    else out += fmt::format("<span class=\"{}\">{}</span>", ink_class(piece.ink), html_escape(piece.text));
  }
  out += "</span>";
  if (!row.note.empty()) out += fmt::format("<span class=\"n\">{}</span>", html_escape(row.note));
  if (!row.source.empty()) out += fmt::format("<span class=\"s\">{}</span>", html_escape(row.source));
  return out + "</div>\n";
}

// Each step's id can be a link's target, those inside a group and below a cause too.
auto targets(const plan::Plan& plan, const Entry& entry, bool inner) -> std::string {
  std::string out;
  for (size_t k = inner ? 0 : 1; k < entry.steps.size(); ++k) {
    out += fmt::format("<a id=\"{}\"></a>", html_escape(plan.steps[entry.steps[k]].id));
  }
  for (const Entry& below : entry.consequences) out += targets(plan, below, true);
  return out;
}

auto entry_html(const plan::Plan& plan, const EntryRows& drawer, const Entry& entry) -> std::string {
  const plan::Step& step = plan.steps[entry.first()];
  std::string out = fmt::format("<article class=\"{}\" id=\"{}\">{}", plan::word(step.action), html_escape(step.id), targets(plan, entry, false));
  for (const Row& row : drawer.rows(entry)) out += row_html(row);
  if (entry.steps.size() > 1) {
    std::string members;
    for (plan::StepIndex i : entry.steps) members += row_html(Row{.indent = 2, .left = Line(plan.steps[i].address)});
    out += fmt::format("<details><summary class=\"row dim\">    all {}</summary>{}</details>", entry.steps.size(), members);
  }
  return out + "</article>\n";
}

}  // namespace

auto plan_html(const plan::Plan& plan, const driver::Registry* types) -> std::string {
  Look look{.types = types};
  EntryRows drawer(plan, look);
  std::string name = fabric_name(plan.fabric, plan.environment);
  std::string chips, sections;
  if (!plan.failed.empty()) {
    sections += fmt::format("<section><h2>NOT PLANNED {}</h2>\n", plan.failed.size());
    for (const plan::Failed& one : plan.failed) {
      sections += fmt::format("<article>{}{}</article>\n",
                              row_html(Row{.left = Line().add("! ", Ink::kRed).add(one.address, Ink::kBold).add("  ").add(one.type), .source = source_text(one.source)}),
                              row_html(Row{.indent = 4, .left = Line(one.failure.text)}));
    }
    sections += "</section>\n";
  }
  for (const SectionEntries& section : plan_sections(plan, false)) {
    std::string_view word = summary_word(section.section);
    std::string_view color = section.section >= Section::kStateOnly ? "state" : word;
    chips += fmt::format("<a href=\"#{0}\" style=\"background:var(--{1})\">{2} {3}</a>", heading(section.section), color, word,
                         with_thousands(section.steps));
    sections += fmt::format("<section><h2 id=\"{}\">{}</h2>\n", heading(section.section), title(section));
    for (const Entry& entry : section.entries) sections += entry_html(plan, drawer, entry);
    sections += "</section>\n";
  }
  for (const plan::Stage& stage : plan.stages) {
    sections += fmt::format("<section><h2>STAGE {}</h2>\n", stage.number);
    for (const auto& one : stage.deferred) {
      sections += fmt::format("<article>{}{}</article>\n",
                              row_html(Row{.left = Line().add("? ", Ink::kDim).add(deferred_name(one), Ink::kBold).add("  ").add(one.type).add(deferred_each(one)),
                                           .source = source_text(one.source)}),
                              row_html(Row{.indent = 4, .left = Line(one.why)}));
    }
    sections += "</section>\n";
  }
  std::string facts = fmt::format("state @{}", plan.tail.seq);
  if (plan.resources_read > 0) facts += fmt::format(", {} read in {}", counted(plan.resources_read, "resource"), elapsed(plan.read_ms));
  facts += fmt::format(", {} unchanged", with_thousands(plan.unchanged));
  std::string body = fmt::format("<header><h1>Plan {} {}</h1><span class=\"facts\">{}</span><span class=\"chips\">{}</span>"
                                 "<input id=\"find\" type=\"search\" placeholder=\"Search  ( / )\" aria-label=\"Search\"></header>\n<main>{}",
                                 plan.destroy ? "to destroy" : "for", html_escape(name), facts, chips, sections);
  if (!plan.changes() && plan.failed.empty()) body += "<section><h2>Nothing to do</h2></section>";
  std::string closing;
  for (const auto& line : closing_lines(plan, drawer.style(), look)) closing += fmt::format("{}<br>", html_escape(line));
  if (auto why = refusal_text(plan); !why.empty()) closing += fmt::format("{}<br>", html_escape(why));
  body += fmt::format("<footer>{}Nothing was changed.{}</footer></main>\n", closing,
                      plan.digest.empty() ? "" : " Plan sha256:" + html_escape(plan.digest));
  return html_page(fmt::format("{}: plan", name), kStyle, body, kPlanScript);
}

}  // namespace weft::draw
