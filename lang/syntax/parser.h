// The parser's state: recursive descent over balanced tokens (brackets.h). Private to this room; its parts are
// parse.cpp (doors, cursor, nodes), recover.cpp (faults), parse_declaration.cpp, parse_block.cpp, parse_type.cpp,
// parse_expression.cpp, parse_collection.cpp, parse_text.cpp, parse_foreign.cpp, parse_foreign_blocks.cpp,
// parse_foreign_entry.cpp and parse_yaml.cpp.
//
// Tokens are copied from the lexer's list to the tree's as they are consumed, so `>=` can become two and
// documentation comments, which the grammar does not see, are passed in one place.
//
// Faults: problem() starts a panic: nothing further is reported until the parser stands at a place it is sure of (the
// end of an entry, a closing bracket, the next declaration). remark() reports what could be read all the same.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/syntax/parse.h"
#include "lang/syntax/problems.h"
#include "lang/syntax/tree.h"

namespace weft::syntax {

inline constexpr uint16_t kMaxHeight = 2048;  // of the tree; chains such as `a + b + …` nest without brackets

// Children of a node that is being read.
struct Kids {
  uint32_t first = UINT32_MAX;
  uint32_t last = UINT32_MAX;
  uint16_t height = 0;
  bool broken = false;
};

class Parser {
 public:
  Parser(Tokens tokens, Problems& problems);

  auto file() -> Tree;
  auto inputs() -> Tree;
  auto single_expression() -> Tree;
  auto template_text() -> Tree;

 private:
  // Newlines separate in braces and between declarations, nowhere else.
  class Newlines {
   public:
    Newlines(Parser& parser, bool matter) : parser_(parser), before_(parser.newlines_matter_) {
      parser.newlines_matter_ = matter;
    }
    ~Newlines() { parser_.newlines_matter_ = before_; }
    Newlines(const Newlines&) = delete;
    auto operator=(const Newlines&) -> Newlines& = delete;

   private:
    Parser& parser_;
    bool before_;
  };
  class Nesting {
   public:
    explicit Nesting(uint32_t& depth) : depth_(depth) { ++depth_; }
    ~Nesting() { --depth_; }
    Nesting(const Nesting&) = delete;
    auto operator=(const Nesting&) -> Nesting& = delete;

   private:
    uint32_t& depth_;
  };
  // The tokens of something in brackets, for messages.
  struct Opened {
    TokenKind closer;
    uint32_t raw;  // of the opener
  };

  // --- parse.cpp: cursor
  [[nodiscard]] auto kind() const -> TokenKind { return half_ ? TokenKind::kAssign : raw_[pos_].kind; }
  [[nodiscard]] auto word() const -> Word { return raw_[pos_].word; }
  [[nodiscard]] auto token() const -> const Token& { return raw_[pos_]; }
  [[nodiscard]] auto at(TokenKind kind_wanted) const -> bool { return kind() == kind_wanted; }
  [[nodiscard]] auto at(Word wanted) const -> bool { return raw_[pos_].word == wanted; }
  [[nodiscard]] auto ahead(uint32_t n = 1) const -> uint32_t;  // index of the n-th token behind the current one
  [[nodiscard]] auto peek(uint32_t n = 1) const -> const Token& { return raw_[ahead(n)]; }
  [[nodiscard]] auto text_of(const Token& token) const -> std::string_view {
    return text_.substr(token.begin, token.end - token.begin);
  }
  [[nodiscard]] auto on_new_line() const -> bool { return newlines_matter_ && raw_[pos_].newline_before && !half_; }
  [[nodiscard]] auto goes_on() const -> bool;   // the current token continues the line before it
  [[nodiscard]] auto line_ends() const -> bool { return on_new_line() && !goes_on(); }
  [[nodiscard]] auto is_empty(const Token& token) const -> bool { return token.begin == token.end; }
  [[nodiscard]] auto touches(const Token& before, const Token& token) const -> bool { return before.end == token.begin; }
  void advance();
  void split_greater_equal();
  auto accept(TokenKind kind_wanted) -> bool;
  auto accept(Word wanted) -> bool;
  void take_documentation_tokens();
  [[nodiscard]] auto documents_next() const -> bool;
  [[nodiscard]] auto previous_end() const -> uint32_t;

