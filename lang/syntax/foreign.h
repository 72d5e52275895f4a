// What other languages' words are here, as text. Used for fixes only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::syntax {

// "aws_vpc" → "aws.ec2.VPC"; a guess where the name is not known.
[[nodiscard]] auto resource_type_for(std::string_view terraform_type) -> std::string;
// "list(string)" → "list<string>"; "any" for what has no simple form.
[[nodiscard]] auto type_for(std::string_view terraform_type) -> std::string;
// Block YAML (mappings, sequences, scalars on one line) as entries of a fabric, each line behind `indent`; nothing when
// it has what that cannot say. `is_list`: the lines are items, and the result is the list.
[[nodiscard]] auto fabric_from_yaml(std::string_view lines, std::string_view indent) -> std::optional<std::string>;
// A scalar of YAML as an expression: `web` → `"web"`, `3` → `3`.
[[nodiscard]] auto scalar_from_yaml(std::string_view scalar) -> std::optional<std::string>;
// A whole Kubernetes manifest as a resource.
[[nodiscard]] auto resource_from_manifest(std::string_view lines) -> std::optional<std::string>;

}  // namespace weft::syntax
