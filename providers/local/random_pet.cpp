// local.RandomPet: a name that people can say.
#include <algorithm>
#include <span>
#include <utility>

#include "lang/base/text.h"
#include "providers/local/kind.h"
#include "providers/local/random.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

constexpr int64_t kMostWords = 16;
constexpr size_t kMostSeparator = 16;

#define ADVERB(word) word,
#define ADJECTIVE(word)
#define NAME(word)
constexpr std::string_view kAdverbs[] = {
#include "providers/local/pet_words.def"
};
#undef ADVERB
#undef ADJECTIVE
#undef NAME
#define ADVERB(word)
#define ADJECTIVE(word) word,
#define NAME(word)
constexpr std::string_view kAdjectives[] = {
#include "providers/local/pet_words.def"
};
#undef ADJECTIVE
#undef NAME
#define ADJECTIVE(word)
#define NAME(word) word,
constexpr std::string_view kNames[] = {
#include "providers/local/pet_words.def"
};
#undef ADVERB
#undef ADJECTIVE
#undef NAME

auto drawn(std::span<const std::string_view> words) -> std::string {
  return std::string(words[random_below(static_cast<uint32_t>(words.size()))]);
}

// The last word is the animal, the one before it its manner, those before that how much so.
auto pet(int64_t words, const std::string& separator) -> std::string {
  std::vector<std::string> parts;
  for (int64_t left = words; left > 2; --left) parts.push_back(drawn(kAdverbs));
  if (words > 1) parts.push_back(drawn(kAdjectives));
  parts.push_back(drawn(kNames));
  return join(parts, separator);
}

class RandomPetKind : public RecordedKind {
 public:
  auto schema() const -> TypeSchema override {
    auto type = recorded_schema("local.RandomPet",
                                "A random name of English words that people can say and remember, as in "
                                "`gladly-nimble-otter`. Not unique by itself: two words give some 40,000 names.");
    type.attributes = {
        plain(replacing(required("words", "int", "How many words, 1 to 16."))),
        plain(with_default(replacing(optional("separator", "string", "What stands between the words.")), Value::string("-"))),
        keepers_row(),
        computed("id", "string", "The name."),
    };
    type.identity = {"id"};
    type.example = "resource name: local.RandomPet { words = 2 }\n";
    return type;
  }

  void prepare(const Prepare& /*item*/, Prepared& out) const override {
    auto words = int_of(out.desired, "words", 1);
    if (words < 1 || words > kMostWords) {
      out.problems.push_back(invalid("words", std::to_string(words) + " words; it must be 1 to 16"));
    }
    if (text_of(out.desired, "separator").size() > kMostSeparator) {
      out.problems.push_back(invalid("separator", "a separator of more than 16 bytes"));
    }
  }

 protected:
  auto make(Call /*call*/, Step step) const -> Task<ChangeResult> override {
    auto words = std::clamp(int_of(step.desired, "words", 1), int64_t{1}, kMostWords);
    Value id = Value::string(pet(words, text_of(step.desired, "separator")));
    Changed changed;
    changed.identity = merged(Value::null(), {{"id", id}});
    changed.observed = merged(step.desired, {{"id", id}});
    co_return changed;
  }
};

}  // namespace

auto make_random_pet() -> std::unique_ptr<Kind> { return std::make_unique<RandomPetKind>(); }

}  // namespace weft::local
