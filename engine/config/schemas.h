// The drivers' schemas in the form that the checker asks for.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "lang/check/schema_source.h"
#include "providers/api/registry.h"

namespace weft::config {

class Schemas : public check::SchemaSource {
 public:
  explicit Schemas(const driver::Registry& registry) : registry_(registry) {}

  [[nodiscard]] auto find(std::string_view type_name) const -> const check::ResourceType* override;
  [[nodiscard]] auto provider(std::string_view name) const -> const check::ProviderType* override;
  [[nodiscard]] auto type_names() const -> std::vector<std::string_view> override;
  [[nodiscard]] auto provider_names() const -> std::vector<std::string_view> override;

 private:
  struct Provider {
    check::ProviderType type;
    std::unique_ptr<FunctionTable> functions;
  };
  const driver::Registry& registry_;
  // Made when first asked for: a fabric uses few of many types.
  mutable std::map<std::string, std::unique_ptr<check::ResourceType>, std::less<>> types_;
  mutable std::map<std::string, std::unique_ptr<Provider>, std::less<>> providers_;
};

}  // namespace weft::config
