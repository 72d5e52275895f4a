// Declarations as Terraform writes them. Each is read to its end, reported once with a fix, and becomes a kError node.
#include <array>

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
  const NodeId inside = block();
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
    remark(begin, diags::ForeignTerraform)
        .label("versions stand in `fabric`, the place of the state in `state`, modules name their own versions")
        .fix(problems_.range(begin.begin, close.end), "", "take it out");
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
  const std::string name = is_name(labels.back()) ? labels.back() : "name";
  if (!at(TokenKind::kLeftBrace)) {
    expected("`{`");
    const NodeId node = broken(NodeKind::kError, first, kids);
    end_declaration();
    return node;
  }
  const NodeId inside = block();
  add(kids, inside);
  if (word == "resource" || word == "data") {
    const std::string ours = word == "data" ? "lookup" : "resource";
    remark(begin, diags::ForeignResource, {word, ours})
        .label("the name comes first, then the type, without quotes")
        .fix(head, ours + " " + name + ": " + resource_type_for(labels.front()));
  } else if (word == "variable") {
    report_variable(begin, inside, name);
  } else if (word == "output") {
    report_output(begin, inside, name);
  } else if (word == "module") {
    report_module(begin, head_end, inside, name);
  } else {
    remark(begin, diags::ForeignLabel, {word}).label("its name stands without quotes").fix(head, "provider " + name);
  }
  const NodeId node = broken(NodeKind::kError, first, kids);
  end_declaration();
  return node;
}

void Parser::report_variable(const Token& begin, NodeId block, const std::string& name) {
  const std::string type = attribute_text(block, "type");
  const std::string value = attribute_text(block, "default");
  const std::string description = attribute_text(block, "description");
  std::string text;
  if (description.size() > 2 && description.find('\n') == std::string::npos && description.front() == '"') {
    text = "/// " + description.substr(1, description.size() - 2) + "\n";
  }
  const std::string secret = attribute_text(block, "sensitive") == "true" ? "secret " : "";
  text += "input " + name + ": " + secret + (type.empty() ? "any" : type_for(type));
  if (!value.empty()) text += " = " + value;
  remark(begin, diags::ForeignVariable)
      .label("an input is declared in one line: `input name: type = default`")
      .fix(problems_.range(begin.begin, previous_end()), text, "write `input " + name + ": …`");
}

void Parser::report_output(const Token& begin, NodeId block, const std::string& name) {
  const std::string value = attribute_text(block, "value");
  auto report = remark(begin, diags::ForeignLabel, {"output"});
  report.label("an output is declared in one line: `output name = value`");
  if (!value.empty()) {
    report.fix(problems_.range(begin.begin, previous_end()), "output " + name + " = " + value, "write `output " + name + " = …`");
  }
}

void Parser::report_module(const Token& begin, uint32_t head_end, NodeId block, const std::string& name) {
  const NodeId from = attribute(block, "source");
  auto report = remark(begin, diags::ForeignLabel, {"module"});
  report.label("`use` names the code, `module name: used { … }` makes an instance of it");
  if (!from.valid()) return;
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
