#include <cstdlib>

#include "tests/providers/local/fixture.h"

namespace weft::local {
namespace {

class Commands : public LocalTest {
 protected:
  const driver::TypeSchema& type = desk.type("local.Command");

  auto create(std::vector<Field> desired) { return desk.create("local.Command", o(std::move(desired)), "thing"); }
  auto log() -> std::string { return folder.read("log"); }
};

TEST_F(Commands, GetTheirInputAndAnswer) {
  auto made = create({{"create", s("cat > seen; echo $WEFT_ACTION $WEFT_ADDRESS $MORE >> seen; echo '{\"name\":\"logs\",\"n\":3}' >&3")},
                      {"input", o({{"size", n(7)}})},
                      {"environment", o({{"MORE", s("more")}})}});
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(folder.read("seen"), "{\"input\":{\"size\":7}}\ncreate thing more\n");
  EXPECT_EQ(*made->observed.get("output"), o({{"name", s("logs")}, {"n", n(3)}}));
  EXPECT_EQ(*made->observed.get("exit_code"), n(0));
}

TEST_F(Commands, RunInTheirDirectoryWithTheirWords) {
  folder.write("sub/here", "");
  ASSERT_TRUE(create({{"create", Value::list({s("/bin/sh"), s("-c"), s("ls > \"$0\""), s("out file")})}, {"directory", s("sub")}}));
  EXPECT_EQ(folder.read("sub/out file"), "here\nout file\n");
}

TEST_F(Commands, KnowTheirOperation) {
  auto prepared = desk.prepare("local.Command", o({{"create", s("printf %s $WEFT_OPERATION > op")}}));
  Record none{.address = "x", .type = &type};
  auto step = desk.step(driver::Change::kCreate, none, prepared.desired);
  ASSERT_TRUE(desk.change(step));
  EXPECT_EQ(folder.read("op"), step.operation_id);
}

TEST_F(Commands, ExitCodesAreFailureClasses) {
  auto fails = [&](std::string_view script) {
    auto made = create({{"create", s(script)}});
    EXPECT_FALSE(made);
    return made ? driver::DriverFailure{} : made.error();
  };
  auto failure = fails("echo to out; echo 'no such bucket' >&2; exit 1");
  EXPECT_EQ(failure.failure, FailureClass::kInvalid);
  EXPECT_EQ(failure.happened, Happened::kNo);
  EXPECT_EQ(failure.code, "exit 1");
  EXPECT_EQ(failure.text, "no such bucket");
  EXPECT_EQ(failure.operation, "create");
  EXPECT_EQ(fails("exit 3").failure, FailureClass::kNotFound);
  EXPECT_EQ(fails("exit 4").failure, FailureClass::kNeedsReplace);
  EXPECT_EQ(fails("exit 75").failure, FailureClass::kTransient);
  EXPECT_EQ(fails("echo only out; exit 9").text, "only out");
  EXPECT_EQ(fails("exit 9").text, "the command said nothing");
  failure = fails("kill -9 $$");
  EXPECT_EQ(failure.code, "signal 9");
  EXPECT_EQ(failure.failure, FailureClass::kInvalid) << "it would be run again until the deadline";
  EXPECT_EQ(failure.happened, Happened::kMaybe);
  failure = fails("echo '{' >&3");
  EXPECT_EQ(failure.failure, FailureClass::kInternal);
  EXPECT_EQ(failure.happened, Happened::kMaybe);
}

TEST_F(Commands, AProgramThatIsNotThereIsInvalid) {
  auto made = create({{"create", Value::list({s("/no/such/program")})}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kInvalid);
  EXPECT_EQ(made.error().happened, Happened::kNo);
}

TEST_F(Commands, SecretsReachThemAndNothingElse) {
  auto made = create({{"create", s("tee seen >&3")}, {"input", s("hunter2-hunter2").as_secret()}});
  ASSERT_TRUE(made);
  EXPECT_EQ(folder.read("seen"), "{\"input\":\"hunter2-hunter2\"}\n");
  EXPECT_TRUE(made->observed.get("output")->get("input")->secret());
  auto failed = create({{"create", s("echo \"bad $PW\" >&2; exit 1")}, {"environment", o({{"PW", s("hunter2-hunter2").as_secret()}})}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().text, "bad (secret)");
  for (const auto& status : desk.statuses) EXPECT_EQ(status.find("hunter2"), std::string::npos) << status;
  EXPECT_FALSE(desk.statuses.empty());
}

// Wherever they stand, the longer one is taken out first: else what is left of it would be seen.
TEST_F(Commands, ASecretThatBeginsAnotherLeavesNothingOfIt) {
  auto failed = create({{"create", s("echo \"bad $PW\" >&2; exit 1")},
                        {"input", s("hunter2-hunter2").as_secret()},
                        {"environment", o({{"PW", s("hunter2-hunter2-and-more").as_secret()}})}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().text, "bad (secret)");
  for (const auto& status : desk.statuses) EXPECT_EQ(status.find("more"), std::string::npos) << status;
}

TEST_F(Commands, OurOwnWordsAboutThemHoldNoSecrets) {
  auto made = create({{"create", Value::list({s("/nosuch/hunter22-long-secret-x").as_secret()})}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().text, "starting `(secret)`: no such file or directory");
}

TEST_F(Commands, SecretsAreFoundAsJsonWritesThem) {
  auto secret = s("SEK\"quo\\te-123456").as_secret();
  auto failed = create({{"create", s("cat >&2; exit 5")}, {"input", o({{"q", secret}})}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().text, R"~({"input":{"q":"(secret)"}})~");
  folder.write("answer", R"({"log":"is SEK\\\"quo\\\\te-123456"})");
  auto made = create({{"create", s("cat answer >&3")}, {"input", secret}});
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(text(*made->observed.get("output"), "log"), R"(is SEK\"quo\\te-123456)");
  EXPECT_TRUE(made->observed.get("output")->get("log")->secret());
}

TEST_F(Commands, SecretNumbersAreTakenOutToo) {
  auto pin = o({{"pin", n(5544332211).as_secret()}, {"wait", Value::duration(5544332211000000000).as_secret()}, {"size", n(31).as_secret()}});
  auto failed = create({{"create", s("cat >&2; exit 5")}, {"input", pin}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().text.find("5544332211"), std::string::npos) << failed.error().text;
  EXPECT_NE(failed.error().text.find("\"pin\":(secret)"), std::string::npos) << failed.error().text;
  EXPECT_NE(failed.error().text.find("\"wait\":\"(secret)\""), std::string::npos) << failed.error().text;
  EXPECT_NE(failed.error().text.find("\"size\":31"), std::string::npos) << "as short texts are: " << failed.error().text;
  auto made = create({{"create", s("printf '{\"n\":5544332211,\"t\":\"is 5544332211\",\"other\":7}' >&3")}, {"input", pin}});
  ASSERT_TRUE(made) << made.error().text;
  const Value* output = made->observed.get("output");
  EXPECT_TRUE(output->get("n")->secret());
  EXPECT_TRUE(output->get("t")->secret());
  EXPECT_FALSE(output->get("other")->secret());
}

TEST_F(Commands, ASecretAsAKeyIsNoAnswer) {
  auto environment = o({{"T", s("hunter2-hunter2").as_secret()}});
  for (const char* shape : {"{\"%s\":1}", "[{\"x\":{\"a-%s\":1}}]"}) {
    auto made = create({{"create", s("printf '" + std::string(shape) + "' \"$T\" >&3")}, {"environment", environment}});
    ASSERT_FALSE(made) << shape;
    EXPECT_EQ(made.error().happened, Happened::kYes);
    EXPECT_EQ(made.error().text, "the command's answer on descriptor 3 has a secret as a key");
  }
}

TEST_F(Commands, WithoutReadTheyAreAsRecorded) {
  auto made = create({{"create", s("echo 1 >&3")}});
  ASSERT_TRUE(made);
  EXPECT_EQ(desk.read(*made).kind, ReadState::Kind::kSame);
}

TEST_F(Commands, ReadAnswersForThem) {
  std::optional<Record> record = *create({{"create", s("echo 1 > state; cat state >&3")},
                                          {"read", s("test -e broken && { echo sick >&2; exit 4; }; test -e state || exit 3; cat state >&3")}});
  auto state = desk.read(*record);
  EXPECT_EQ(state.kind, ReadState::Kind::kPresent);
  EXPECT_EQ(*state.observed.get("output"), n(1));
  folder.write("state", "2");
  EXPECT_EQ(*desk.read(*record).observed.get("output"), n(2));
  folder.write("broken", "");
  state = desk.read(*record);
  EXPECT_EQ(state.kind, ReadState::Kind::kBroken);
  EXPECT_EQ(state.why, "sick");
  ASSERT_EQ(std::remove(folder.path("broken").c_str()), 0);
  ASSERT_EQ(std::remove(folder.path("state").c_str()), 0);
  EXPECT_EQ(desk.read(*record).kind, ReadState::Kind::kMissing);
}

TEST_F(Commands, WithoutUpdateAChangeReplaces) {
  auto wanted = [](int64_t input) {
    return o({{"create", s("echo create >> log")}, {"remove", s("echo remove >> log")}, {"input", n(input)}});
  };
  std::optional<Record> record = *desk.create("local.Command", wanted(1));
  auto decision = desk.plan(record, type, wanted(2));
  EXPECT_EQ(decision.verdict, Verdict::kReplace);
  EXPECT_EQ(decision.why, "there is no `update` command");
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(log(), "create\nremove\ncreate\n");
}

TEST_F(Commands, UpdateGetsTheLastOutput) {
  auto wanted = [](int64_t input) {
    return o({{"create", s("echo '\"first\"' >&3")}, {"update", s("cat > seen; echo '\"second\"' >&3")}, {"input", n(input)}});
  };
  std::optional<Record> record = *desk.create("local.Command", wanted(1));
  auto decision = desk.plan(record, type, wanted(2));
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  auto before = record->identity;
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(folder.read("seen"), "{\"exit_code\":0,\"input\":2,\"output\":\"first\"}\n");
  EXPECT_EQ(*record->observed.get("output"), s("second"));
  EXPECT_EQ(record->identity, before);
}

TEST_F(Commands, ChangesOfHowItIsLookedAfterRunNothing) {
  std::optional<Record> record = *desk.create("local.Command", o({{"create", s("echo create >> log")}}));
  auto wanted = o({{"create", s("echo create >> log")}, {"remove", s("echo remove >> log")}});
  auto decision = desk.plan(record, type, wanted);
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(log(), "create\n");
  EXPECT_TRUE(desk.change(desk.step(driver::Change::kRemove, *record, Value::null())));
  EXPECT_EQ(log(), "create\nremove\n");
}

TEST_F(Commands, RemoveKnowsSecretsFromTheRecordAlone) {
  std::optional<Record> record = *create({{"create", s("true")},
                                          {"remove", s("cat > seen; echo $PW >> seen")},
                                          {"input", o({{"key", s("hunter2-hunter2").as_secret()}})},
                                          {"environment", o({{"PW", s("passw0rd!").as_secret()}})}});
  ASSERT_FALSE(record->applied.has_secret());
  EXPECT_TRUE(desk.change(desk.step(driver::Change::kRemove, *record, Value::null())));
  EXPECT_EQ(folder.read("seen"), "{\"exit_code\":0,\"input\":{\"key\":\"hunter2-hunter2\"}}\npassw0rd!\n");
}

TEST_F(Commands, RemoveOfWhatIsMissingIsDone) {
  auto gone = create({{"create", s("true")}, {"remove", s("exit 3")}});
  EXPECT_TRUE(desk.change(desk.step(driver::Change::kRemove, *gone, Value::null())));
  auto stuck = create({{"create", s("true")}, {"remove", s("exit 1")}});
  EXPECT_FALSE(desk.change(desk.step(driver::Change::kRemove, *stuck, Value::null())));
}

TEST_F(Commands, ClassesFollowWhatTheySay) {
  auto idempotency = [&](std::vector<Field> more) {
    more.push_back({"create", s("true")});
    return desk.prepare("local.Command", o(std::move(more))).idempotency;
  };
  EXPECT_EQ(type.create.idempotency, driver::Idempotency::kBlind);
  EXPECT_EQ(idempotency({}), std::nullopt);
  EXPECT_EQ(idempotency({{"idempotent", b(true)}}), driver::Idempotency::kRepeatable);
  EXPECT_EQ(idempotency({{"settle", s("true")}}), driver::Idempotency::kTag);
}

TEST_F(Commands, AreSettledByTheirOwnCommandOnly) {
  auto settled = [&](std::vector<Field> more, driver::Change change = driver::Change::kCreate) {
    more.push_back({"create", s("true")});
    Record none{.address = "x", .type = &type};
    return desk.settle(desk.step(change, none, o(std::move(more))));
  };
  EXPECT_EQ(settled({}).kind, Settled::Kind::kUnknown);
  EXPECT_EQ(settled({{"idempotent", b(true)}}).kind, Settled::Kind::kNotDone);
  auto done = settled({{"settle", s("echo $WEFT_ACTION > seen; cat >> seen; echo 5 >&3")}, {"input", n(1)}});
  EXPECT_EQ(done.kind, Settled::Kind::kDone);
  EXPECT_EQ(*done.result.observed.get("output"), n(5));
  EXPECT_EQ(folder.read("seen"), "settle\n{\"input\":1,\"settles\":\"create\"}\n");
  EXPECT_EQ(settled({{"settle", s("exit 3")}}).kind, Settled::Kind::kNotDone);
  EXPECT_EQ(settled({{"settle", s("echo hm >&2; exit 1")}}).kind, Settled::Kind::kUnknown);
  EXPECT_EQ(settled({}, driver::Change::kRemove).kind, Settled::Kind::kDone) << "nothing would have been run";
  EXPECT_EQ(settled({{"remove", s("true")}}, driver::Change::kRemove).kind, Settled::Kind::kUnknown);
}

TEST_F(Commands, AreStoppedAtTheirDeadline) {
  desk.deadline = std::chrono::milliseconds(50);
  auto made = create({{"create", s("trap 'echo stopped > log; exit 0' TERM; while :; do sleep 0.01; done")}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kTimeout);
  EXPECT_EQ(made.error().happened, Happened::kMaybe);
  EXPECT_EQ(log(), "stopped\n");
}

TEST_F(Commands, AreNotBegunAfterAStop) {
  desk.stop.request();
  auto made = create({{"create", s("touch log")}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kCancelled);
  EXPECT_EQ(made.error().happened, Happened::kNo);
}

TEST_F(Commands, AreLookedUp) {
  auto found = desk.find("local.Command", o({{"run", s("echo '[1,2]' >&3")}}));
  ASSERT_TRUE(found && found->size() == 1);
  EXPECT_EQ(*found->front().observed.get("output"), Value::list({n(1), n(2)}));
  EXPECT_TRUE(desk.find("local.Command", o({{"run", s("exit 3")}}))->empty());
  EXPECT_EQ(desk.find("local.Command", o({{"run", s("exit 1")}})).error().failure, FailureClass::kInvalid);
  EXPECT_EQ(desk.find("local.Command", o({{"id", s("x")}})).error().failure, FailureClass::kUnsupported);
}

TEST_F(Commands, EmptyOnesAreRefused) {
  EXPECT_EQ(problem("local.Command", o({{"create", s("")}})), "create: `create` is an empty command");
  EXPECT_EQ(problem("local.Command", o({{"create", s("x")}, {"read", Value::list({})}})), "read: `read` is an empty command");
}

TEST_F(Commands, EnvironmentIsLookedUp) {
  ::setenv("WEFT_TEST_VARIABLE", "value", 1);
  auto found = desk.find("local.Env", o({{"name", s("WEFT_TEST_VARIABLE")}}));
  ASSERT_TRUE(found && found->size() == 1);
  EXPECT_EQ(text(found->front().observed, "value"), "value");
  EXPECT_FALSE(found->front().observed.get("value")->secret());
  EXPECT_TRUE(found->front().observed.get("secret_value")->secret());
  ::unsetenv("WEFT_TEST_VARIABLE");
  EXPECT_TRUE(desk.find("local.Env", o({{"name", s("WEFT_TEST_VARIABLE")}}))->empty());
}

}  // namespace
}  // namespace weft::local
