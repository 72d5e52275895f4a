// local.Archive: a folder or some texts as one file; the same bytes for the same input.
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "lang/base/text.h"
#include "lang/os/errors.h"
#include "providers/local/disk.h"
#include "providers/local/kind.h"
#include "providers/local/pack.h"
#include "providers/local/paths.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

constexpr size_t kMostFiles = 10'000;
constexpr size_t kMostPatterns = 1000;

// What an archive is to be made of.
struct Wanted {
  std::string path;  // complete
  std::string format;
  std::vector<PackEntry> entries;
};

auto patterns(const Value& desired) -> std::vector<std::string> {
  std::vector<std::string> out;
  const Value* list = known(desired, "exclude");
  for (const auto& pattern : list != nullptr ? list->elements() : std::span<const Value>()) {
    if (pattern.is(ValueKind::kString)) out.emplace_back(pattern.as_string());
  }
  return out;
}

auto wanted(const Call& call, const Value& desired) -> std::expected<Wanted, DriverFailure> {
  Wanted out;
  out.path = resolved(call, text_of(desired, "path"));
  out.format = text_of(desired, "format");
  if (const Value* files = written(desired, "files")) {
    for (const auto& field : files->fields()) {
      PackEntry entry{.name = field.key.str()};
      entry.bytes = text_of(*files, field.key.view());
      entry.size = entry.bytes.size();
      out.entries.push_back(std::move(entry));
    }
    return out;
  }
  std::string source = text_of(desired, "source");
  std::string folder = resolved(call, source);
  auto seen = look(folder, 0);
  if (!seen || seen->kind != Seen::Kind::kFolder) {
    if (!seen) return std::unexpected(failed(seen.error(), "pack"));
    std::string what = seen->kind == Seen::Kind::kMissing ? "` is not there" : "` is no folder";
    return std::unexpected(invalid("source", "`source`: `" + source + what,
                                   "write a folder that is there, or one that a resource of this fabric makes"));
  }
  auto entries = entries_below(path_key(call.working_folder, folder), patterns(desired), path_key(call.working_folder, out.path));
  if (!entries) {
    auto failure = failed(entries.error(), "pack");
    failure.path = Path{}.member("source");
    return std::unexpected(failure);
  }
  out.entries = std::move(*entries);
  return out;
}

// A name inside that cannot lead out of wherever it is unpacked.
auto is_inner_name(std::string_view name) -> bool {
  if (name.empty() || name.size() > 4095 || name.find('\0') != std::string_view::npos) return false;
  return std::ranges::none_of(split(name, '/'), [](std::string_view part) { return part.empty() || part == "." || part == ".."; });
}

// A short secret can be guessed from the digest and the length of what it is packed in.
auto holds_secret(const Value& desired) -> bool {
  const Value* files = written(desired, "files");
  return files != nullptr && (files->has_secret() || has_digest(*files));
}

// What only its owner may read is not for everybody because it is packed.
auto is_closed(const Value& desired, const Wanted& want) -> bool {
  return holds_secret(desired) || std::ranges::any_of(want.entries, &PackEntry::closed);
}

// `format` only while the file is the one that was written: so an outside change is a difference at a declared path,
// without a list of contents being kept.
auto observed(const Value& declared, std::string_view path, const Seen& seen, std::string_view last_sha256) -> Value {
  bool is_secret = holds_secret(declared);
  std::vector<Field> fields{{"path", Value::string(path)}, {"size", Value::size(static_cast<int64_t>(seen.size)).as_secret(is_secret)}};
  if (seen.readable) fields.push_back({"sha256", Value::string(seen.sha256).as_secret(is_secret)});
  const Value* format = written(declared, "format");
  if (format != nullptr && seen.sha256 == last_sha256) fields.push_back({"format", *format});
  return Value::object(std::move(fields));
}

auto found_of(const std::string& path, const Seen& seen) -> Found {
  Found found;
  found.identity = merged(Value::null(), {{"path", Value::string(path)}});
  found.observed = observed(Value::null(), path, seen, {});
  return found;
}

