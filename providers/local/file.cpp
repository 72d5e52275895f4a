// local.File: a file with its content, as a resource and as a lookup.
#include <algorithm>
#include <utility>

#include <sys/stat.h>

#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/os/files.h"
#include "providers/local/copies.h"
#include "providers/local/disk.h"
#include "providers/local/kind.h"
#include "providers/local/paths.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

constexpr uint64_t kMostContent = uint64_t{4} << 20;        // of one value, by the contract
constexpr uint64_t kMostBoth = uint64_t{1} << 20;           // so large a file is given as text and as base64
constexpr std::string_view kSources[] = {"content", "content_base64", "source"};

// What a file is to be.
struct Wanted {
  std::string path;                  // complete
  std::optional<std::string> bytes;  // or else
  std::string source;                // complete
  uint32_t mode = 0644;

  [[nodiscard]] auto sha256() const -> std::expected<std::string, DriverFailure> {
    if (bytes) return hex(view(weft::sha256(*bytes)));
    auto seen = look(source, 0);
    if (!seen) return std::unexpected(failed(seen.error(), "read"));
    if (seen->kind != Seen::Kind::kFile || !seen->readable) {
      return std::unexpected(invalid("source", "`source`: " + source + (seen->readable ? " is no file" : " cannot be read")));
    }
    return seen->sha256;
  }
};

auto wanted(const Call& call, const Value& desired) -> std::expected<Wanted, DriverFailure> {
  Wanted out;
  out.path = resolved(call, text_of(desired, "path"));
  out.mode = mode_from(text_of(desired, "mode")).value_or(0644);
  if (written(desired, "content") != nullptr) {
    out.bytes = text_of(desired, "content");
  } else if (written(desired, "content_base64") != nullptr) {
    out.bytes = from_base64(text_of(desired, "content_base64"));
    if (!out.bytes) return std::unexpected(invalid("content_base64", "`content_base64` is no base64"));
  } else {
    out.source = resolved(call, text_of(desired, "source"));
  }
  return out;
}

auto keep_for(const Value& declared) -> uint64_t {
  bool wants_content = !declared.is(ValueKind::kObject) || written(declared, "content") != nullptr ||
                       written(declared, "content_base64") != nullptr;
  return wants_content ? kMostContent : 0;
}

// The file as attributes: those of content that `declared` has (all that fit, if it is null, as for one that is not
// ours yet); `source` only while the file holds what was last written from there.
auto observed(const Value& declared, std::string_view path, const Seen& seen, std::string_view last_sha256) -> Value {
  bool all = !declared.is(ValueKind::kObject);
  bool is_secret = was_secret(declared, "content") || was_secret(declared, "content_base64");
  auto guarded = [&](Value value) { return value.as_secret(is_secret); };
  std::vector<Field> fields{{"path", Value::string(path)},
                            {"mode", Value::string(mode_text(seen.mode))},
                            {"size", guarded(Value::size(static_cast<int64_t>(seen.size)))}};
  if (seen.readable) fields.push_back({"sha256", guarded(Value::string(seen.sha256))});
  if (seen.content) {
    bool is_text = first_invalid_utf8(*seen.content) == std::string_view::npos;
    if (is_text && (all || written(declared, "content") != nullptr)) {
      fields.push_back({"content", guarded(Value::string(*seen.content))});
    }
    if ((all && seen.size <= kMostBoth) || written(declared, "content_base64") != nullptr) {
      fields.push_back({"content_base64", guarded(Value::string(base64(*seen.content)))});
    }
  }
  if (!all && written(declared, "source") != nullptr && seen.readable && seen.sha256 == last_sha256) {
    fields.push_back({"source", *written(declared, "source")});
  }
  return Value::object(std::move(fields));
}

