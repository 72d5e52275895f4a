#include "providers/api/schema.h"

#include <algorithm>
#include <variant>

#include "lang/base/digest.h"
#include "lang/value/cbor.h"

namespace weft::driver {

namespace {

auto named(const std::vector<Attribute>& attributes, std::string_view name) -> const Attribute* {
  auto found = std::ranges::find(attributes, name, &Attribute::name);
  return found == attributes.end() ? nullptr : &*found;
}

// Facts in a fixed order, each with its length in front, so that no two lists of facts have the same bytes.
class Facts {
 public:
  void add(std::string_view text) {
    bytes_ += std::to_string(text.size());
    bytes_ += ':';
    bytes_ += text;
  }
  void add(uint64_t number) { add(std::string_view(std::to_string(number))); }
  void add(const std::vector<std::string>& texts) {
    add(texts.size());
    for (const auto& text : texts) add(std::string_view(text));
  }
  // The text of a named object is its name alone; its members count as well.
  void add(const Type& type) {
    add(std::string_view(type.text()));
    switch (type.kind()) {
      case TypeKind::kList:
      case TypeKind::kSet:
      case TypeKind::kMap:
        add(type.element());
        break;
      case TypeKind::kObject:
        add(type.members().size());
        for (const auto& member : type.members()) {
          add(std::string_view(member.name));
          add(uint64_t{member.may_be_left_out});
          add(member.type);
        }
        break;
      case TypeKind::kUnion:
        add(type.alternatives().size());
        for (const auto& alternative : type.alternatives()) add(alternative);
        break;
      default:
        break;
    }
  }
  void add(const Attribute& attribute) {
    add(std::string_view(attribute.name));
    add(attribute.type);
    add(static_cast<uint64_t>(attribute.input));
    add(uint64_t{attribute.default_value.has_value()});
    if (attribute.default_value) {
      add(std::string_view(encode_cbor(*attribute.default_value, Secrets::kAllow)));
    }
    add(static_cast<uint64_t>(attribute.change));
    add(static_cast<uint64_t>(attribute.on_remove));
    add(static_cast<uint64_t>(attribute.stability));
    add(attribute.follows);
    add(static_cast<uint64_t>(attribute.secrecy));
    add(static_cast<uint64_t>(attribute.equivalence));
    add(std::string_view(attribute.format));
    if (attribute.plain) add(std::string_view("plain"));
    for (const Reference& reference : attribute.refs) {
      add(std::string_view("refs"));
      add(std::string_view(reference.type));
      add(std::string_view(reference.attribute));
    }
  }
  void add(const std::vector<Attribute>& attributes) {
    add(attributes.size());
    for (const auto& attribute : attributes) add(attribute);
  }
  void add(const Operation& operation) {
    add(uint64_t{operation.exists});
    add(static_cast<uint64_t>(operation.idempotency));
    add(static_cast<uint64_t>(operation.settle_window.count()));
    add(static_cast<uint64_t>(operation.timeout.count()));
  }
  [[nodiscard]] auto digest() const -> std::string { return hex(view(sha256(bytes_)).substr(0, 8)); }

 private:
  std::string bytes_;
};

}  // namespace

auto TypeSchema::attribute(std::string_view name) const -> const Attribute* { return named(attributes, name); }

auto TypeSchema::filter(std::string_view name) const -> const Attribute* { return named(filters, name); }

// Words for people (documentation, example) are not facts: a better sentence makes no plan stale.
auto TypeSchema::digest() const -> std::string {
  Facts facts;
  facts.add(std::string_view(name));
  facts.add(static_cast<uint64_t>(role));
  facts.add(uint64_t{resource});
  facts.add(uint64_t{lookup});
  facts.add(attributes);
  facts.add(filters);
  facts.add(identity);
  facts.add(uint64_t{version});
  facts.add(create);
  facts.add(update);
  facts.add(remove);
  facts.add(uint64_t{stateful});
  facts.add(uint64_t{in_use_blocks_remove});
  facts.add(unique.size());
  for (const auto& group : unique) facts.add(group);
  facts.add(uint64_t{driver_diff});
  facts.add(uint64_t{waits});
  facts.add(uint64_t{renews});
  return facts.digest();
}

}  // namespace weft::driver
