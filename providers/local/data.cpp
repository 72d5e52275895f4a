// local.Data: any value, kept in the state.
#include <utility>

#include "providers/local/kind.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

class DataKind : public RecordedKind {
 public:
  auto schema() const -> TypeSchema override {
    auto type = recorded_schema(
        "local.Data",
        "Any value, kept in the state: to pass a value on as of its last apply, or to hang a replacement on a change. "
        "A change of `value` updates it and keeps `id`; a change of `keepers` makes a new one with a new `id`.");
    type.attributes = {
        required("value", "any", "The value; what is secret in it stays so."),
        keepers_row(),
        computed("id", "string", "A random UUID, the same for its whole life."),
    };
    type.identity = {"id"};
    type.example =
        "resource release: local.Data {\n"
        "  value   = { version = \"1.4.2\", channel = \"stable\" }\n"
        "  keepers = { cluster = \"blue\" }\n"
        "}\n";
    return type;
  }

 protected:
  auto make(Call /*call*/, Step step) const -> Task<ChangeResult> override {
    std::string id = text_of(step.instance.identity, "id");
    if (step.change == Change::kCreate) id = random_uuid();
    Changed changed;
    changed.identity = merged(Value::null(), {{"id", Value::string(id)}});
    changed.observed = merged(step.desired, {{"id", Value::string(id)}});
    co_return changed;
  }
};

}  // namespace

auto make_data() -> std::unique_ptr<Kind> { return std::make_unique<DataKind>(); }

}  // namespace weft::local