  // --- parse.cpp: nodes
  [[nodiscard]] auto here() const -> TokenId { return TokenId{static_cast<uint32_t>(out_.size())}; }
  // The place of an empty node: right behind what was read, before documentation that has been passed.
  [[nodiscard]] auto behind_last() const -> TokenId { return TokenId{last_ == UINT32_MAX ? 0 : last_ + 1}; }
  void add(Kids& kids, NodeId child);
  auto finish(NodeKind kind, TokenId first, const Kids& kids = {}) -> NodeId;
  auto finish_from(NodeKind kind, NodeId first, const Kids& kids) -> NodeId;
  auto missing() -> NodeId;
  auto broken(NodeKind kind, TokenId first, Kids kids = {}) -> NodeId;
  void mark_broken(NodeId node) { nodes_[node.index].broken = true; }
  auto tree(NodeId root) -> Tree;
  auto whole_file(const Kids& kids) -> NodeId;
  auto documentation(Kids& kids, TokenId& first) -> bool;
  void drop_documentation();
  void stray_documentation();
  auto module_documentation() -> NodeId;

  // --- recover.cpp
  auto problem(uint32_t begin, uint32_t end, const DiagInfo& info, std::vector<std::string> arguments = {}) -> Report;
  auto problem(const Token& token, const DiagInfo& info, std::vector<std::string> arguments = {}) -> Report;
  auto remark(uint32_t begin, uint32_t end, const DiagInfo& info, std::vector<std::string> arguments = {}) -> Report;
  auto remark(const Token& token, const DiagInfo& info, std::vector<std::string> arguments = {}) -> Report;
  [[nodiscard]] auto range(const Token& token) const -> Range { return problems_.range(token.begin, token.end); }
  [[nodiscard]] auto describe(const Token& token) const -> std::string;
  // `what` belongs here and something else, or nothing, stands here. `rule` is the label.
  void expected(std::string_view what, std::string_view rule = {});
  auto expect(TokenKind kind_wanted, std::string_view rule = {}) -> bool;
  void expect_colon(std::string_view rule);
  void expect_closer(const Opened& opened, std::string_view separator, Kids& kids);
  void skip_group();
  void skip_entry();
  void skip_to_body();
  void skip_to_declaration();
  [[nodiscard]] auto at_declaration() const -> bool;
  [[nodiscard]] auto at_group_end() const -> bool;
  [[nodiscard]] auto entry_follows() const -> bool;
  auto too_deep() -> bool;
  [[nodiscard]] auto column(const Token& token) const -> uint32_t;
  void skip_deeper_lines(uint32_t column);

  // --- parse_declaration.cpp
  auto declaration() -> NodeId;
  auto declaration_of(Word word, TokenId first, Kids kids) -> NodeId;
  auto no_declaration(TokenId first, Kids kids) -> NodeId;
  void end_declaration();
  auto fabric(Kids& kids) -> NodeKind;
  auto state(Kids& kids) -> NodeKind;
  auto provider(Kids& kids) -> NodeKind;
  auto input(Kids& kids) -> NodeKind;
  auto type_alias(Kids& kids) -> NodeKind;
  auto let(Kids& kids) -> NodeKind;
  auto fn(Kids& kids) -> NodeKind;
  auto resource(Kids& kids) -> NodeKind;
  auto group(Kids& kids) -> NodeKind;
  auto lookup(Kids& kids) -> NodeKind;
  auto use(Kids& kids) -> NodeKind;
  auto module(Kids& kids) -> NodeKind;
  auto output(Kids& kids) -> NodeKind;
  auto check(Kids& kids) -> NodeKind;
  auto policy(Kids& kids) -> NodeKind;
  auto test(Kids& kids) -> NodeKind;
  auto moved(Kids& kids) -> NodeKind;
  auto forget(Kids& kids) -> NodeKind;
  auto adopt(Kids& kids) -> NodeKind;
  void expect_word(Kids& kids, Word wanted);
  auto declared_name(std::string_view what) -> NodeId;
  void loop_variables(Kids& kids);
  void heads(Kids& kids);
  void each(Kids& kids);
  void when(Kids& kids);
  auto params() -> NodeId;
  auto param(bool& seen_default) -> NodeId;
  // `checked`: that no entry follows instead.
  auto path(bool checked = false) -> NodeId;
  auto address() -> NodeId;

