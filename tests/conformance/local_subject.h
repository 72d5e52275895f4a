// The local driver in a fresh folder, which is its world.
#pragma once

#include <sys/stat.h>

#include <filesystem>

#include "lang/base/text.h"
#include "providers/local/local.h"
#include "tests/conformance/subject.h"
#include "tests/support/temp_dir.h"

namespace weft::conformance {

class LocalSubject : public Subject {
 public:
  auto name() const -> std::string override { return "local"; }
  auto excuses() const -> std::vector<Excuse> override {
    return {
        {9, "a disk shows at once what was written"},
        {10, "a disk never answers with what was there before"},
        {11, "where the tests run as root there is nothing that they may not read"},
        {13, "nothing here goes slowly; a command's broken state is tried in tests/providers/local"},
        {15, "a disk has no lists of contents: each file is one look"},
        {30, "a disk answers before its caller goes on; what a killed process leaves is tried at 29"},
        {31, "no type of this driver has a token"},
        {32, "no value is given only once: all live in the state"},
        {35, "each change is one rename, one mode or one command: there is no half of it"},
        {38, "a disk refuses nobody for their rate"},
        {39, "there are no credentials"},
        {41, "a disk shows at once what was written"},
        {42, "there are no batches"},
        {43, "there are no lanes: two addresses never share a file"},
        {44, "everything is ready at once"},
        {48, "the place is empty: any machine may go on"},
        {49, "there are no settings"},
    };
  }
  auto desk() -> Desk& override { return desk_; }
  auto driver() -> driver::Driver& override { return *driver_; }

  auto samples() -> std::vector<Sample> override {
    folder_.write("site/a.txt", "a");
    folder_.write("from.txt", "from");
    auto file = object({{"path", text("a.txt")}, {"content", text("one")}});
    auto folder = object({{"path", text("d")}});
    auto archive = object({{"path", text("a.zip")}, {"format", text("zip")}, {"source", text("site")}});
    auto command = object({{"create", text("printf %s \"$(cat)\" > made")}, {"remove", text("rm -f made")},
                           {"read", text("test -e made || exit 3")}, {"idempotent", Value::boolean(true)},
                           {"update", text("printf %s \"$(cat)\" > made")}, {"input", text("one")}});
    auto id = object({{"bytes", number(4)}});
    return {
        {.type = "local.File", .desired = file,
         .updates = {put(file, "content", text("two")), put(file, "mode", text("0600")),
                     object({{"path", text("a.txt")}, {"source", text("from.txt")}}),
                     object({{"path", text("a.txt")}, {"content_base64", text("AP8=")}})},
         .replacements = {put(file, "path", text("b.txt"))},
         .invalid = {object({{"path", text("a.txt")}}), put(file, "mode", text("x"))}},
        {.type = "local.Directory", .desired = folder, .updates = {put(folder, "mode", text("0700"))},
         .replacements = {object({{"path", text("e")}})}, .invalid = {object({{"path", text("")}})}},
        {.type = "local.Archive", .desired = archive,
         .updates = {put(archive, "format", text("tar.gz")), put(archive, "exclude", Value::list({text("*.x")}))},
         .replacements = {put(archive, "path", text("b.zip"))},
         .invalid = {put(archive, "source", text("none"))}},
        {.type = "local.Command", .desired = command, .updates = {put(command, "input", text("two"))},
         .replacements = {put(weft::without(command, Path{}.member("update")), "input", text("three"))},
         .invalid = {put(command, "create", text("exit 1"))}},
        {.type = "local.Data", .desired = object({{"value", text("v")}}), .updates = {object({{"value", number(2)}})},
         .replacements = {object({{"value", text("v")}, {"keepers", object({{"a", number(1)}})}})}},
        {.type = "local.RandomId", .desired = id, .replacements = {object({{"bytes", number(5)}})},
         .invalid = {object({{"bytes", number(0)}})}},
        {.type = "local.RandomPet", .desired = object({{"words", number(2)}}),
         .replacements = {object({{"words", number(3)}})}, .invalid = {object({{"words", number(0)}})}},
        {.type = "local.RandomPassword", .desired = object({{"length", number(20)}}),
         .replacements = {object({{"length", number(21)}})}, .invalid = {object({{"length", number(0)}})}},
        {.type = "local.Key", .desired = object({{"algorithm", text("ed25519")}}),
         .replacements = {object({{"algorithm", text("ecdsa")}})}, .invalid = {object({{"algorithm", text("rsa")}, {"bits", number(1)}})}},
        certificate(),
    };
  }