// `made`: folders that were made along (kept_made), or null.
auto done(const Value& desired, const std::string& inputs, const Seen& seen, const Value& made) -> Changed {
  std::string path = text_of(desired, "path");
  Changed changed;
  changed.identity = merged(Value::null(), {{"path", Value::string(path)}});
  changed.observed = observed(desired, path, seen, seen.sha256);
  bool is_secret = holds_secret(desired);
  changed.driver_data = merged(Value::null(), {{"sha256", Value::string(seen.sha256).as_secret(is_secret)},
                                               {"inputs", Value::string(inputs).as_secret(is_secret)}});
  if (made.is(ValueKind::kList) && made.length() > 0) changed.driver_data = merged(changed.driver_data, {{"made", made}});
  return changed;
}

// What was packed: the file's bytes, and the digest of what went in.
struct Packed {
  Seen seen;
  std::string inputs;
};

// The digest is taken first: a file that is edited meanwhile then differs from it, and the next plan packs it again.
auto pack_into(int fd, const Wanted& want) -> Result<Packed> {
  TRY(inputs, inputs_digest(want.format, want.entries));
  TRY_VOID(pack(fd, want.format, want.entries));
  TRY(seen, look("/proc/self/fd/" + std::to_string(fd), 0));
  return Packed{.seen = std::move(seen), .inputs = std::move(inputs)};
}

auto met(const Step& step, const Wanted& want, const Packed& ours) -> ChangeResult {
  auto seen = look(want.path, 0);
  if (!seen) return std::unexpected(failed(seen.error(), "create"));
  if (seen->kind == Seen::Kind::kFile && seen->sha256 == ours.seen.sha256) {
    return as_found(done(step.desired, ours.inputs, *seen, Value::null()), text_of(step.desired, "path"));
  }
  std::string path = text_of(step.desired, "path");
  auto failure = refused(FailureClass::kExists, "`" + path + "` exists already with other content");
  failure.operation = "create";
  failure.path = Path{}.member("path");
  return std::unexpected(failure);
}

auto create(const Call& call, const Wanted& want, const Step& step) -> ChangeResult {
  std::vector<std::string> made;
  Packed ours;
  auto placed = [&]() -> Result<void> {
    TRY(file, NewFile::begin_new(want.path, step.operation_id, step.fabric_id, made));
    TRY(packed, pack_into(file.fd(), want));
    ours = std::move(packed);
    return file.place_new(is_closed(step.desired, want) ? 0600 : 0644);
  }();
  if (placed) return done(step.desired, ours.inputs, ours.seen, kept_made(call, made));
  if (placed.error().code == Code::kExists) return met(step, want, ours);
  take_parents(want.path, step.fabric_id, made);
  return std::unexpected(unplaced(placed.error(), "create"));
}

auto update(const Wanted& want, const Step& step) -> ChangeResult {
  auto seen = look(want.path, 0);
  if (!seen) return std::unexpected(failed(seen.error(), "update"));
  std::string path = text_of(step.desired, "path");
  if (seen->kind != Seen::Kind::kFile) {
    return std::unexpected(refused(FailureClass::kNotFound, "`" + path + "` is gone"));
  }
  auto file = NewFile::begin(want.path, step.operation_id);
  if (!file) return std::unexpected(unplaced(file.error(), "update"));
  auto ours = pack_into(file->fd(), want);
  if (!ours) return std::unexpected(unplaced(ours.error(), "update"));
  if (ours->seen.sha256 == seen->sha256) {
    auto changed = done(step.desired, ours->inputs, *seen, made_before(step));
    return still_found(step, seen->sha256) ? as_found(std::move(changed), path) : std::move(changed);
  }
  std::string planned = text_of(step.plan_data, "sha256");
  if (!planned.empty() && !seen->readable) return std::unexpected(unseen(path, "cannot be read: whether others have changed it is not known"));
  if (!planned.empty() && planned != seen->sha256) {
    return std::unexpected(refused(FailureClass::kMoved, "`" + path + "` was changed since it was read"));
  }
  uint32_t mode = is_closed(step.desired, want) ? seen->mode & 0700U : seen->mode;
  if (auto placed = file->replace(mode); !placed) return std::unexpected(unplaced(placed.error(), "update"));
  return done(step.desired, ours->inputs, ours->seen, made_before(step));
}

