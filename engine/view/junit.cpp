// JUnit: what pipelines draw as test results.
#include <optional>

#include <fmt/format.h>

#include "engine/view/html.h"
#include "engine/view/plan_documents.h"
#include "engine/view/plan_text.h"
#include "lang/base/text.h"

namespace weft::draw {

namespace {

struct Case {
  std::string name, type;
  uint64_t elapsed_ms = 0;
  std::optional<std::string> failure, skipped;
};

// A line break in an attribute would be read as a blank.
auto escaped(const std::string& text) -> std::string {
  std::string out;
  for (auto line : split(text, '\n')) out += (out.empty() ? "" : "&#10;") + html_escape(line);
  return out;
}

auto junit(const std::string& suite, const std::vector<Case>& cases) -> std::string {
  size_t failures = 0, skipped = 0;
  uint64_t total = 0;
  std::string body;
  for (const Case& one : cases) {
    total += one.elapsed_ms;
    body += fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"{}.{:03}\"", html_escape(one.name), html_escape(one.type),
                        one.elapsed_ms / 1000, one.elapsed_ms % 1000);
    if (one.failure) {
      ++failures;
      body += fmt::format(">\n      <failure message=\"{0}\">{0}</failure>\n    </testcase>\n", escaped(*one.failure));
    } else if (one.skipped) {
      ++skipped;
      body += fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", escaped(*one.skipped));
    } else {
      body += "/>\n";
    }
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                     "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" time=\"{}.{:03}\">\n{}  </testsuite>\n</testsuites>\n",
                     html_escape(suite), cases.size(), failures, skipped, total / 1000, total % 1000, body);
}

void add(const std::vector<event::CheckJudged>& checks, std::vector<Case>& cases) {
  for (const auto& check : checks) {
    Case row{.name = check.name, .type = "check"};
    if (!check.messages.empty()) row.failure = join(check.messages, "\n");
    else if (check.unjudged > 0) row.skipped = "not judged";
    cases.push_back(std::move(row));
  }
}

void add(const std::vector<Mistake>& mistakes, std::vector<Case>& cases) {
  for (const Mistake& one : mistakes) cases.push_back({.name = one.name, .type = "diagnostic", .failure = one.text});
}

auto error_text(const event::StepError& error) -> std::string {
  std::string out = error.operation;
  if (!error.code.empty()) out += (out.empty() ? "" : ": ") + error.code;
  if (!error.text.empty()) out += (out.empty() ? "" : ": ") + error.text;
  return out;
}

}  // namespace

auto plan_junit(const plan::Plan& plan, const std::vector<Mistake>& mistakes) -> std::string {
  std::vector<Case> cases;
  for (const plan::Step& step : plan.steps) {
    if (step.action != plan::Action::kNone) cases.push_back({.name = step.id, .type = step.type});
  }
  for (const plan::Failed& failed : plan.failed) {
    cases.push_back({.name = failed.address, .type = failed.type, .failure = failed.failure.text});
  }
  add(plan.checks, cases);
  add(mistakes, cases);
  return junit(plan.fabric.empty() ? "plan" : "plan " + fabric_name(plan.fabric, plan.environment), cases);
}

auto run_junit(const RunReport& report, const std::vector<Mistake>& mistakes) -> std::string {
  std::vector<Case> cases;
  for (const ReportedStep& one : report.steps) {
    if (one.step->action == plan::Action::kNone) continue;
    Case row{.name = one.step->id, .type = one.step->type, .elapsed_ms = one.elapsed_ms};
    switch (one.state) {
      case event::StepState::kDone: break;
      case event::StepState::kFailed:
      case event::StepState::kOpen: row.failure = one.error ? error_text(*one.error) : std::string(event::word(one.state)); break;
      case event::StepState::kSkipped: row.skipped = one.because.empty() ? "skipped" : "because of " + one.because; break;
      default: row.skipped = "not started";
    }
    if (one.half_done && !row.failure) row.failure = "half done";
    cases.push_back(std::move(row));
  }
  add(report.checks, cases);
  add(mistakes, cases);
  return junit(report.fabric.empty() ? report.verb : report.verb + " " + report.fabric, cases);
}

}  // namespace weft::draw