// `made`: folders that were made along (kept_made), or null.
auto done(const Value& desired, const Seen& seen, const Value& made) -> Changed {
  bool is_secret = was_secret(desired, "content") || was_secret(desired, "content_base64");
  std::string path = text_of(desired, "path");
  Changed changed;
  changed.identity = merged(Value::null(), {{"path", Value::string(path)}});
  changed.observed = observed(desired, path, seen, seen.sha256);
  changed.driver_data = merged(Value::null(), {{"sha256", Value::string(seen.sha256).as_secret(is_secret)}});
  if (made.is(ValueKind::kList) && made.length() > 0) changed.driver_data = merged(changed.driver_data, {{"made", made}});
  return changed;
}

auto found_of(const std::string& path, const Seen& seen) -> Found {
  Found found;
  found.identity = merged(Value::null(), {{"path", Value::string(path)}});
  found.observed = observed(Value::null(), path, seen, {});
  found.driver_data = merged(Value::null(), {{"sha256", Value::string(seen.sha256)}});
  return found;
}

// Reads back what is there now.
auto as_placed(const Value& desired, const std::string& path, const Value& made) -> ChangeResult {
  auto seen = look(path, keep_for(desired));
  if (!seen || seen->kind != Seen::Kind::kFile) {
    auto failure = refused(FailureClass::kMoved, path + " was replaced while it was written");
    failure.happened = Happened::kMaybe;
    return std::unexpected(failure);
  }
  return done(desired, *seen, made);
}

auto filled(NewFile file, const Wanted& want) -> Result<NewFile> {
  if (want.bytes) {
    TRY_VOID(file.write(*want.bytes));
  } else {
    TRY_VOID(file.copy(want.source));
  }
  return file;
}

auto filled(const Wanted& want, std::string_view operation) -> Result<NewFile> {
  TRY(file, NewFile::begin(want.path, operation));
  return filled(std::move(file), want);
}

// A create that meets a file: done if it is the very one, else not ours to touch.
auto met(const Wanted& want, const Step& step, const std::string& sha256) -> ChangeResult {
  auto seen = look(want.path, 0);
  if (!seen) return std::unexpected(failed(seen.error(), "create"));
  if (seen->kind == Seen::Kind::kFile && seen->readable && seen->sha256 == sha256) {
    if (seen->mode != want.mode) {
      if (auto set = change_mode(want.path, want.mode); !set) return std::unexpected(failed(set.error(), "create"));
    }
    auto changed = as_placed(step.desired, want.path, Value::null());
    return changed ? as_found(std::move(*changed), text_of(step.desired, "path")) : std::move(changed);
  }
  std::string path = text_of(step.desired, "path");
  std::string what = seen->kind == Seen::Kind::kFolder    ? "` is a folder"
                     : seen->kind == Seen::Kind::kMissing ? "` is a link to nothing"
                     : seen->kind == Seen::Kind::kOther   ? "` exists already and is no file"
                                                          : "` exists already with other content";
  // The way to take over a file is the engine's to tell.
  auto failure = refused(FailureClass::kExists, "`" + path + what,
                         seen->kind == Seen::Kind::kFile ? "" : "choose another path, or remove it");
  failure.operation = "create";
  failure.path = Path{}.member("path");
  return std::unexpected(failure);
}

auto create(const Call& call, const Wanted& want, const Step& step) -> ChangeResult {
  auto sha256 = want.sha256();
  if (!sha256) return std::unexpected(sha256.error());
  if (is_taken(want.path)) return met(want, step, *sha256);
  std::vector<std::string> made;
  auto placed = [&]() -> Result<void> {
    TRY(empty, NewFile::begin_new(want.path, step.operation_id, step.fabric_id, made));
    TRY(file, filled(std::move(empty), want));
    return file.place_new(want.mode);
  }();
  if (placed) return as_placed(step.desired, want.path, kept_made(call, made));
  if (placed.error().code == Code::kExists) return met(want, step, *sha256);
  take_parents(want.path, step.fabric_id, made);
  return std::unexpected(unplaced(placed.error(), "create"));
}

