#include "engine/view/docs_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/view/page.h"
#include "engine/view/value_text.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::draw {

namespace {

using driver::Attribute;

void paragraphs(std::string_view text, uint32_t indent, Page& page) {
  std::string paragraph;
  auto finish = [&] {
    if (!paragraph.empty()) page.line(Line(paragraph), indent);
    paragraph.clear();
  };
  for (std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) {
      finish();
      page.gap();
    } else if (line.starts_with("    ")) {
      finish();
      page.row(Row{.indent = indent, .left = Line(std::string(line)), .whole = true});
    } else {
      if (!paragraph.empty()) paragraph += ' ';
      paragraph += trim(line);
    }
  }
  finish();
}

auto change_word(driver::OnChange change) -> std::string_view {
  switch (change) {
    case driver::OnChange::kInPlace: return {};
    case driver::OnChange::kReplace: return "create-only";
    case driver::OnChange::kMayReplace: return "a change may replace";
  }
  return {};
}

auto facts_of(const Attribute& attribute) -> std::string {
  std::string out = attribute.type.text();
  auto add = [&](std::string_view word) {
    if (!word.empty()) out += fmt::format(", {}", word);
  };
  if (attribute.input == driver::Input::kRequired) add("required");
  if (attribute.input == driver::Input::kLocal) add("never sent");
  if (attribute.default_value) add("default " + value_text(*attribute.default_value));
  if (attribute.input != driver::Input::kNone) add(change_word(attribute.change));
  if (attribute.secrecy == driver::Secrecy::kSecret) add("secret");
  if (attribute.secrecy == driver::Secrecy::kWriteOnly) add("secret, never readable");
  if (attribute.secrecy == driver::Secrecy::kOnce) add("secret, readable only when it is made");
  if (attribute.stability == driver::Stability::kVolatile) add("changes by itself");
  std::vector<std::string> wanted;
  for (const auto& reference : attribute.refs) wanted.push_back(fmt::format("{} of {}", reference.attribute, reference.type));
  if (!wanted.empty()) add("means " + listed(wanted));
  return out;
}

void attribute_list(std::string_view title, const std::vector<const Attribute*>& attributes, Page& page) {
  if (attributes.empty()) return;
  page.gap();
  page.line(Line().add(title, Ink::kBold));
  for (const Attribute* attribute : attributes) {
    page.row(Row{.indent = 2, .left = Line().add(attribute->name, Ink::kBold).add("  ").add(facts_of(*attribute)), .hang = 6});
    paragraphs(attribute->documentation, 6, page);
  }
}

auto chosen(const std::vector<Attribute>& attributes, auto wanted) -> std::vector<const Attribute*> {
  std::vector<const Attribute*> out;
  for (const Attribute& attribute : attributes) {
    if (wanted(attribute)) out.push_back(&attribute);
  }
  return out;
}

auto repeat_text(const driver::TypeSchema& type) -> std::string {
  switch (type.create.idempotency) {
    case driver::Idempotency::kPure: return {};
    case driver::Idempotency::kBlind: return "If the answer to a create is lost, only a person can tell whether it was done.";
    default: return {};
  }
}

void quoted_block(std::string_view text, Page& page) {
  for (std::string_view line : split(text, '\n')) page.row(Row{.indent = 2, .left = Line(std::string(line)), .whole = true});
}

}  // namespace

auto prose(std::string_view text, const Look& look) -> std::string {
  Page page(look);
  paragraphs(text, 0, page);
  return page.text();
}

auto type_docs(const driver::TypeSchema& type, const Look& look) -> std::string {
  Page page(look);
  std::string kind = type.resource && type.lookup ? "resource and lookup" : type.resource ? "resource" : "lookup";
  page.line(Line().add(type.name, Ink::kBold).add(fmt::format("  {}", kind)));
  paragraphs(type.documentation, 0, page);
  std::string remarks;
  auto remark = [&](std::string_view text) {
    if (!text.empty()) remarks += fmt::format("{}{}", remarks.empty() ? "" : " ", text);
  };
  if (type.role == driver::TypeRole::kRecorded) remark("It lives in the state alone.");
  if (type.stateful) remark("It holds data: its removal stands first in a plan.");
  if (type.resource) remark(repeat_text(type));
  if (!type.identity.empty() && type.resource) remark(fmt::format("Named by {}.", listed(type.identity)));
  if (!remarks.empty()) {
    page.gap();
    page.line(Line(remarks));
  }
  auto written = [](const Attribute& a) { return a.input != driver::Input::kNone; };
  auto given = [](const Attribute& a) { return a.input == driver::Input::kNone; };
  if (type.resource) attribute_list("ATTRIBUTES", chosen(type.attributes, written), page);
  attribute_list("GIVEN BACK", chosen(type.attributes, given), page);
  if (type.lookup) attribute_list("LOOKED UP BY", chosen(type.filters, [](const Attribute&) { return true; }), page);
  if (!type.example.empty()) {
    page.gap();
    page.line(Line().add("EXAMPLE", Ink::kBold));
    quoted_block(trim(type.example), page);
  }
  return page.text();
}

auto provider_docs(const driver::Driver& driver, const Look& look) -> std::string {
  Page page(look);
  page.line(Line().add(driver.name(), Ink::kBold).add("  provider"));
  std::vector<const Attribute*> settings;
  for (const Attribute& setting : driver.settings()) settings.push_back(&setting);
  attribute_list("SETTINGS", settings, page);
  page.gap();
  page.line(Line().add("TYPES", Ink::kBold));
  size_t width = 0;
  for (const auto& type : driver.types()) width = std::max(width, type.name.size());
  for (const auto& type : driver.types()) {
    std::string first(type.documentation.substr(0, type.documentation.find('\n')));
    page.row(Row{.indent = 2, .left = Line().add(fmt::format("{:<{}}", type.name, width), Ink::kBold).add("  ").add(first),
                 .hang = static_cast<uint32_t>(width + 4)});
  }
  if (driver.functions().empty()) return page.text();
  page.gap();
  page.line(Line().add("FUNCTIONS", Ink::kBold));
  for (const Function* function : driver.functions()) {
    page.row(Row{.indent = 2, .left = Line(signature_text(*function)), .hang = 6});
  }
  return page.text();
}

auto signature_text(const Function& function) -> std::string { return fmt::format("{}{}", function.name, function.signature); }

auto function_docs(const Function& function, const Look& look) -> std::string {
  Page page(look);
  page.row(Row{.left = Line().add(function.name, Ink::kBold).add(function.signature), .hang = 4});
  paragraphs(function.text, 0, page);
  if (!function.example.empty()) {
    page.gap();
    page.line(Line().add("EXAMPLE", Ink::kBold));
    page.row(Row{.indent = 2, .left = Line(fmt::format("{}  →  {}", function.example, function.result)), .hang = 4});
  }
  return page.text();
}

}  // namespace weft::draw
