// Declarations as Terraform writes them. Each is read to its end, reported once with a fix, and becomes a kError node.
#include <algorithm>
#include <array>

#include "lang/base/text.h"
#include "lang/syntax/diags.h"
#include "lang/syntax/foreign.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {

// Invalid when the current token begins nothing foreign.
auto Parser::foreign_declaration(TokenId first, Kids& kids) -> NodeId {
  const std::string_view name = text_of(token());
  const Token& next = peek();
  if (next.newline_before) return {};
  if (next.kind == TokenKind::kColon) return yaml_document(first, kids);
  if (next.kind == TokenKind::kLeftBrace && (name == "locals" || name == "terraform")) return foreign_block(first, kids);
  if (next.kind == TokenKind::kLeftBrace && (name == "moved" || name == "import" || name == "removed")) {
    return moved_block(first, kids);
  }
  static constexpr std::array kLabelled = {"resource", "data", "variable", "output", "module", "provider"};
  for (const std::string_view known : kLabelled) {
    if (name == known && next.kind == TokenKind::kTextBegin) return labelled_block(first, kids);
  }
  static constexpr std::array kMeant = {std::pair{"var", "let"}, std::pair{"const", "let"}, std::pair{"local", "let"},
                                        std::pair{"def", "fn"}, std::pair{"function", "fn"}, std::pair{"func", "fn"}};
  for (const auto& [theirs, ours] : kMeant) {
    if (name != theirs || next.kind != TokenKind::kName) continue;
    remark(token(), diags::NoDeclaration, {std::string(name)})
        .label("did you mean `" + std::string(ours) + "`?")
        .fix(range(token()), ours);
    kids.broken = true;
    return declaration_of(word_of(ours), first, kids);
  }
  return {};
}

// `locals { … }` and `terraform { … }`
auto Parser::foreign_block(TokenId first, Kids& kids) -> NodeId {
  const Token begin = token();
  const bool is_locals = text_of(begin) == "locals";
  advance();
  const Token open = token();
  const NodeId inside = foreign_body(text_of(begin));
  const Token close = out_[last_];
  add(kids, inside);
  if (is_locals) {
    Fix fix{.title = "write a `let` for each", .edits = {{problems_.range(begin.begin, open.end), ""}}};
    for (NodeId child{nodes_[inside.index].first_child}; child.valid(); child = NodeId{nodes_[child.index].next}) {
      const uint32_t place = out_[nodes_[child.index].first.index].begin;
      if (nodes_[child.index].kind == NodeKind::kAttribute) fix.edits.push_back({problems_.range(place, place), "let "});
    }
    fix.edits.push_back({range(close), ""});
    remark(begin, diags::ForeignLocals).label("each value is declared with `let name = …`").fix(std::move(fix));
  } else {
    auto report = remark(begin, diags::ForeignTerraform);
    report.label("versions stand in `fabric`, the place of the state in `state`, modules name their own versions");
    const bool line_ends_too = at(TokenKind::kEnd) || raw_[pos_].newline_before;
    if (line_ends_too && !is_empty(close)) {
      std::string was;
      for (const std::string_view line : split(text_.substr(begin.begin, close.end - begin.begin), '\n')) {
        was += (was.empty() ? "// was: " : "\n// was: ") + std::string(line);
      }
      report.fix(problems_.range(begin.begin, close.end), was, "make a comment of it");
    }
  }
  const NodeId node = broken(NodeKind::kError, first, kids);
  end_declaration();
  return node;
}

// What stands in its braces, of which some is said by what is said of the whole.
auto Parser::foreign_body(std::string_view around) -> NodeId {
  const std::string_view before = around_;
  around_ = around;
  const NodeId inside = block();
  around_ = before;
  return inside;
}

auto Parser::moved_block(TokenId first, Kids& kids) -> NodeId {
  const Token begin = token();
  const std::string word(text_of(begin));
  advance();
  const NodeId inside = foreign_body(text_of(begin));
  add(kids, inside);
  const bool removes = word == "removed";
  const std::string ours = word == "moved" ? "moved A to B" : (removes ? "forget A" : "adopt A from \"id\"");
  auto report = remark(begin, diags::ForeignMove, {word, ours});
  report.label("it is one line, and an address has neither a type nor `module.` in it");
  if (const auto text = move_text(inside, word)) {
    report.fix(problems_.range(begin.begin, previous_end()), *text);
  } else if (removes) {
    report.help("what stays is forgotten; what is to be destroyed is only taken out of the files");
  }
  const NodeId node = broken(NodeKind::kError, first, kids);
  end_declaration();
  return node;
}

