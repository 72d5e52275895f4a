// YAML and JSON where entries belong: `name: web`, `- a`, `---`, `"a": 1`.
#include "lang/base/text.h"
#include "lang/syntax/diags.h"
#include "lang/syntax/foreign.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {

// `key: value`; the current token is the colon.
auto Parser::yaml_entry(TokenId first, NodeId key) -> NodeId {
  const Token begin = out_[first.index];
  const Token& value = peek();
  const bool begins_line = line_start(text_, begin.begin).first && newlines_matter_;
  const bool has_value = !value.newline_before && value.kind != TokenKind::kEnd;
  const bool is_bracket = has_value && (value.kind == TokenKind::kLeftBrace || value.kind == TokenKind::kLeftBracket);
  const bool is_quoted = nodes_[nodes_[key.index].first_child].kind == NodeKind::kText;
  if (pos_ >= colons_until_ && begins_line && !is_bracket && !is_quoted) return yaml_lines(first, key);

  if (pos_ >= colons_until_) report_colons();
  Kids kids;
  add(kids, key);
  advance();
  add(kids, expression());
  kids.broken = true;
  return finish(NodeKind::kPair, first, kids);
}

// JSON: all colons up to the end of the braces around them are one fault.
void Parser::report_colons() {
  Fix fix{.title = "write `=`", .edits = {}};
  uint32_t depth = 0;
  uint32_t i = pos_;
  for (; raw_[i].kind != TokenKind::kEnd; ++i) {
    const TokenKind is = raw_[i].kind;
    if (is == TokenKind::kLeftBrace || is == TokenKind::kLeftBracket || is == TokenKind::kLeftParen) ++depth;
    if (is == TokenKind::kRightBrace || is == TokenKind::kRightBracket || is == TokenKind::kRightParen) {
      if (depth == 0) break;
      --depth;
    }
    if (is != TokenKind::kColon || i == 0) continue;
    uint32_t key = i - 1;
    while (key > 0 && i - key < 4 && raw_[key].kind != TokenKind::kTextBegin && raw_[key].kind != TokenKind::kName) --key;
    const TokenKind before = key > 0 ? raw_[key - 1].kind : TokenKind::kEnd;
    const bool is_key = before == TokenKind::kLeftBrace || before == TokenKind::kComma || raw_[key].newline_before;
    if (!is_key && i != pos_) continue;
    const bool space_before = raw_[i].begin > 0 && text_[raw_[i].begin - 1] == ' ';
    if (fix.edits.size() < 10'000) fix.edits.push_back({range(raw_[i]), space_before ? "=" : " ="});
    const Token& value = raw_[i + 1];
    const TokenKind behind = value.kind == TokenKind::kName ? raw_[i + 2].kind : TokenKind::kError;
    const bool bare = value.kind == TokenKind::kName && !is_reserved(value.word) &&
                      (behind == TokenKind::kComma || behind == TokenKind::kRightBrace);
    if (bare) fix.edits.push_back({range(value), '"' + std::string(text_of(value)) + '"'});
  }
  colons_until_ = i;
  remark(token(), diags::YamlKey, {"`:`"}).label("a value follows a `=`").fix(std::move(fix));
}

// Lines of YAML from the current one on that stand as deep, or deeper.
void Parser::skip_yaml_lines(uint32_t column) {
  const auto skip_line = [&] {
    do {
      if (at_group_end()) return;
      skip_group();
    } while (!raw_[pos_].newline_before && !at(TokenKind::kEnd));
  };
  skip_line();
  while (!at_group_end()) {
    const LineStart start = line_start(text_, token().begin);
    if (!start.first || start.column < column) return;
    const bool is_item = at(TokenKind::kMinus);
    const TokenKind next = peek().kind;
    const bool is_key = token().kind == TokenKind::kName && next == TokenKind::kColon;
    if (start.column == column && !is_item && !is_key) return;
    skip_line();
  }
}

auto Parser::yaml_lines(TokenId first, NodeId key) -> NodeId {
  const Token begin = out_[first.index];
  const Token colon = token();
  const std::string name(source(key));
  const uint32_t column_of_key = line_start(text_, begin.begin).column;
  const std::string_view indent = indentation_of_line(text_, begin.begin);
  const bool was_panic = panic_;
  skip_yaml_lines(column_of_key);
  const auto end = static_cast<uint32_t>(line_end(text_, previous_end()));
  const std::string_view lines = text_.substr(begin.begin - column_of_key, end - begin.begin + column_of_key);
  panic_ = was_panic;
  {
    const bool is_head = name == "apiVersion" || name == "kind";
    auto report = is_head ? remark(begin.begin, colon.end, diags::YamlHead, {name})
                          : remark(begin.begin, colon.end, diags::YamlKey, {"`" + name + ":`"});
    if (is_head) {
      report.label("the type of the resource says it: `resource name: k8s.apps.v1.Deployment { … }`");
    } else {
      report.label("an entry is `" + name + " = …`, texts in quotes");
    }
    const auto body = fabric_from_yaml(lines, indent);
    if (body) report.fix(problems_.range(begin.begin, end), *body, "write it as entries");
  }
  Kids kids;
  add(kids, key);
  add(kids, missing());
  return broken(NodeKind::kAttribute, first, kids);
}

// `- a` where an entry belongs.
auto Parser::yaml_items() -> NodeId {
  const TokenId first = here();
  const Token begin = token();
  const LineStart start = line_start(text_, begin.begin);
  const uint32_t column_of_items = start.column;
  skip_yaml_lines(start.first ? column_of_items : UINT32_MAX);
  const auto end = static_cast<uint32_t>(line_end(text_, previous_end()));
  {
    auto report = remark(begin, diags::YamlItem);
    report.label("a list is written `[a, b]`");
    const std::string_view lines = text_.substr(begin.begin - column_of_items, end - begin.begin + column_of_items);
    const auto body = start.first ? fabric_from_yaml(lines, indentation_of_line(text_, begin.begin)) : std::nullopt;
    if (body) report.fix(problems_.range(begin.begin, end), *body, "write a list");
  }
  return broken(NodeKind::kError, first);
}

// `---`, `apiVersion: …` where a declaration belongs: everything up to the next declaration is one fault.
auto Parser::yaml_document(TokenId first, Kids& kids) -> NodeId {
  const Token begin = token();
  const bool is_mark = at(TokenKind::kMinus);
  const bool is_three = is_mark && peek(1).kind == TokenKind::kMinus && peek(2).kind == TokenKind::kMinus;
  const Token key = is_three && peek(3).newline_before ? peek(3) : begin;
  const uint32_t colon = is_mark ? begin.end : peek().end;
  if (!at_group_end()) skip_group();
  skip_to_declaration();
  const auto end = static_cast<uint32_t>(line_end(text_, previous_end()));
  const std::string_view lines = text_.substr(begin.begin, end - begin.begin);
  {
    const std::string_view name = text_of(key);
    const bool is_manifest = name == "apiVersion" || name == "kind" || lines.find("\napiVersion:") != std::string_view::npos;
    auto report = is_three      ? remark(begin.begin, begin.begin + 3, diags::YamlMark)
                  : is_mark     ? remark(begin, diags::YamlItem)
                  : is_manifest ? remark(begin.begin, colon, diags::YamlHead, {std::string(name)})
                                : remark(begin.begin, colon, diags::YamlKey, {"`" + std::string(name) + ":`"});
    report.label(is_three ? "each object is a `resource` of its own; nothing stands between them"
                          : "a file holds declarations: `resource name: k8s.apps.v1.Deployment { … }`");
    const size_t second = lines.find("\n---", 1);
    const auto resource = is_manifest && second == std::string_view::npos ? resource_from_manifest(lines) : std::nullopt;
    if (resource) {
      report.fix(problems_.range(begin.begin, end), *resource, "write it as a resource");
    } else if (is_three) {
      report.fix(problems_.range(begin.begin, begin.begin + 3), "");
    }
  }
  const NodeId node = broken(NodeKind::kError, first, kids);
  return node;
}

}  // namespace weft::syntax
