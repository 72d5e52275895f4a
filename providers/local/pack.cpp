#include "providers/local/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>

#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/os/errors.h"
#include "lang/os/files.h"
#include "providers/local/disk.h"
#include "providers/local/glob.h"

namespace weft::local {

namespace {

constexpr uint64_t kMostBytes = uint64_t{16} << 30;
constexpr size_t kChunk = size_t{256} << 10;

struct FreeArchive {
  void operator()(archive* object) const { archive_write_free(object); }
};
struct FreeEntry {
  void operator()(archive_entry* object) const { archive_entry_free(object); }
};

// libarchive reads names in the thread's locale; ours are UTF-8 wherever the program runs.
class Utf8Thread {
 public:
  Utf8Thread() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr))) {
    if (locale_ != nullptr) before_ = uselocale(locale_);
  }
  Utf8Thread(const Utf8Thread&) = delete;
  auto operator=(const Utf8Thread&) -> Utf8Thread& = delete;
  ~Utf8Thread() {
    if (locale_ == nullptr) return;
    uselocale(before_);
    freelocale(locale_);
  }

 private:
  locale_t locale_;
  locale_t before_ = nullptr;
};

auto refused(archive* out, const std::string& doing) -> std::unexpected<Failure> {
  const char* text = archive_error_string(out);
  return fail(Code::kInvalid, doing + ": " + (text == nullptr ? "libarchive gave no reason" : text));
}

auto is_excluded(std::string_view path, const std::vector<std::string>& patterns) -> bool {
  for (const auto& pattern : patterns) {
    if (glob_matches(pattern, path)) return true;
  }
  return false;
}

auto link_text(const std::string& path) -> Result<std::string> {
  std::array<char, PATH_MAX> text{};
  ssize_t size = ::readlink(path.c_str(), text.data(), text.size());
  if (size < 0) return std::unexpected(os_failure(errno, "reading the link " + path));
  return std::string(text.data(), static_cast<size_t>(size));
}

// Names inside an archive are UTF-8, so that they are the same wherever it is unpacked.
auto not_utf8(const std::string& where, std::string_view name) -> std::unexpected<Failure> {
  std::string shown;
  for (size_t bad = 0; !name.empty(); name.remove_prefix(std::min(bad + 1, name.size()))) {
    bad = std::min(first_invalid_utf8(name), name.size());
    shown += name.substr(0, bad);
    if (bad < name.size()) shown += "\\x" + hex(name.substr(bad, 1));
  }
  return fail(Code::kInvalid, where + "`" + shown + "`, which is no UTF-8", "rename it, or leave it out with `exclude`");
}

auto open_output(archive* out, int fd, std::string_view format) -> Result<void> {
  bool opened = true;
  if (format == "zip") {
    opened = archive_write_set_format_zip(out) == ARCHIVE_OK &&
             archive_write_set_format_option(out, "zip", "compression", "deflate") == ARCHIVE_OK &&
             archive_write_set_format_option(out, "zip", "compression-level", "9") == ARCHIVE_OK &&
             archive_write_set_format_option(out, "zip", "hdrcharset", "UTF-8") == ARCHIVE_OK;
  } else if (format == "tar.gz") {
    opened = archive_write_set_format_pax_restricted(out) == ARCHIVE_OK &&
             archive_write_add_filter_gzip(out) == ARCHIVE_OK &&
             archive_write_set_filter_option(out, "gzip", "compression-level", "9") == ARCHIVE_OK &&
             archive_write_set_filter_option(out, "gzip", "timestamp", nullptr) == ARCHIVE_OK;
  } else if (format == "tar.zst") {
    opened = archive_write_set_format_pax_restricted(out) == ARCHIVE_OK &&
             archive_write_add_filter_zstd(out) == ARCHIVE_OK &&
             archive_write_set_filter_option(out, "zstd", "compression-level", "9") == ARCHIVE_OK;
  } else {
    return fail(Code::kInvalid, "no format is called `" + std::string(format) + "`");
  }
  // No padding to whole tape blocks behind the end.
  opened = opened && archive_write_set_bytes_in_last_block(out, 1) == ARCHIVE_OK;
  if (!opened || archive_write_open_fd(out, fd) != ARCHIVE_OK) return refused(out, "opening the archive");
  return {};
}

