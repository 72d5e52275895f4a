// local.RandomId: random bytes in four spellings.
#include <algorithm>
#include <utility>

#include "lang/base/digest.h"
#include "providers/local/kind.h"
#include "providers/local/random.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

constexpr int64_t kMostBytes = 1024;

// The alphabet that is safe in names and addresses, without padding.
auto url_base64(std::string_view bytes) -> std::string {
  std::string out = base64(bytes);
  std::erase(out, '=');
  std::ranges::replace(out, '+', '-');
  std::ranges::replace(out, '/', '_');
  return out;
}

class RandomIdKind : public RecordedKind {
 public:
  auto schema() const -> TypeSchema override {
    auto type = recorded_schema("local.RandomId",
                                "Random bytes, drawn once and kept in the state, in several spellings: for names that "
                                "must be unique. Not for secrets; those are `local.RandomPassword`.");
    type.attributes = {
        plain(replacing(required("bytes", "int", "How many bytes, 1 to 1024; 4 are enough for names within one account."))),
        keepers_row(),
        computed("id", "string", "The bytes in URL-safe base64 without padding."),
        computed("hex", "string", "The bytes in lower-case hexadecimal digits."),
        computed("dec", "string", "The bytes as an unsigned decimal number, first byte highest."),
        computed("base64", "string", "The bytes in base64 with padding."),
    };
    type.identity = {"id"};
    type.example =
        "resource suffix: local.RandomId {\n"
        "  bytes   = 4\n"
        "  keepers = { stage = fabric.env }\n"
        "}\n";
    return type;
  }

  void prepare(const Prepare& /*item*/, Prepared& out) const override {
    auto bytes = int_of(out.desired, "bytes", 1);
    if (bytes < 1 || bytes > kMostBytes) {
      out.problems.push_back(invalid("bytes", std::to_string(bytes) + " random bytes; it must be 1 to 1024"));
    }
  }

 protected:
  auto make(Call /*call*/, Step step) const -> Task<ChangeResult> override {
    auto size = std::clamp(int_of(step.desired, "bytes", 1), int64_t{1}, kMostBytes);
    std::string bytes = random_string(static_cast<size_t>(size));
    Value id = Value::string(url_base64(bytes));
    Changed changed;
    changed.identity = merged(Value::null(), {{"id", id}});
    changed.observed = merged(step.desired, {{"id", id},
                                             {"hex", Value::string(hex(bytes))},
                                             {"dec", Value::string(decimal(bytes))},
                                             {"base64", Value::string(base64(bytes))}});
    co_return changed;
  }
};

}  // namespace

auto make_random_id() -> std::unique_ptr<Kind> { return std::make_unique<RandomIdKind>(); }

}  // namespace weft::local
