// What stands below a plan in every drawing, a line each; empty: there is nothing to say.
#pragma once

#include <string>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/view/look.h"
#include "engine/view/value_text.h"

namespace weft::draw {

// "KEEP 4: 3 × subnet[…] (--except), vpc (subnet[…] needs it)"; `most` names, 0: all.
inline constexpr size_t kKeptShown = 10;
[[nodiscard]] auto kept_line(const plan::Plan& plan, size_t most) -> std::string;
[[nodiscard]] auto drift_line(const plan::Plan& plan) -> std::string;
// Those that stand under a step are shown there.
[[nodiscard]] auto ignored_line(const plan::Plan& plan) -> std::string;
[[nodiscard]] auto outputs_line(const plan::Plan& plan, const ValueStyle& style, const Look& look) -> std::string;
// Those of them that say something, for drawings without a place of its own for each.
[[nodiscard]] auto closing_lines(const plan::Plan& plan, const ValueStyle& style, const Look& look) -> std::vector<std::string>;

// One output that changes, in a few words.
[[nodiscard]] auto output_words(const plan::OutputChange& output, const ValueStyle& style, const Look& look) -> std::string;
[[nodiscard]] auto holds_secret(const plan::OutputChange& output) -> bool;

}  // namespace weft::draw