auto remove(const Call& call, const Step& step) -> ChangeResult {
  if (was_found(step)) return Changed{};
  std::string path = resolved(call, text_of(step.instance.identity, "path"));
  if (auto seen = look(path, 0); seen && seen->kind == Seen::Kind::kFolder) return Changed{};
  if (auto removed = remove_file(path); !removed) return std::unexpected(failed(removed.error(), "remove"));
  take_parents(path, step.fabric_id, recorded_made(call, step.instance.driver_data));
  return Changed{};
}

// Packs into a file without a name, to compare only.
auto would_be(const Wanted& want) -> Result<Packed> {
  std::FILE* file = std::tmpfile();
  if (file == nullptr) return std::unexpected(os_failure(errno, "making a temporary file"));
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> closer(file, &std::fclose);
  return pack_into(::fileno(file), want);
}

class ArchiveKind : public Kind {
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

auto ArchiveKind::schema() const -> TypeSchema {
  TypeSchema type;
  type.name = "local.Archive";
  type.documentation =
      "A folder, or some texts, packed into one file. The same input gives the same bytes: names are sorted, times and "
      "owners left out, modes are 0644, or 0755 for what may be run; empty folders, the archive itself and folders "
      "called `.weft` stay out. It is packed again when a file of its source changes. One that is there already with these very bytes counts as "
      "made, and stays when this is destroyed, unless an update has changed it. With a secret among `files` its "
      "mode is 0600, and digest and size are secret. The mode is 0600 also with a file that only its owner may read.";
  type.attributes = {
      formatted(replacing(required("path", "string", "Where; relative to the fabric's folder, or absolute.")), "path"),
      plain(required("format", R"("zip" | "tar.gz" | "tar.zst")", "How it is packed.")),
      plain(formatted(optional("source", "string", "A folder; everything below it goes in. This or `files`."), "path")),
      optional("files", "map<string>", "Texts by their names in the archive. This or `source`."),
      plain(optional("exclude", "list<string>",
                     "Patterns of what stays out of `source`: `*` within one part of a path, `**` over any number of parts.")),
      following(computed("sha256", "string", "Digest of the archive, in hexadecimal digits."), {}),
      following(computed("size", "size", "Length of the archive."), {}),
  };
  type.identity = {"path"};
  type.unique = {{"path"}};
  type.driver_diff = true;
  type.example =
      "resource bundle: local.Archive {\n"
      "  path    = \"out/site.tar.gz\"\n"
      "  format  = \"tar.gz\"\n"
      "  source  = \"site\"\n"
      "  exclude = [\"**/*.tmp\", \".git\"]\n"
      "}\n";
  return type;
}

void ArchiveKind::prepare(const Prepare& /*item*/, Prepared& out) const {
  check_file_path(out, "path");
  check_path(out, "source");
  bool has_source = written(out.desired, "source") != nullptr;
  bool has_files = written(out.desired, "files") != nullptr;
  if (has_source == has_files) {
    out.problems.push_back(invalid(has_source ? "files" : "source",
                                   has_source ? "the content is given twice" : "nothing says what goes in",
                                   "write one of `source`, `files`"));
  }
  const Value* exclude = written(out.desired, "exclude");
  if (exclude != nullptr && has_files) {
    out.problems.push_back(invalid("exclude", "`exclude` is for a `source`", "leave those files out of `files`"));
  }
  if (exclude != nullptr && exclude->length() > kMostPatterns) {
    out.problems.push_back(invalid("exclude", "more than 1000 patterns"));
  }
  const Value* files = written(out.desired, "files");
  if (files == nullptr || !files->is(ValueKind::kObject)) return;
  if (files->length() > kMostFiles) out.problems.push_back(invalid("files", "more than 10,000 files"));
  auto is_file = [&](std::string_view name) { return files->get(name) != nullptr; };
  for (const auto& field : files->fields()) {
    auto name = field.key.view();
    if (!is_inner_name(name)) {
      auto failure = invalid("files", "\"" + field.key.str() + "\" is no name inside an archive",
                             "write a relative path without `.` and `..`");
      failure.path = failure.path.member(name);
      out.problems.push_back(std::move(failure));
      continue;
    }
    // What is a file cannot be a folder too.
    size_t slash = name.find('/');
    while (slash != std::string_view::npos && !is_file(name.substr(0, slash))) slash = name.find('/', slash + 1);
    if (slash == std::string_view::npos) continue;
    auto failure = invalid("files", "\"" + std::string(name.substr(0, slash)) + "\" is a file inside the archive, so nothing can stand in it");
    failure.path = failure.path.member(name);
    out.problems.push_back(std::move(failure));
  }
}

auto ArchiveKind::read(Call call, Instance item) const -> Task<ReadState> {
  std::string path = text_of(item.identity, "path");
  std::string complete = resolved(call, path);
  auto seen = co_await on_pool<Result<Seen>>(call.loop, [&] { return look(complete, 0); });
  ReadState state;
  if (!seen) {
    state.kind = ReadState::Kind::kFailed;
    state.failure = failed(seen.error(), "read");
  } else if (seen->kind == Seen::Kind::kFile) {
    state.kind = ReadState::Kind::kPresent;
    state.observed = observed(item.applied, path, *seen, text_of(item.driver_data, "sha256"));
    if (!seen->readable) {
      for (auto name : {"format", "sha256"}) state.unread.push_back(Path{}.member(name));
    }
  } else if (seen->kind != Seen::Kind::kMissing) {
    state.kind = ReadState::Kind::kOther;
    state.why = "`" + path + "` is no file any more";
  }
  co_return state;
}

auto ArchiveKind::plan(Call call, Candidate item) const -> Task<Planned> {
  Planned planned;
  planned.verdict = item.proposed;
  bool stays = item.proposed == Verdict::kNone || item.proposed == Verdict::kUpdate;
  std::string last = text_of(item.instance.driver_data, "inputs");
  std::string is = text_of(item.instance.observed, "sha256");
  // What was seen comes back with the step as its guard.
  if (stays && !is.empty() && !holds_secret(item.desired)) planned.plan_data = merged(Value::null(), {{"sha256", Value::string(is)}});
  bool is_source = written(item.desired, "source") != nullptr;
  if (const Value* source = known(item.desired, "source")) {
    planned.made_from.push_back({Path{}.member("source"), path_key(call.working_folder, source->as_string())});
  }
  if (item.proposed == Verdict::kRemove || item.desired.has_unknown()) co_return planned;
  auto want = co_await on_pool<std::expected<Wanted, DriverFailure>>(call.loop, [&] { return wanted(call, item.desired); });
  if (!want) {
    // It may be made by this very plan. An archive that is to stay as it is needs none.
    if (item.proposed != Verdict::kNone) planned.missing = want.error();
    co_return planned;
  }
  if (!stays) co_return planned;
  if (!item.instance.applied.is(ValueKind::kObject)) {
    auto packed = co_await on_pool<Result<Packed>>(call.loop, [&] { return would_be(*want); });
    if (packed && packed->seen.sha256 == is) planned.verdict = Verdict::kNone;
    co_return planned;
  }
  auto inputs = co_await on_pool<Result<std::string>>(call.loop, [&] { return inputs_digest(want->format, want->entries); });
  if (item.proposed == Verdict::kNone && is_source && inputs && !last.empty() && *inputs != last) {
    planned.verdict = Verdict::kUpdate;
    planned.changed.push_back(Path{}.member("source"));
    planned.why = "files below `source` have changed";
  }
  co_return planned;
}

auto ArchiveKind::change(Call call, Step step) const -> Task<ChangeResult> {
  co_return co_await on_pool<ChangeResult>(call.loop, [&]() -> ChangeResult {
    if (step.change == Change::kRemove) return remove(call, step);
    auto want = wanted(call, step.desired);
    if (!want) return std::unexpected(want.error());
    return step.change == Change::kCreate ? create(call, *want, step) : update(*want, step);
  });
}

auto ArchiveKind::settle(Call call, Settle item) const -> Task<Settled> {
  const Step& step = item.step;
  co_return co_await on_pool<Settled>(call.loop, [&]() -> Settled {
    Settled settled;
    settled.kind = Settled::Kind::kNotDone;
    bool removal = step.change == Change::kRemove;
    std::string given = path_of(step);
    if (given.empty()) {
      settled.kind = Settled::Kind::kUnknown;
      settled.why = "which archive it was is not known any more";
      return settled;
    }
    std::string path = resolved(call, given);
    NewFile::sweep(path, step.operation_id);
    auto seen = look(path, 0);
    if (!seen) {
      settled.kind = Settled::Kind::kUnknown;
      settled.why = seen.error().text;
      return settled;
    }
    bool is_file = seen->kind == Seen::Kind::kFile;
    if (step.change == Change::kCreate && seen->kind == Seen::Kind::kMissing) sweep_parents(path, step.fabric_id, step.operation_id);
    settled.why = is_file ? "the archive is there" : "the archive is not there";
    if (removal && (!is_file || was_found(step))) settled.kind = Settled::Kind::kDone;
    if (removal && seen->kind == Seen::Kind::kMissing) take_parents(path, step.fabric_id, recorded_made(call, step.instance.driver_data));
    if (removal || !is_file) return settled;
    if (step.desired.is_null()) {
      settled.why = "what it was to be is not known any more";
      if (step.change != Change::kCreate) return settled;  // the next plan compares
      settled.kind = Settled::Kind::kFound;
      settled.candidates.push_back(found_of(given, *seen));
      return settled;
    }
    auto want = wanted(call, step.desired);
    auto packed = want ? would_be(*want) : fail(Code::kNotFound, "no input");
    if (!packed || packed->seen.sha256 != seen->sha256) {
      settled.why = "the archive is not as it was to be";
      bool may_be_ours = written(step.desired, "source") != nullptr || !seen->readable;
      if (step.change != Change::kCreate || !may_be_ours) return settled;
      // What was packed may have changed since.
      settled.kind = Settled::Kind::kFound;
      settled.why = seen->readable ? "an archive is there, and not as its `source` is by now" : "an archive is there that cannot be read";
      settled.candidates.push_back(found_of(given, *seen));
      return settled;
    }
    auto result = done(step.desired, packed->inputs, *seen, made_before(step));
    settled.kind = Settled::Kind::kDone;
    bool found = step.change == Change::kUpdate && still_found(step, seen->sha256);
    settled.result = found ? as_found(std::move(result), given) : std::move(result);
    return settled;
  });
}

auto ArchiveKind::find(Call call, Find selector) const -> Task<FindResult> {
  std::string path = text_of(selector.selector, "path");
  if (path.empty()) path = text_of(selector.selector, "id");
  if (!selector.working_folder.empty()) call.working_folder = selector.working_folder;
  std::string complete = resolved(call, path);
  auto seen = co_await on_pool<Result<Seen>>(call.loop, [&] { return look(complete, 0); });
  if (!seen) co_return std::unexpected(failed(seen.error(), "find"));
  std::vector<Found> out;
  if (seen->kind == Seen::Kind::kFile && !path.empty()) {
    out.push_back(found_of(path, *seen));
  }
  co_return out;
}

}  // namespace

auto make_archive() -> std::unique_ptr<Kind> { return std::make_unique<ArchiveKind>(); }

}  // namespace weft::local