auto update(const Wanted& want, const Step& step) -> ChangeResult {
  auto sha256 = want.sha256();
  if (!sha256) return std::unexpected(sha256.error());
  auto seen = look(want.path, 0);
  if (!seen) return std::unexpected(failed(seen.error(), "update"));
  std::string path = text_of(step.desired, "path");
  if (seen->kind != Seen::Kind::kFile) {
    bool is_missing = seen->kind == Seen::Kind::kMissing;
    return std::unexpected(refused(FailureClass::kNotFound,
                                   "`" + path + (is_missing ? "` is gone" : "` is no file any more")));
  }
  // Its mode may be what has changed: what it holds shows with the one that it is to have.
  uint32_t former = seen->mode;
  bool opened = !seen->readable && change_mode(want.path, want.mode);
  if (opened) seen = look(want.path, 0);
  if (!seen) return std::unexpected(failed(seen.error(), "update"));
  if (seen->readable && seen->sha256 == *sha256) {
    if (auto set = change_mode(want.path, want.mode); !set) return std::unexpected(failed(set.error(), "update"));
    auto changed = as_placed(step.desired, want.path, made_before(step));
    return changed && still_found(step, *sha256) ? as_found(std::move(*changed), path) : std::move(changed);
  }
  std::string planned = text_of(step.plan_data, "sha256");
  // One that is never readable has nothing that could be compared.
  bool can_compare = seen->readable || !opened;
  if (!planned.empty() && can_compare && planned != seen->sha256) {
    if (opened) {
      (void)change_mode(want.path, former);
      return std::unexpected(unseen(path, "holds something else than was last seen there, and its mode hides that from a plan"));
    }
    if (!seen->readable) return std::unexpected(unseen(path, "cannot be read: whether others have changed it is not known"));
    return std::unexpected(refused(FailureClass::kMoved, "`" + path + "` was changed since it was read"));
  }
  auto file = filled(want, step.operation_id);
  if (!file) return std::unexpected(unplaced(file.error(), "update"));
  if (auto placed = file->replace(want.mode); !placed) return std::unexpected(unplaced(placed.error(), "update"));
  return as_placed(step.desired, want.path, made_before(step));
}

auto remove(const Call& call, const Step& step) -> ChangeResult {
  if (was_found(step)) return Changed{};
  std::string path = resolved(call, text_of(step.instance.identity, "path"));
  // A folder of that name is another object: ours is gone.
  if (auto seen = look(path, 0); seen && seen->kind == Seen::Kind::kFolder) return Changed{};
  if (auto removed = remove_file(path); !removed) return std::unexpected(failed(removed.error(), "remove"));
  take_parents(path, step.fabric_id, recorded_made(call, step.instance.driver_data));
  return Changed{};
}

// Why a source cannot be copied.
auto no_source(const Value& desired, const Result<Seen>& seen) -> DriverFailure {
  if (!seen) return failed(seen.error(), "read");
  std::string what = seen->kind == Seen::Kind::kMissing  ? " is not there"
                     : seen->kind == Seen::Kind::kFolder ? " is a folder"
                     : seen->readable                    ? " is no file"
                                                         : " cannot be read";
  return invalid("source", "`source`: `" + text_of(desired, "source") + "`" + what,
                 "write a path that is there, or one that a resource of this fabric makes");
}

class FileKind : public Kind {
 public:
  auto schema() const -> TypeSchema override;
  void prepare(const Prepare& item, Prepared& out) const override;
  auto standing(std::string_view folder, const driver::Identity& identity) const -> driver::Standing override {
    return file_standing(folder, identity);
  }
  auto read(Call call, Instance item) const -> Task<ReadState> override;
  auto plan(Call call, Candidate item) const -> Task<Planned> override;
  auto change(Call call, Step step) const -> Task<ChangeResult> override;
  auto settle(Call call, Settle item) const -> Task<Settled> override;
  auto find(Call call, Find selector) const -> Task<FindResult> override;
};

