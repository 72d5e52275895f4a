// What the checker asks about the world's types; implemented above (from the drivers' schemas), so that nothing here
// knows of providers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/value/function.h"
#include "lang/value/type.h"

namespace weft::check {

struct AttributeInfo {
  std::string name;
  std::string documentation;
  bool computed = false;  // only the provider sets it
};

struct ResourceType {
  std::string name;                 // "local.File"
  bool is_resource = false;
  bool is_lookup = false;
  Type written;                     // closed object: what a resource block may hold
  Type filters;                     // closed object: what a lookup block may hold
  Type read;                        // object: what references see, named after the type
  std::vector<AttributeInfo> attributes;
  std::string documentation;
};

struct ProviderType {
  std::string name;                 // "aws"
  Type settings;                    // closed object, all members may be left out
  const FunctionTable* functions = nullptr;  // "aws.tags"; may be null
};

class SchemaSource {
 public:
  virtual ~SchemaSource() = default;
  // Rows live as long as the source.
  [[nodiscard]] virtual auto find(std::string_view type_name) const -> const ResourceType* = 0;
  [[nodiscard]] virtual auto provider(std::string_view name) const -> const ProviderType* = 0;
  [[nodiscard]] virtual auto type_names() const -> std::vector<std::string_view> = 0;
  [[nodiscard]] virtual auto provider_names() const -> std::vector<std::string_view> = 0;
};

}  // namespace weft::check