auto write_bytes(archive* out, std::string_view bytes, const std::string& name) -> Result<void> {
  while (!bytes.empty()) {
    auto put = archive_write_data(out, bytes.data(), bytes.size());
    if (put <= 0) return refused(out, "packing " + name);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

// A file that grows or shrinks meanwhile would leave a broken entry.
auto write_file(archive* out, const PackEntry& entry) -> Result<void> {
  int fd = ::open(entry.file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(os_failure(errno, "opening " + entry.file));
  std::unique_ptr<int, void (*)(int*)> closer(&fd, [](int* open) { ::close(*open); });
  std::string chunk(kChunk, '\0');
  uint64_t left = entry.size;
  for (;;) {
    ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(os_failure(errno, "reading " + entry.file));
    if (static_cast<uint64_t>(got) > left || (got == 0 && left > 0)) {
      return fail(Code::kUnavailable, entry.file + " was changed while it was packed");
    }
    if (got == 0) return {};
    left -= static_cast<uint64_t>(got);
    TRY_VOID(write_bytes(out, std::string_view(chunk).substr(0, static_cast<size_t>(got)), entry.name));
  }
}

auto write_entry(archive* out, const PackEntry& entry) -> Result<void> {
  std::unique_ptr<archive_entry, FreeEntry> header(archive_entry_new());
  CHECK(header != nullptr);
  archive_entry_set_pathname(header.get(), entry.name.c_str());
  archive_entry_set_perm(header.get(), entry.executable ? 0755 : 0644);
  if (!entry.link.empty()) {
    archive_entry_set_filetype(header.get(), AE_IFLNK);
    archive_entry_set_perm(header.get(), 0777);
    archive_entry_set_symlink(header.get(), entry.link.c_str());
    archive_entry_set_size(header.get(), 0);
  } else {
    archive_entry_set_filetype(header.get(), AE_IFREG);
    archive_entry_set_size(header.get(), static_cast<int64_t>(entry.size));
  }
  if (archive_write_header(out, header.get()) != ARCHIVE_OK) return refused(out, "packing " + entry.name);
  if (!entry.link.empty()) return {};
  return entry.file.empty() ? write_bytes(out, entry.bytes, entry.name) : write_file(out, entry);
}

}  // namespace

auto entries_below(const std::string& folder, const std::vector<std::string>& exclude, const std::string& but)
    -> Result<std::vector<PackEntry>> {
  const Files& files = real_files();
  // The archive may be reached by another way: through a link that `folder` is, or that leads to it.
  auto real = [&](const std::string& path) { return files.canonical(path).value_or(path); };
  std::string real_folder = real(folder);
  std::string real_but = join_path(real(folder_of(but)), file_name(but));
  auto skip = [&](std::string_view path) {
    // The state of a fabric, and files that are just being written beside their place.
    std::string name = file_name(path);
    bool is_weft = name == ".weft" || (name.starts_with(".weft-") && name.ends_with(".part"));
    return is_weft || is_excluded(path, exclude) || join_path(folder, path) == but || join_path(real_folder, path) == real_but;
  };
  TRY(names, walk(files, folder, {}, skip));
  std::vector<PackEntry> out;
  out.reserve(names.size());
  uint64_t total = 0;
  for (auto& name : names) {
    std::string path = join_path(folder, name);
    TRY(info, files.link_info(path));
    if (first_invalid_utf8(name) != std::string_view::npos) return not_utf8(folder + " holds ", name);
    PackEntry entry{.name = std::move(name)};
    if (info.kind == FileKind::kLink) {
      TRY(text, link_text(path));
      entry.link = std::move(text);
      if (first_invalid_utf8(entry.link) != std::string_view::npos) return not_utf8("the link " + path + " leads to ", entry.link);
    } else if (info.kind == FileKind::kFile) {
      entry.file = std::move(path);
      entry.size = info.size;
      entry.executable = (info.mode & 0111U) != 0;
      entry.closed = (info.mode & 0077U) == 0;
      total += info.size;
    } else {
      return fail(Code::kInvalid, path + " is neither file nor link", "leave it out with `exclude`");
    }
    if (total > kMostBytes) return fail(Code::kInvalid, folder + " holds more than 16GiB", "leave some out with `exclude`");
    out.push_back(std::move(entry));
  }
  return out;
}

auto inputs_digest(std::string_view format, const std::vector<PackEntry>& entries) -> Result<std::string> {
  std::string all(format);
  auto add = [&](std::string_view text) { all += "\n" + std::to_string(text.size()) + ":" + std::string(text); };
  for (const auto& entry : entries) {
    std::string content = hex(view(sha256(entry.bytes)));
    if (!entry.file.empty()) {
      TRY(seen, look(entry.file, 0));
      if (seen.kind != Seen::Kind::kFile || !seen.readable) return fail(Code::kDenied, entry.file + " cannot be read");
      content = seen.sha256;
    }
    add(entry.name);
    add(entry.link);
    add(content);
    add(entry.executable ? "x" : "-");
  }
  return hex(view(sha256(all)));
}

auto pack(int fd, std::string_view format, const std::vector<PackEntry>& entries) -> Result<void> {
  Utf8Thread utf8;
  std::unique_ptr<archive, FreeArchive> out(archive_write_new());
  CHECK(out != nullptr);
  TRY_VOID(open_output(out.get(), fd, format));
  for (const auto& entry : entries) TRY_VOID(write_entry(out.get(), entry));
  if (archive_write_close(out.get()) != ARCHIVE_OK) return refused(out.get(), "finishing the archive");
  return {};
}

}  // namespace weft::local