auto FileKind::schema() const -> TypeSchema {
  TypeSchema type;
  type.name = "local.File";
  type.lookup = true;
  type.documentation =
      "A file on this machine. It is written beside its place and put there in one instant; missing folders above it "
      "are made. A create never overwrites: a file that is there already with other content must be adopted or moved "
      "away; one with this very content counts as made, and stays when this is destroyed, unless an update has changed it. A secret content stays secret, and then `mode` is "
      "\"0600\" unless it is written; so it is for a copy of what only its owner may read.";
  type.attributes = {
      formatted(replacing(required("path", "string", "Where; relative to the fabric's folder, or absolute.")), "path"),
      optional("content", "string", "The content as text. Exactly one of `content`, `content_base64`, `source`."),
      optional("content_base64", "string", "The content as base64 of any bytes."),
      plain(formatted(optional("source", "string", "A file to copy; the copy follows when that file changes."), "path")),
      plain(with_default(formatted(optional("mode", "string", "Permissions in octal digits."), "mode"), Value::string("0644"))),
      following(computed("sha256", "string", "Digest of the content, in hexadecimal digits."),
                {"content", "content_base64", "source"}),
      following(computed("size", "size", "Length of the content."), {"content", "content_base64", "source"}),
  };
  type.attributes[2].equivalence = driver::Equivalence::kBase64;
  type.attributes[2].format = "base64";
  type.filters = {plain(formatted(required("path", "string", "Where; relative to the fabric's folder, or absolute."), "path"))};
  type.identity = {"path"};
  type.unique = {{"path"}};
  type.driver_diff = true;
  type.example =
      "resource motd: local.File {\n"
      "  path    = \"out/motd.txt\"\n"
      "  content = \"welcome\\n\"\n"
      "  mode    = \"0640\"\n"
      "}\n";
  return type;
}

void FileKind::prepare(const Prepare& item, Prepared& out) const {
  check_file_path(out, "path");
  check_path(out, "source");
  auto count = std::ranges::count_if(kSources, [&](auto name) { return written(out.desired, name) != nullptr; });
  if (count != 1) {
    std::string seen = count == 0 ? "nothing says what the file holds" : "the content is given more than once";
    out.problems.push_back(invalid("content", seen, "write one of `content`, `content_base64`, `source`"));
  }
  if (const Value* text = known(out.desired, "content_base64"); text != nullptr && !from_base64(text->as_string())) {
    out.problems.push_back(invalid("content_base64", "`content_base64` is no base64 with padding"));
  }
  bool is_secret = was_secret(out.desired, "content") || was_secret(out.desired, "content_base64");
  if (written(item.desired, "mode") == nullptr) {
    auto unknown = [&](std::string_view name) {
      const Value* value = written(out.desired, name);
      return value != nullptr && value->has_unknown() && !value->has_secret();
    };
    // Whether it will be a secret shows with what it is; one that is there stays as it was.
    bool open = unknown("content") || unknown("content_base64");
    bool was = was_secret(item.previous, "content") || was_secret(item.previous, "content_base64");
    if (is_secret || (open && was)) out.desired = merged(out.desired, {{"mode", Value::string("0600")}});
    else if (open && !item.previous.is(ValueKind::kObject)) out.desired = merged(out.desired, {{"mode", Value::unknown(Unknown{.type = Type::string(), .not_null = true})}});
  }
  check_mode(out);
}

auto FileKind::read(Call call, Instance item) const -> Task<ReadState> {
  std::string path = text_of(item.identity, "path");
  std::string complete = resolved(call, path);
  uint64_t keep = keep_for(item.applied);
  auto seen = co_await on_pool<Result<Seen>>(call.loop, [&] { return look(complete, keep); });
  ReadState state;
  if (!seen) {
    state.kind = ReadState::Kind::kFailed;
    state.failure = failed(seen.error(), "read");
  } else if (seen->kind == Seen::Kind::kMissing) {
    state.kind = ReadState::Kind::kMissing;
  } else if (seen->kind != Seen::Kind::kFile) {
    state.kind = ReadState::Kind::kOther;
    state.why = "`" + path + "` is no file any more";
  } else {
    state.kind = ReadState::Kind::kPresent;
    state.observed = observed(item.applied, path, *seen, text_of(item.driver_data, "sha256"));
    if (!seen->readable) {
      for (auto name : {"content", "content_base64", "source", "sha256"}) state.unread.push_back(Path{}.member(name));
    }
  }
  co_return state;
}