// `resource "type" "name" { … }` and its like
auto Parser::labelled_block(TokenId first, Kids& kids) -> NodeId {
  const Token begin = token();
  const std::string word(text_of(begin));
  advance();
  std::vector<std::string> labels;
  while (at(TokenKind::kTextBegin) && !on_new_line() && labels.size() < 3) {
    const NodeId label = text();
    add(kids, label);
    const std::string_view quoted = source(label);
    labels.emplace_back(quoted.size() >= 2 ? quoted.substr(1, quoted.size() - 2) : quoted);
  }
  const uint32_t head_end = previous_end();
  const Range head = problems_.range(begin.begin, head_end);
  std::string name = labels.back();
  std::ranges::replace(name, '-', '_');
  if (!is_name(name)) name.clear();  // then it is for the writer to say
  if (!at(TokenKind::kLeftBrace)) {
    expected("`{`");
    const NodeId node = broken(NodeKind::kError, first, kids);
    end_declaration();
    return node;
  }
  const NodeId inside = foreign_body(text_of(begin));
  add(kids, inside);
  if (word == "resource" || word == "data") {
    const std::string ours = word == "data" ? "lookup" : "resource";
    auto report = remark(begin, diags::ForeignResource, {word, ours});
    report.label("the name comes first, then the type, without quotes");
    const bool is_plain = labels.size() == 2 && is_name(labels.front()) && labels.front().find('_') != std::string::npos;
    if (is_plain && !name.empty()) report.fix(head, ours + " " + name + ": " + resource_type_for(labels.front()));
  } else if (word == "variable") {
    report_variable(begin, inside, name);
  } else if (word == "output") {
    report_output(begin, inside, name);
  } else if (word == "module") {
    report_module(begin, head_end, inside, name);
  } else {
    auto report = remark(begin, diags::ForeignLabel, {word});
    report.label("its name stands without quotes");
    if (labels.size() == 1 && !name.empty()) report.fix(head, "provider " + name);
  }
  const NodeId node = broken(NodeKind::kError, first, kids);
  end_declaration();
  return node;
}

void Parser::report_variable(const Token& begin, NodeId block, const std::string& name) {
  auto report = remark(begin, diags::ForeignVariable);
  report.label("an input is declared in one line: `input name: type = default`");
  if (const auto text = input_text(block, name)) {
    report.fix(problems_.range(begin.begin, previous_end()), *text, "write `input " + name + ": …`");
  } else {
    report.help("not all of it can be mended by itself; a rule stands in braces behind: `{ require condition, \"message\" }`");
  }
}

void Parser::report_output(const Token& begin, NodeId block, const std::string& name) {
  auto report = remark(begin, diags::ForeignLabel, {"output"});
  report.label("an output is declared in one line: `output name = value`");
  if (const auto text = output_text(block, name)) {
    report.fix(problems_.range(begin.begin, previous_end()), *text, "write `output " + name + " = …`");
  } else {
    report.help("not all of it can be mended by itself; rules stand in a `check`, and what the value reads comes before it");
  }
}

void Parser::report_module(const Token& begin, uint32_t head_end, NodeId block, const std::string& name) {
  const NodeId from = attribute(block, "source");
  auto report = remark(begin, diags::ForeignLabel, {"module"});
  report.label("`use` names the code, `module name: used { … }` makes an instance of it");
  if (!from.valid() || name.empty()) return;
  const std::string used = name + "_module";
  const Range line = problems_.range(out_[nodes_[from.index].first.index].begin, out_[nodes_[from.index].last.index].end);
  report.fix({.title = "write `use` and `module`",
              .edits = {{problems_.range(begin.begin, head_end),
                         "use " + used + " from " + attribute_text(block, "source") + "\n\nmodule " + name + ": " + used},
                        {line, ""}}});
}

auto Parser::source(NodeId node) const -> std::string_view {
  const Node& read = nodes_[node.index];
  if (read.last.index + 1 <= read.first.index) return {};
  const uint32_t begin = out_[read.first.index].begin;
  return text_.substr(begin, out_[read.last.index].end - begin);
}

// What stands between the braces of a block.
auto Parser::inner_source(NodeId block) const -> std::string_view {
  std::string_view whole = source(block);
  if (whole.starts_with('{')) whole.remove_prefix(1);
  if (whole.ends_with('}')) whole.remove_suffix(1);
  return whole;
}

auto Parser::attribute(NodeId block, std::string_view name) const -> NodeId {
  for (NodeId child{nodes_[block.index].first_child}; child.valid(); child = NodeId{nodes_[child.index].next}) {
    const Node& entry = nodes_[child.index];
    if (entry.kind != NodeKind::kAttribute || entry.first_child == UINT32_MAX) continue;
    if (source(NodeId{entry.first_child}) == name) return child;
  }
  return {};
}

auto Parser::attribute_text(NodeId block, std::string_view name) const -> std::string {
  const NodeId found = attribute(block, name);
  if (!found.valid()) return {};
  const NodeId value{nodes_[nodes_[found.index].first_child].next};
  return value.valid() ? std::string(source(value)) : std::string();
}

}  // namespace weft::syntax
