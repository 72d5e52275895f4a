// One entry of a plan as rows; shared by the drawings of a plan.
#pragma once

#include <span>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/view/page.h"
#include "engine/view/plan_entries.h"
#include "engine/view/value_diff.h"

namespace weft::draw {

class EntryRows {
 public:
  EntryRows(const plan::Plan& plan, const Look& look) : plan_(plan), look_(look), origins_(plan) {}

  // Head and details, consequences included.
  [[nodiscard]] auto rows(const Entry& entry) const -> std::vector<Row>;
  // Heads of single replacements of one declaration, and below them once what is the same of all.
  [[nodiscard]] auto together(std::span<const Entry> entries) const -> std::vector<Row>;
  // Whether two entries may stand so.
  [[nodiscard]] auto stand_together(const Entry& one, const Entry& other) const -> bool;
  // The head alone, the first difference beside it: one line a declaration in large plans.
  [[nodiscard]] auto brief(const Entry& entry) const -> Row;
  // Why a destroy or replacement happens and who depends on it, in one sentence; `many`: spoken of several.
  [[nodiscard]] auto reason(const plan::Step& step, bool many) const -> std::string;
  // What of a destroyed object deserves a look: "holds data; no final snapshot asked".
  [[nodiscard]] static auto warning(const plan::Step& step) -> std::string;
  [[nodiscard]] auto head(const Entry& entry) const -> Row;
  [[nodiscard]] auto style() const -> ValueStyle;

 private:
  void details(const Entry& entry, uint32_t indent, std::vector<Row>& out) const;
  void group_details(const Entry& entry, uint32_t indent, std::vector<Row>& out) const;
  void consequences(const Entry& entry, const std::string& prefix, std::vector<Row>& out) const;
  [[nodiscard]] auto consequence_row(const Entry& entry, const plan::Step& cause) const -> std::pair<Row, std::vector<Row>>;
  [[nodiscard]] auto type_of(const plan::Step& step) const -> const driver::TypeSchema*;
  [[nodiscard]] auto context(const plan::Step& step) const -> DiffContext;
  void remarks(const plan::Step& step, uint32_t indent, std::vector<Row>& out) const;

  const plan::Plan& plan_;
  const Look& look_;
  Origins origins_;
};

[[nodiscard]] auto ink_of(plan::Action action) -> Ink;

}  // namespace weft::draw
