#include "engine/config/schemas.h"

namespace weft::config {
namespace {

using driver::Attribute;
using driver::Input;

auto is_written(const Attribute& attribute) -> bool { return attribute.input != Input::kNone; }

auto marked(const Attribute& attribute) -> Type {
  bool secret = attribute.secrecy != driver::Secrecy::kClear;
  return secret ? attribute.type.with_secret() : attribute.type;
}

// What may be written: closed; everything but the required members may be left out.
auto written_type(const std::vector<Attribute>& attributes, const std::string& name) -> Type {
  std::vector<Member> members;
  for (const Attribute& attribute : attributes) {
    if (!is_written(attribute)) continue;
    bool optional = attribute.input != Input::kRequired;
    members.push_back(Member{.name = attribute.name,
                             .type = optional ? marked(attribute).with_optional() : marked(attribute),
                             .may_be_left_out = optional,
                             .documentation = attribute.documentation});
  }
  return Type::object(std::move(members), name);
}

// What references see: an attribute that may be left out and has no default may be null.
auto read_type(const driver::TypeSchema& schema) -> Type {
  std::vector<Member> members;
  auto add = [&](const Attribute& attribute) {
    for (const Member& member : members) {
      if (member.name == attribute.name) return;
    }
    bool sure = attribute.input == Input::kRequired || attribute.input == Input::kNone || attribute.default_value;
    members.push_back(Member{.name = attribute.name,
                             .type = sure ? marked(attribute) : marked(attribute).with_optional(),
                             .may_be_left_out = false,
                             .documentation = attribute.documentation});
  };
  for (const Attribute& attribute : schema.attributes) add(attribute);
  for (const Attribute& attribute : schema.filters) add(attribute);
  return Type::object(std::move(members), schema.name);
}

}  // namespace

auto Schemas::find(std::string_view type_name) const -> const check::ResourceType* {
  if (auto known = types_.find(type_name); known != types_.end()) return known->second.get();
  const driver::TypeSchema* schema = registry_.type(type_name);
  if (schema == nullptr) return nullptr;
  auto type = std::make_unique<check::ResourceType>();
  type->name = schema->name;
  type->is_resource = schema->resource;
  type->is_lookup = schema->lookup;
  type->written = written_type(schema->attributes, schema->name);
  type->filters = written_type(schema->filters, schema->name);
  type->read = read_type(*schema);
  type->documentation = schema->documentation;
  for (const Attribute& attribute : schema->attributes) {
    type->attributes.push_back({attribute.name, attribute.documentation, !is_written(attribute)});
  }
  return types_.emplace(schema->name, std::move(type)).first->second.get();
}

auto Schemas::provider(std::string_view name) const -> const check::ProviderType* {
  if (auto known = providers_.find(name); known != providers_.end()) return &known->second->type;
  driver::Driver* driver = registry_.driver(name);
  if (driver == nullptr) return nullptr;
  auto row = std::make_unique<Provider>();
  row->type.name = std::string(name);
  auto settings = driver->settings();
  row->type.settings = written_type({settings.begin(), settings.end()}, {});
  if (auto functions = driver->functions(); !functions.empty()) {
    row->functions =
        std::make_unique<FunctionTable>(std::vector<const Function*>(functions.begin(), functions.end()));
    row->type.functions = row->functions.get();
  }
  return &providers_.emplace(std::string(name), std::move(row)).first->second->type;
}

auto Schemas::type_names() const -> std::vector<std::string_view> {
  std::vector<std::string_view> names;
  for (const auto& driver : registry_.drivers()) {
    for (const auto& type : driver->types()) names.push_back(type.name);
  }
  return names;
}

auto Schemas::provider_names() const -> std::vector<std::string_view> {
  std::vector<std::string_view> names;
  for (const auto& driver : registry_.drivers()) names.push_back(driver->name());
  return names;
}

}  // namespace weft::config
