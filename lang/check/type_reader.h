// Types as written become types: built-in ones, aliases of the module, resource types.
#pragma once

#include <string>
#include <string_view>

#include "lang/check/context.h"

namespace weft::check {

// The words that are types by themselves; they cannot be declared again.
[[nodiscard]] auto is_builtin_type(std::string_view name) -> bool;

// aws.ec2.VPC, k8s.cert-manager.io.v1.Issuer: the parts joined with dots, quotes taken off.
[[nodiscard]] auto path_text(const Context& context, const syntax::Tree& tree, syntax::NodeId path) -> std::string;

// A kType node. kError, reported, when it is not one.
[[nodiscard]] auto read_type(const Context& context, const syntax::Tree& tree, syntax::NodeId type) -> Type;

// The resource type of that name; null, reported with the likely one, when there is none.
[[nodiscard]] auto find_resource_type(const Context& context, std::string_view name, Range range) -> const ResourceType*;

}  // namespace weft::check