  auto world() -> std::string override {
    std::string out;
    for (const auto& path : entries()) {
      struct stat facts {};
      bool is_there = ::stat(folder_.path(path).c_str(), &facts) == 0;
      out += path + " " + std::to_string(is_there ? facts.st_mode : 0);
      if (is_there && S_ISREG(facts.st_mode)) out += " " + hex(view(sha256(folder_.read(path))));
      out += "\n";
    }
    return out;
  }
  auto objects() -> size_t override {
    size_t count = 0;
    for (const auto& path : entries()) count += path == "from.txt" || path.starts_with("site") ? 0 : 1;
    return count;
  }

  auto echo(const Value& value) -> std::optional<std::string> override {
    auto made = desk_.create("local.Command", object({{"create", text("tee echo >&3")}, {"input", value}}));
    if (!made) return std::nullopt;
    std::string got(trim(folder_.read("echo")));
    std::filesystem::remove(folder_.path("echo"));
    const Value* answer = made->observed.get("output")->get("input");
    constexpr std::string_view kAround = "{\"input\":";
    if (answer == nullptr || !(*answer == value) || !got.starts_with(kAround)) return std::nullopt;
    return got.substr(kAround.size(), got.size() - kAround.size() - 1);
  }

  auto drop(const Record& record) -> bool override { return std::filesystem::remove(folder_.path(place_of(record))); }
  auto remake(const Record& record) -> bool override {
    auto path = folder_.path(place_of(record));
    bool was_folder = std::filesystem::is_directory(path);
    std::filesystem::remove(path);
    // A file is known by its path: another one is something that is no file, or no folder.
    if (was_folder) folder_.write(place_of(record), "");
    else std::filesystem::create_directory(path);
    return record.type->name != "local.Command";
  }
  auto touch(const Record& record, std::string_view attribute) -> bool override {
    auto path = folder_.path(place_of(record));
    if (record.type->name == "local.Command") return false;
    if (attribute == "mode") return ::chmod(path.c_str(), 0711) == 0;
    // Another content shows at `format` of an archive: where it was made from cannot be read off it.
    bool is_archive = record.type->name == "local.Archive";
    bool is_content = is_archive ? attribute == "format"
                                 : attribute == "content" || attribute == "content_base64" || attribute == "source";
    if (is_content) folder_.write(place_of(record), "somebody else's");
    return is_content;
  }
  auto foreign(const Sample& sample) -> bool override {
    if (sample.type == "local.File" || sample.type == "local.Archive") {
      folder_.write(sample.desired.get("path")->as_string(), "theirs");
      return true;
    }
    if (sample.type != "local.Directory") return false;
    std::filesystem::create_directory(folder_.path("d"));
    return ::chmod(folder_.path("d").c_str(), 0711) == 0;
  }
  auto interfere(const Record& record) -> bool override {
    bool is_content = record.type->name == "local.File" || record.type->name == "local.Archive";
    if (is_content) folder_.write(place_of(record), "meanwhile");
    return is_content;
  }
  auto deny(const Record& record) -> bool override {
    // A link to itself can be read by nobody, whoever runs the tests.
    auto path = folder_.path(place_of(record));
    std::filesystem::remove(path);
    std::filesystem::create_symlink(path, path);
    return true;
  }

