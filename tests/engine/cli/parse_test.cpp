#include "engine/cli/parse.h"

#include <gtest/gtest.h>

#include "engine/cli/plan_output.h"
#include "engine/cli/session.h"
#include "engine/cli/verbs.h"

namespace weft::cli {
namespace {

auto good(const Verb& verb, std::vector<std::string> words) -> Arguments {
  auto arguments = parse(verb, words);
  EXPECT_TRUE(arguments) << (arguments ? "" : arguments.error().text);
  return arguments ? *arguments : Arguments{};
}

auto wrong(const Verb& verb, std::vector<std::string> words) -> std::string {
  auto arguments = parse(verb, words);
  EXPECT_FALSE(arguments);
  if (arguments) return {};
  return arguments.error().hint.empty() ? arguments.error().text : arguments.error().text + "; " + arguments.error().hint;
}

TEST(Parse, OptionsAndWords) {
  Arguments args = good(apply_verb(), {"prod.plan", "--only", "a", "--only=b[*]", "--auto-approve", "--wait", "10m"});
  EXPECT_EQ(args.operand(0), "prod.plan");
  EXPECT_EQ(args.all("--only"), (std::vector<std::string>{"a", "b[*]"}));
  EXPECT_TRUE(args.has("--auto-approve"));
  EXPECT_EQ(args.get("--wait"), "10m");
  EXPECT_FALSE(args.has("--json"));
}

TEST(Parse, AnOptionTakesOneValueOnly) {
  Arguments args = good(forget_verb(), {"--env", "prod", "a", "b"});
  EXPECT_EQ(args.get("--env"), "prod");
  EXPECT_EQ(args.operands, (std::vector<std::string>{"a", "b"}));
}

TEST(Parse, ValuesMayLookLikeAnything) {
  Arguments args = good(plan_verb(), {"--set", "list=[1, 2]", "--set", "n=-5", "--set=x==y", "--set", "a=--b"});
  EXPECT_EQ(args.all("--set"), (std::vector<std::string>{"list=[1, 2]", "n=-5", "x==y", "a=--b"}));
  EXPECT_EQ(good(docs_verb(), {"--", "--odd"}).operands, (std::vector<std::string>{"--odd"}));
}

TEST(Parse, AnOptionIsNoValueOfAnother) {
  EXPECT_EQ(wrong(apply_verb(), {"--env", "--auto-approve"}), "`--env` needs a value: --env ENV");
  EXPECT_EQ(wrong(apply_verb(), {"--env", "--json=yes"}), "`--env` needs a value: --env ENV");
  EXPECT_EQ(wrong(plan_verb(), {"--out", "-C", "x"}), "`--out` needs a value: --out FILE");
  EXPECT_EQ(wrong(plan_verb(), {"--only", "--", "a"}), "`--only` needs a value: --only ADDRESS");
  EXPECT_EQ(good(plan_verb(), {"--out=--odd"}).get("--out"), "--odd");
}

TEST(Parse, NoOutputGoesOverAFabric) {
  for (std::string option : {"--out", "--html", "--json-to", "--trace", "--junit", "--sarif"}) {
    EXPECT_EQ(wrong(plan_verb(), {option, "main.fabric"}), "`" + option + " main.fabric` would write over a file of a fabric; give it another name.");
    EXPECT_NE(wrong(plan_verb(), {option + "=sub/prod.inputs"}), "") << option;
  }
  EXPECT_EQ(wrong(plan_verb(), {"--html", ".weft/state/default/data.mdb"}),
            "`--html .weft/state/default/data.mdb` would write among the files of the state; give it a place of its own.");
  EXPECT_EQ(wrong(plan_verb(), {"--out", "p", "--html", "p"}), "`--out` and `--html` would both write p; give each a file of its own.");
  EXPECT_NE(wrong(graph_verb(), {"--svg", "main.fabric"}), "");
  EXPECT_EQ(good(plan_verb(), {"--inputs", "other.inputs"}).get("--inputs"), "other.inputs");
}

TEST(Parse, UnknownOptionsNameTheLikelyOne) {
  EXPECT_EQ(wrong(plan_verb(), {"--jsn"}), "weft plan has no option `--jsn`; did you mean `--json`?");
  EXPECT_EQ(wrong(plan_verb(), {"--auto-aprove"}), "weft plan has no option `--auto-aprove`");
  EXPECT_EQ(wrong(apply_verb(), {"--auto-aprove"}), "weft apply has no option `--auto-aprove`; did you mean `--auto-approve`?");
}

TEST(Parse, AFlagTakesNoValue) {
  for (const VerbRow& row : verb_rows()) {
    Verb verb = row.make();
    std::vector<Option> options = everywhere_options();
    for (const OptionRow& more : verb.options) options.insert(options.end(), more.options.begin(), more.options.end());
    for (const Option& option : options) {
      if (!option.value.empty()) continue;
      for (std::string value : {"=false", "=no", "=0", "=true", "="}) {
        auto said = wrong(verb, {std::string(option.name) + value});
        EXPECT_NE(said.find(std::string(option.name) + "` takes no value"), std::string::npos) << row.name << ": " << said;
      }
    }
  }
  EXPECT_EQ(good(plan_verb(), {"--set=--full=x"}).all("--set"), (std::vector<std::string>{"--full=x"}));
  EXPECT_EQ(good(docs_verb(), {"--", "--json=x"}).operands, (std::vector<std::string>{"--json=x"}));
}

TEST(Parse, ValuesOutsideAListAreRefused) {
  EXPECT_EQ(wrong(plan_verb(), {"--refresh", "all"}), "`--refresh` takes full, changed, none, not `all`");
  EXPECT_EQ(wrong(plan_verb(), {"--color", "sometimes"}), "`--color` takes always, never, not `sometimes`");
}

TEST(Parse, MissingAndSpareWords) {
  EXPECT_EQ(wrong(why_verb(), {}), "weft why needs ADDRESS");
  EXPECT_EQ(wrong(state_move_verb(), {"a"}), "weft state mv needs NEW");
  EXPECT_EQ(wrong(plan_verb(), {"prod.plan"}), "weft plan takes only options, `prod.plan` is too much");
  EXPECT_EQ(wrong(plan_verb(), {"--out"}), "`--out` needs a value: --out FILE");
  EXPECT_EQ(wrong(plan_verb(), {"--out", "a", "--out", "b"}), "`--out` is given 2 times");
}

TEST(Parse, OptionsMayStandBeforeTheVerb) {
  Split split = split_verb({"-C", "state", "--json", "plan", "--full"});
  EXPECT_EQ(split.verb, "plan");
  EXPECT_EQ(split.words, (std::vector<std::string>{"-C", "state", "--json", "--full"}));
}

TEST(Parse, FamiliesTakeTwoWords) {
  EXPECT_EQ(split_verb({"state", "mv", "a", "b"}).verb, "state mv");
  EXPECT_EQ(split_verb({"state"}).verb, "state");
  EXPECT_EQ(split_verb({"state", "--help"}).verb, "state");
  EXPECT_EQ(split_verb({"forget", "state"}).verb, "forget");
}

TEST(Parse, Durations) {
  EXPECT_EQ(duration_named("10m"), std::chrono::minutes(10));
  EXPECT_EQ(duration_named("1h30m"), std::chrono::minutes(90));
  EXPECT_EQ(duration_named("250ms"), std::chrono::milliseconds(250));
  for (const char* text : {"", "10", "m", "10x", "1h30", "99999999999d"}) EXPECT_EQ(duration_named(text), std::nullopt) << text;
}

TEST(Parse, WhatWasTypedIsLoggedWithoutInputs) {
  EXPECT_EQ(command_text({"apply", "--set", "password=hunter2", "--set=token=abc", "--only", "web[*]"}),
            "weft apply --set password=… --set=token=… --only 'web[*]'");
}

}  // namespace
}  // namespace weft::cli