// The engine compares what is written; only we can tell that the file behind `source` has changed. The digest of what
// was seen comes back with the step as its guard; not that of a secret, which would help guessing it.
auto FileKind::plan(Call call, Candidate item) const -> Task<Planned> {
  Planned planned;
  planned.verdict = item.proposed;
  bool stays = item.proposed == Verdict::kNone || item.proposed == Verdict::kUpdate;
  std::string is = text_of(item.instance.observed, "sha256");
  bool is_secret = was_secret(item.instance.observed, "sha256") || was_secret(item.desired, "content") ||
                   was_secret(item.desired, "content_base64");
  if (stays && !is.empty() && !is_secret) planned.plan_data = merged(Value::null(), {{"sha256", Value::string(is)}});
  if (known(item.desired, "source") == nullptr || item.proposed == Verdict::kRemove) co_return planned;
  std::string source = resolved(call, text_of(item.desired, "source"));
  planned.made_from.push_back({Path{}.member("source"), path_key(call.working_folder, source)});
  auto seen = co_await on_pool<Result<Seen>>(call.loop, [&] { return look(source, 0); });
  if (!seen || seen->kind != Seen::Kind::kFile || !seen->readable) {
    // It may be made by this very plan. A copy that is to stay as it is needs none.
    if (item.proposed != Verdict::kNone) planned.missing = no_source(item.desired, seen);
    co_return planned;
  }
  if (!stays || is.empty()) co_return planned;
  Path at = Path{}.member("source");
  if (seen->sha256 != is && item.proposed == Verdict::kNone) {
    planned.verdict = Verdict::kUpdate;
    planned.changed.push_back(at);
    planned.why = "the file at `source` and the copy differ";
  }
  bool adopted = !item.instance.applied.is(ValueKind::kObject);
  bool only_source = std::ranges::all_of(item.changed, [&](const Path& path) { return path == at; });
  if (seen->sha256 == is && adopted && only_source) planned.verdict = Verdict::kNone;
  co_return planned;
}

auto FileKind::change(Call call, Step step) const -> Task<ChangeResult> {
  co_return co_await on_pool<ChangeResult>(call.loop, [&]() -> ChangeResult {
    if (step.change == Change::kRemove) return remove(call, step);
    auto want = wanted(call, step.desired);
    if (!want) return std::unexpected(want.error());
    return step.change == Change::kCreate ? create(call, *want, step) : update(*want, step);
  });
}