  auto failures() -> std::vector<driver::DriverFailure> override {
    std::vector<driver::DriverFailure> out;
    auto refused = [&](std::string_view type, Value desired) {
      auto made = desk_.create(type, std::move(desired));
      if (!made) out.push_back(made.error());
    };
    auto command = [&](std::string_view script) { refused("local.Command", object({{"create", text(script)}})); };
    command("exit 1");
    command("exit 4");
    command("exit 75");
    command("echo '{' >&3");
    refused("local.File", object({{"path", text("f")}, {"source", text("none")}}));
    folder_.write("theirs", "theirs");
    refused("local.File", object({{"path", text("theirs")}, {"content", text("ours")}}));
    std::optional<Record> file = *desk_.create("local.File", object({{"path", text("g")}, {"content", text("one")}}));
    auto decision = desk_.plan(file, *file->type, object({{"path", text("g")}, {"content", text("two")}}));
    folder_.write("g", "meanwhile");
    if (auto moved = desk_.apply(file, *file->type, decision)) out.push_back(*moved);
    drop(*file);
    if (auto missing = desk_.apply(file, *file->type, decision)) out.push_back(*missing);
    auto folder = *desk_.create("local.Directory", object({{"path", text("d")}}));
    folder_.write("d/x", "");
    auto kept = desk_.change(desk_.step(driver::Change::kRemove, folder, Value::null()));
    if (!kept) out.push_back(kept.error());
    desk_.deadline = std::chrono::milliseconds(20);
    command("exec sleep 1000");
    desk_.deadline = std::chrono::minutes(20);
    if (auto none = desk_.find("local.Data", object({{"id", text("x")}})); !none) out.push_back(none.error());
    return out;
  }
  auto with_secret(const Value& canary) -> std::vector<Sample> override {
    auto file = object({{"path", text("a.txt")}, {"content", canary}});
    auto command = [&](std::string_view script) {
      return object({{"create", text(script)}, {"input", canary}, {"environment", object({{"WORD", canary}})},
                     {"remove", text("echo $WORD >&2; cat >&2; exit 1")}, {"settle", text("cat; echo $WORD >&2; exit 1")}});
    };
    std::vector<Sample> out{
        {.type = "local.File", .desired = file, .updates = {put(file, "mode", text("0644"))}},
        {.type = "local.Command", .desired = command("tee /dev/fd/2 >&3; echo $WORD >&2"),
         .updates = {put(command("true"), "update", text("cat >&2; exit 1"))}},
        {.type = "local.Command", .desired = command("cat >&2; echo $WORD; exit 1")},
        {.type = "local.Command", .desired = command("echo \"{$WORD\" >&3")},
        {.type = "local.Data", .desired = object({{"value", object({{"inner", canary}})}})},
        {.type = "local.Certificate", .desired = put(certificate().desired, "key_pem", canary)},
    };
    return out;
  }
  auto in_use() -> std::optional<std::pair<Record, Record>> override {
    auto kept = desk_.create("local.Directory", object({{"path", text("full")}}));
    auto keeper = desk_.create("local.File", object({{"path", text("full/x")}, {"content", text("")}}));
    return std::pair(*kept, *keeper);
  }
  auto hanging() -> std::optional<driver::Step> override {
    Record none{.address = "x", .type = &desk_.type("local.Command")};
    // What it says wakes the loop, which then looks whether it has begun.
    return desk_.step(driver::Change::kCreate, none, object({{"create", text("touch begun; echo begun; exec sleep 1000")}}));
  }
  auto hangs() -> bool override { return std::filesystem::exists(folder_.path("begun")); }

 private:
  static auto text(std::string_view value) -> Value { return Value::string(value); }
  static auto number(int64_t value) -> Value { return Value::integer(value); }
  static auto object(std::vector<Field> fields) -> Value { return Value::object(std::move(fields)); }
  static auto put(const Value& in, std::string_view name, const Value& value) -> Value {
    return with(in, Path{}.member(name), value);
  }
  static auto place_of(const Record& record) -> std::string {
    const Value* path = record.identity.get("path");
    return path == nullptr ? "made" : std::string(path->as_string());
  }
  auto entries() -> std::vector<std::string> {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      out.push_back(std::filesystem::relative(entry.path(), folder_.path()).string());
    }
    std::ranges::sort(out);
    return out;
  }
  auto certificate() -> Sample {
    if (key_.empty()) {
      auto key = desk_.create("local.Key", object({{"algorithm", text("ed25519")}}));
      key_ = key->observed.get("private_pem")->as_string();
    }
    auto desired = object({{"key_pem", text(key_).as_secret()}, {"subject", object({{"common_name", text("x")}})},
                           {"valid_for", Value::duration(3'600'000'000'000)},
                           {"usages", Value::set({text("server_auth"), text("digital_signature")})}});
    return {.type = "local.Certificate", .desired = desired,
            .updates = {put(desired, "renew_before", Value::duration(1'000'000'000))},
            .replacements = {put(desired, "is_ca", Value::boolean(true))},
            .invalid = {put(desired, "valid_for", Value::duration(0))}};
  }

  test::TempDir folder_;
  std::unique_ptr<driver::Driver> driver_ = local::make_local_driver();
  Desk desk_{*driver_, folder_.path()};
  std::string key_;
};

inline auto make_local_subject() -> std::unique_ptr<Subject> { return std::make_unique<LocalSubject>(); }

}  // namespace weft::conformance