  // --- parse_block.cpp
  void body(Kids& kids, std::string_view owner);
  auto block() -> NodeId;
  auto entry() -> NodeId;
  auto attribute_or_rule() -> NodeId;
  auto meta_argument() -> NodeId;
  auto spread() -> NodeId;
  auto rule() -> NodeId;
  auto entry_value(TokenId first, NodeId key, NodeKind kind) -> NodeId;
  void separator(std::string_view what, uint32_t entry_raw, NodeId entry, Kids& kids);
  void leading_comma(std::string_view rule);
  auto plain_key(NodeId key_text) -> NodeId;

  // --- parse_type.cpp
  // `in_head`: of a declaration, where a name on the next line with `=` after it is the type, no further entry.
  auto type(bool in_head = false) -> NodeId;
  auto type_atom() -> NodeId;
  auto type_object() -> NodeId;
  auto type_member() -> NodeId;
  auto type_generic() -> NodeId;
  [[nodiscard]] auto starts_type() const -> bool;

  // --- parse_expression.cpp
  auto expression() -> NodeId;
  auto condition_choice(NodeId condition) -> NodeId;
  auto if_expression() -> NodeId;
  auto match_expression() -> NodeId;
  auto arm() -> NodeId;
  auto pattern() -> NodeId;
  auto operators(int least) -> NodeId;
  auto operand(int least) -> NodeId;
  auto postfix(NodeId base) -> NodeId;
  auto member(NodeId base, NodeKind kind) -> NodeId;
  auto index(NodeId base) -> NodeId;
  auto call(NodeId callee) -> NodeId;
  auto primary() -> NodeId;
  auto no_operand() -> NodeId;
  auto leaf(NodeKind kind) -> NodeId;
  auto name_after_dot() -> NodeId;

  // --- parse_collection.cpp
  auto parenthesised() -> NodeId;
  auto list() -> NodeId;
  auto list_for(TokenId first, const Opened& opened) -> NodeId;
  auto object() -> NodeId;
  auto object_for(TokenId first, const Opened& opened) -> NodeId;
  auto pair() -> NodeId;
  auto computed_key() -> NodeId;
  void comprehension_head(Kids& kids);
  [[nodiscard]] auto comprehension_follows() const -> bool;

  // --- parse_text.cpp
  auto text() -> NodeId;
  auto plain_text(std::string_view what, bool may_begin_line = false) -> NodeId;
  void text_pieces(Kids& kids);
  auto interpolation() -> NodeId;
  auto mark() -> NodeId;
  auto text_if() -> NodeId;
  auto text_for() -> NodeId;
  void close_mark();
  void expect_end_mark(const Token& begin);
  [[nodiscard]] auto mark_word() const -> Word;