// A call to the disk does not outlive its caller: what is there now is what happened.
auto FileKind::settle(Call call, Settle item) const -> Task<Settled> {
  const Step& step = item.step;
  co_return co_await on_pool<Settled>(call.loop, [&]() -> Settled {
    Settled settled;
    settled.kind = Settled::Kind::kNotDone;
    bool removal = step.change == Change::kRemove;
    std::string given = path_of(step);
    if (given.empty()) {
      settled.kind = Settled::Kind::kUnknown;
      settled.why = "which file it was is not known any more";
      return settled;
    }
    std::string path = resolved(call, given);
    NewFile::sweep(path, step.operation_id);
    auto seen = look(path, step.desired.is_null() ? kMostContent : keep_for(step.desired));
    bool missing = seen && seen->kind == Seen::Kind::kMissing;
    if (missing && step.change == Change::kCreate) sweep_parents(path, step.fabric_id, step.operation_id);
    if (!seen) {
      settled.kind = Settled::Kind::kUnknown;
      settled.why = seen.error().text;
    } else if (removal) {
      if (seen->kind != Seen::Kind::kFile || was_found(step)) settled.kind = Settled::Kind::kDone;
      // The removal ended there, or between the file and its folders.
      if (seen->kind == Seen::Kind::kMissing) take_parents(path, step.fabric_id, recorded_made(call, step.instance.driver_data));
      settled.why = seen->kind == Seen::Kind::kFile ? "the file is still there" : "the file is gone";
    } else if (auto want = wanted(call, step.desired); !step.desired.is_null() && want) {
      auto sha256 = want->sha256();
      bool equals = sha256 && seen->kind == Seen::Kind::kFile && seen->sha256 == *sha256 && seen->mode == want->mode;
      settled.why = equals ? "the file is there as it was to be" : "the file is not as it was to be";
      if (equals) {
        settled.kind = Settled::Kind::kDone;
        settled.result = done(step.desired, *seen, made_before(step));
        bool found = step.change == Change::kUpdate && still_found(step, seen->sha256);
        if (found) settled.result = as_found(std::move(settled.result), given);
      } else if (step.change == Change::kCreate && seen->kind == Seen::Kind::kFile && (!want->bytes || !seen->readable)) {
        // What was copied may have changed since, bytes and mode.
        auto whole = look(path, kMostContent);
        settled.kind = Settled::Kind::kFound;
        settled.why = want->bytes ? "a file is there that cannot be read" : "a file is there, and not as its `source` is by now";
        settled.candidates.push_back(found_of(given, whole && whole->kind == Seen::Kind::kFile ? *whole : *seen));
      }
    } else if (step.change == Change::kCreate && seen->kind == Seen::Kind::kFile && seen->readable) {
      // Nothing is recorded that a plan could compare: a person knows whether it is ours.
      settled.kind = Settled::Kind::kFound;
      settled.why = "a file is there, and what it was to be is not known any more";
      settled.candidates.push_back(found_of(given, *seen));
    } else {
      settled.why = step.change == Change::kCreate ? "no file is there" : "what it was to be is not known any more; the next plan compares";
    }
    return settled;
  });
}

auto FileKind::find(Call call, Find selector) const -> Task<FindResult> {
  std::string path = text_of(selector.selector, "path");
  if (path.empty()) path = text_of(selector.selector, "id");
  if (!selector.working_folder.empty()) call.working_folder = selector.working_folder;
  std::string complete = resolved(call, path);
  auto seen = co_await on_pool<Result<Seen>>(call.loop, [&] { return look(complete, kMostContent); });
  if (!seen) co_return std::unexpected(failed(seen.error(), "find"));
  std::vector<Found> out;
  if (seen->kind == Seen::Kind::kMissing || path.empty()) co_return out;
  if (seen->kind != Seen::Kind::kFile) co_return std::unexpected(invalid("path", "`" + path + "` is no file"));
  if (!seen->readable) co_return std::unexpected(refused(FailureClass::kDenied, "`" + path + "` cannot be read"));
  out.push_back(found_of(path, *seen));
  co_return out;
}

}  // namespace

void mode_of_copy(std::string_view folder, const Prepare& item, Prepared& out) {
  if (written(out.desired, "source") == nullptr || written(item.desired, "mode") != nullptr) return;
  const Value* source = known(out.desired, "source");
  struct ::stat info {};
  bool is_there = source != nullptr && source->is(ValueKind::kString) &&
                  ::stat(join_path(folder, source->as_string()).c_str(), &info) == 0;
  Value mode = Value::string(is_there && (info.st_mode & 0077U) == 0 ? "0600" : "0644");
  if (!is_there) {
    const Value* last = written(item.previous, "mode");
    bool stays = last != nullptr && last->is(ValueKind::kString);
    mode = stays ? *last : Value::unknown(Unknown{.type = Type::string(), .not_null = true});
  }
  out.desired = merged(out.desired, {{"mode", mode}});
}

auto make_file() -> std::unique_ptr<Kind> { return std::make_unique<FileKind>(); }

}  // namespace weft::local
