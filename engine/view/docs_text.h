// Reference pages of types and functions, drawn from the things themselves.
#pragma once

#include <string>
#include <string_view>

#include "engine/view/look.h"
#include "lang/value/function.h"
#include "providers/api/driver.h"

namespace weft::draw {

[[nodiscard]] auto type_docs(const driver::TypeSchema& type, const Look& look) -> std::string;
// A provider: its settings, types and functions.
[[nodiscard]] auto provider_docs(const driver::Driver& driver, const Look& look) -> std::string;
[[nodiscard]] auto function_docs(const Function& function, const Look& look) -> std::string;
// Paragraphs of plain text and Markdown code blocks (indented by four), wrapped.
[[nodiscard]] auto prose(std::string_view text, const Look& look) -> std::string;
// "(parts: list<string>, separator: string) -> string" behind its name.
[[nodiscard]] auto signature_text(const Function& function) -> std::string;

}  // namespace weft::draw
