// What other languages' words are here, as text. Used for fixes only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::syntax {

// "aws_vpc" → "aws.ec2.VPC"; a guess where the name is not known.
[[nodiscard]] auto resource_type_for(std::string_view terraform_type) -> std::string;
// "list(string)" → "list<string>", "object({ a = string, b = optional(bool) })" → "{ a: string, b?: bool }"; nothing for
// what cannot be said so, such as the default in `optional(bool, true)`.
[[nodiscard]] auto type_for(std::string_view terraform_type) -> std::optional<std::string>;
// `module.a["k"].aws_vpc.main[0]` → `a["k"].main[0]`; nothing for what is no plain address of a resource or a module.
[[nodiscard]] auto address_for(std::string_view terraform_address) -> std::optional<std::string>;
// Block YAML (mappings, sequences, scalars on one line) as entries of a fabric, each line behind `indent`; nothing when
// it has what that cannot say. `is_list`: the lines are items, and the result is the list.
[[nodiscard]] auto fabric_from_yaml(std::string_view lines, std::string_view indent) -> std::optional<std::string>;
// A scalar of YAML as an expression: `web` → `"web"`, `3` → `3`.
[[nodiscard]] auto scalar_from_yaml(std::string_view scalar) -> std::optional<std::string>;
// A whole Kubernetes manifest as a resource.
[[nodiscard]] auto resource_from_manifest(std::string_view lines) -> std::optional<std::string>;

}  // namespace weft::syntax