  // --- parse_foreign.cpp: declarations of Terraform
  auto foreign_declaration(TokenId first, Kids& kids) -> NodeId;
  auto labelled_block(TokenId first, Kids& kids) -> NodeId;
  auto foreign_block(TokenId first, Kids& kids) -> NodeId;
  auto moved_block(TokenId first, Kids& kids) -> NodeId;
  auto foreign_body(std::string_view around) -> NodeId;
  void report_variable(const Token& begin, NodeId block, const std::string& name);
  void report_output(const Token& begin, NodeId block, const std::string& name);
  void report_module(const Token& begin, uint32_t head_end, NodeId block, const std::string& name);
  [[nodiscard]] auto attribute(NodeId block, std::string_view name) const -> NodeId;
  [[nodiscard]] auto attribute_text(NodeId block, std::string_view name) const -> std::string;
  [[nodiscard]] auto source(NodeId node) const -> std::string_view;
  [[nodiscard]] auto inner_source(NodeId block) const -> std::string_view;

  // --- parse_foreign_blocks.cpp: what they are here, for fixes; nothing where something would be lost
  [[nodiscard]] auto only_has(NodeId block, std::initializer_list<std::string_view> attributes,
                              std::initializer_list<std::string_view> blocks) const -> bool;
  [[nodiscard]] auto comments_of(NodeId block, const std::vector<NodeId>& kept, std::string_view indent) const
      -> std::optional<std::string>;
  [[nodiscard]] auto value_of(NodeId block, std::string_view name) const -> NodeId;
  [[nodiscard]] auto rules_of(NodeId block, std::string_view name, std::string_view word, std::string_view indent,
                              std::vector<NodeId>& kept) const -> std::optional<std::string>;
  [[nodiscard]] auto input_text(NodeId block, const std::string& name) const -> std::optional<std::string>;
  [[nodiscard]] auto output_text(NodeId block, const std::string& name) const -> std::optional<std::string>;
  [[nodiscard]] auto lifecycle_text(NodeId block, std::string_view indent) const -> std::optional<std::string>;
  [[nodiscard]] auto move_text(NodeId block, std::string_view word) const -> std::optional<std::string>;

  // --- parse_foreign_entry.cpp: entries and values of other languages
  auto foreign_value() -> NodeId;
  auto foreign_entry(TokenId first, NodeId key) -> NodeId;
  auto nested_block(TokenId first, NodeId key) -> NodeId;
  void report_lifecycle(const Token& begin, NodeId block);
  void report_dynamic(const Token& begin, const std::string& label, NodeId block);
  auto dotted_key(TokenId first, NodeId key) -> NodeId;
  auto dashed_name(const Token& begin, bool is_key) -> bool;
  void foreign_separator();

  // --- parse_yaml.cpp
  auto yaml_entry(TokenId first, NodeId key) -> NodeId;
  auto yaml_lines(TokenId first, NodeId key) -> NodeId;
  auto yaml_items() -> NodeId;
  auto yaml_document(TokenId first, Kids& kids) -> NodeId;
  void report_colons();
  void skip_yaml_lines(uint32_t column);

  std::vector<Token> raw_;
  std::string_view text_;
  FileId file_;
  Problems& problems_;
  std::vector<Token> out_;
  std::vector<Node> nodes_;
  uint32_t pos_ = 0;
  uint32_t last_ = UINT32_MAX;      // last token consumed that is no documentation
  uint32_t head_ = 0;               // where the declaration that is being read begins
  uint32_t depth_ = 0;
  uint32_t signs_ = 0;              // `!` and `not` in one another
  bool newlines_matter_ = true;
  bool panic_ = false;
  bool half_ = false;               // of `>=` the `>` is consumed, the `=` is the current token
  bool reported_depth_ = false;
  uint32_t colons_until_ = 0;         // `key: value` before this raw token has been reported
  bool reported_semicolons_ = false;
  bool in_dynamic_ = false;           // directly in a `dynamic "x"` of Terraform
  std::string_view around_;           // the word of the foreign block that is being read
  uint32_t doc_begin_ = 0;          // documentation passed and not yet used: [doc_begin_, doc_end_) in out_
  uint32_t doc_end_ = 0;
};

}  // namespace weft::syntax
