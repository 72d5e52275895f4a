// A plan for reviewers and pipelines: Markdown for merge requests, a page, JUnit.
#pragma once

#include <string>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/view/run_report.h"

namespace weft::draw {

inline constexpr size_t kMarkdownMost = 60'000;

// Opens with the counts and everything that destroys or replaces, folds the rest, and stops at an entry before `most`
// characters, with a count of what is left out. Of the look only characters and types count.
[[nodiscard]] auto plan_markdown(const plan::Plan& plan, size_t most = kMarkdownMost, const Look& given = {}) -> std::string;
// A self-contained page; every step can be linked to by its id.
[[nodiscard]] auto plan_html(const plan::Plan& plan, const driver::Registry* types = nullptr) -> std::string;

// What stands in no step and is no check: a mistake in a file, a refusal.
struct Mistake {
  std::string name, text;  // "E0603 main.fabric:12", what is wrong
};
// One case a step: planned ones pass, those that could not be planned fail; then one for each check and each mistake.
[[nodiscard]] auto plan_junit(const plan::Plan& plan, const std::vector<Mistake>& mistakes = {}) -> std::string;
// One case a step of a run, then one for each check and each mistake.
[[nodiscard]] auto run_junit(const RunReport& report, const std::vector<Mistake>& mistakes) -> std::string;

}  // namespace weft::draw
