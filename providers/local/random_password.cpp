// local.RandomPassword: a secret text with at least so many characters of each class.
#include <algorithm>
#include <set>
#include <utility>

#include "lang/base/text.h"
#include "providers/local/kind.h"
#include "providers/local/random.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

constexpr int64_t kMostLength = 4096;
constexpr size_t kMostSpecials = 256;
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kSpecials = "!@#$%&*()-_=+[]{}<>:?";
constexpr std::string_view kClasses[] = {"lower", "upper", "digits", "special"};

// One text a code point, doubles and what `taken` holds already left out.
auto characters(std::string_view text, std::set<std::string>& taken) -> std::vector<std::string> {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size();) {
    size_t begin = at;
    next_code_point(text, at);
    std::string one(text.substr(begin, at - begin));
    if (taken.insert(one).second) out.push_back(std::move(one));
  }
  return out;
}

// A class whose least count is 0 is left out altogether.
auto alphabets(const Value& desired) -> std::vector<Alphabet> {
  std::set<std::string> taken;
  std::vector<Alphabet> out;
  for (auto name : kClasses) {
    auto least = static_cast<uint32_t>(std::clamp(int_of(desired, name, 1), int64_t{0}, kMostLength));
    if (least == 0) continue;
    std::string specials = written(desired, "special_chars") == nullptr ? std::string(kSpecials)
                                                                        : text_of(desired, "special_chars");
    std::string_view all = name == "lower"    ? kLower
                           : name == "upper"  ? kUpper
                           : name == "digits" ? kDigits
                                              : std::string_view(specials);
    out.push_back({.characters = characters(all, taken), .least = least});
  }
  return out;
}

class RandomPasswordKind : public RecordedKind {
 public:
  auto schema() const -> TypeSchema override {
    auto type = recorded_schema("local.RandomPassword",
                                "A random secret text, drawn once from the system's generator and kept sealed in the "
                                "state. Any change draws a new one.");
    auto least = [](std::string name, std::string_view what) {
      std::string text = "At least so many " + std::string(what) + "; 0 leaves them out.";
      return plain(with_default(replacing(optional(std::move(name), "int", std::move(text))), Value::integer(1)));
    };
    type.attributes = {
        plain(replacing(required("length", "int", "How many characters, 1 to 4096."))),
        least("lower", "lower-case letters (a to z)"),
        least("upper", "upper-case letters (A to Z)"),
        least("digits", "digits (0 to 9)"),
        least("special", "characters of `special_chars`"),
        with_default(replacing(optional("special_chars", "string", "Which characters count as special.")),
                     Value::string(kSpecials)),
        keepers_row(),
        secret(computed("result", "string", "The password.")),
    };
    type.example =
        "resource password: local.RandomPassword {\n"
        "  length        = 24\n"
        "  digits        = 2\n"
        "  special_chars = \"-_.\"\n"
        "}\n";
    return type;
  }

  void prepare(const Prepare& /*item*/, Prepared& out) const override {
    auto length = int_of(out.desired, "length", kMostLength);
    if (length < 1 || length > kMostLength) {
      out.problems.push_back(invalid("length", std::to_string(length) + " characters; it must be 1 to 4096"));
    }
    int64_t sum = 0;
    bool certain = true;
    for (auto name : kClasses) {
      auto least = int_of(out.desired, name, 0);
      certain = certain && (known(out.desired, name) != nullptr || written(out.desired, name) == nullptr);
      if (least < 0 || least > kMostLength) {
        out.problems.push_back(invalid(name, "`" + std::string(name) + "` is " + std::to_string(least) +
                                                 "; it must be 0 to 4096"));
        certain = false;
      }
      sum += least;
    }
    judge_specials(out, certain);
    if (certain && sum == 0) {
      out.problems.push_back(invalid("lower", "no class of characters is left to draw from",
                                     "give one of `lower`, `upper`, `digits`, `special` at least 1"));
    } else if (certain && sum > length && length >= 1) {
      out.problems.push_back(invalid("length", "the least counts add up to " + std::to_string(sum) +
                                                   ", which is more than the length " + std::to_string(length)));
    }
  }

 protected:
  auto make(Call /*call*/, Step step) const -> Task<ChangeResult> override {
    auto length = static_cast<uint32_t>(std::clamp(int_of(step.desired, "length", 1), int64_t{1}, kMostLength));
    Value result = Value::string(random_password(length, alphabets(step.desired))).as_secret();
    Changed changed;
    // Nothing of a password may name it.
    changed.identity = merged(Value::null(), {{"id", Value::string(random_uuid())}});
    changed.observed = merged(step.desired, {{"result", std::move(result)}});
    co_return changed;
  }

 private:
  static void judge_specials(Prepared& out, bool& certain) {
    const Value* specials = known(out.desired, "special_chars");
    if (specials == nullptr || !specials->is(ValueKind::kString)) return;
    auto count = count_code_points(specials->as_string());
    if (count > kMostSpecials) {
      out.problems.push_back(invalid("special_chars", "more than 256 special characters"));
      certain = false;
    }
    std::set<std::string> taken;
    if (int_of(out.desired, "lower", 0) > 0) characters(kLower, taken);
    if (int_of(out.desired, "upper", 0) > 0) characters(kUpper, taken);
    if (int_of(out.desired, "digits", 0) > 0) characters(kDigits, taken);
    bool wanted = int_of(out.desired, "special", 0) > 0;
    if (wanted && characters(specials->as_string(), taken).empty()) {
      out.problems.push_back(invalid("special_chars", "`special_chars` holds no character that is not in another class",
                                     "write some, or `special = 0`"));
      certain = false;
    }
  }
};

}  // namespace

auto make_random_password() -> std::unique_ptr<Kind> { return std::make_unique<RandomPasswordKind>(); }

}  // namespace weft::local
