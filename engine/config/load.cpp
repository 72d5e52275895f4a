#include "engine/config/load.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/core.h>

#include "engine/config/diags.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/syntax/parse.h"

namespace weft::config {

namespace fs = std::filesystem;

auto fabric_files(const std::string& folder) -> std::vector<std::string> {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    // Whatever it is: one that cannot be read is told, for without it what it declares would count as taken out.
    auto name = entry.path().filename().string();
    if (name.ends_with(".fabric") && name.front() != '.') names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

auto read_text(const std::string& path, uint64_t bound) -> Result<std::string> {
  std::error_code error;
  auto status = fs::status(path, error);
  if (error || !fs::exists(status)) return fail(Code::kNotFound, "no such file");
  if (fs::is_directory(status)) return fail(Code::kInvalid, "it is a folder");
  // A pipe would be waited for, and a device may have no end.
  if (!fs::is_regular_file(status)) return fail(Code::kInvalid, "it is no regular file");
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Code::kDenied, std::strerror(errno));
  std::string text;
  std::vector<char> part(1 << 16);
  while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
    text.append(part.data(), static_cast<size_t>(in.gcount()));
    if (text.size() > bound) return fail(Code::kInvalid, fmt::format("it is larger than {} MiB", bound >> 20));
  }
  if (in.bad()) return fail(Code::kUnavailable, "the read was cut short");
  return text;
}

auto is_fabric_name(std::string_view name) -> bool {
  return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

namespace {

auto parse_version(std::string_view text) -> std::optional<std::array<uint32_t, 3>> {
  std::array<uint32_t, 3> parts{};
  auto pieces = split(text, '.');
  if (pieces.empty() || pieces.size() > 3) return std::nullopt;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].empty() || pieces[i].size() > 6) return std::nullopt;
    for (char c : pieces[i]) {
      if (c < '0' || c > '9') return std::nullopt;
      parts[i] = parts[i] * 10 + static_cast<uint32_t>(c - '0');
    }
  }
  return parts;
}

}  // namespace

auto satisfies(std::string_view version, std::string_view requirement) -> std::optional<bool> {
  auto have = parse_version(version);
  if (!have) return std::nullopt;
  bool all = true;
  for (std::string_view part : split(requirement, ',')) {
    part = trim(part);
    size_t digits = part.find_first_of("0123456789");
    if (digits == std::string_view::npos) return std::nullopt;
    auto sign = trim(part.substr(0, digits));
    auto want = parse_version(part.substr(digits));
    if (!want) return std::nullopt;
    if (sign == ">=") all = all && *have >= *want;
    else if (sign == ">") all = all && *have > *want;
    else if (sign == "<=") all = all && *have <= *want;
    else if (sign == "<") all = all && *have < *want;
    else if (sign == "=" || sign.empty()) all = all && *have == *want;
    else if (sign == "!=") all = all && *have != *want;
    else return std::nullopt;
  }
  return all;
}

Fabric::Fabric(std::string folder, const Schemas& schemas, const FunctionTable& functions, SourceMap& sources,
               DiagSink& problems)
    : folder_(std::move(folder)), schemas_(schemas), functions_(functions), sources_(sources), problems_(problems) {}

auto Fabric::surroundings(bool is_root) -> check::Surroundings {
  return check::Surroundings{
      .sources = sources_, .functions = functions_, .schemas = schemas_, .modules = *this, .is_root = is_root};
}

void Fabric::load() {
  Loaded* loaded = load_folder(folder_, true, problems_, Range{});
  root_ = loaded == nullptr ? nullptr : &loaded->module;
}

auto Fabric::shown(const std::string& path) const -> std::string {
  auto relative = fs::path(path).lexically_relative(folder_);
  auto text = relative.empty() ? path : relative.string();
  return text == "." ? std::string() : text;
}

auto Fabric::load_folder(const std::string& folder, bool is_root, DiagSink& problems, Range user) -> Loaded* {
  auto& slot = modules_[folder];
  if (slot != nullptr) return slot.get();
  auto files = fabric_files(folder);
  if (files.empty()) {
    modules_.erase(folder);
    auto where = shown(folder);
    Report report(problems, user, diags::NoFabricFile, {where.empty() ? "this folder" : fmt::format("`{}`", where)});
    if (where.empty()) report.help("`weft init` starts one; its local example needs no account");
    return nullptr;
  }
  slot = std::make_unique<Loaded>();
  Loaded& loaded = *slot;
  loaded.module.folder = folder;
  loaded.module.shown = shown(folder);
  loaded.being_checked = true;
  std::vector<const syntax::Tree*> trees;
  for (const std::string& name : files) {
    auto path = (fs::path(folder) / name).string();
    auto text = read_text(path);
    if (!text) {
      Report(problems, user, diags::UnreadableFile, {fmt::format("`{}`", shown(path)), text.error().text});
      continue;
    }
    digests_[shown(path)] = hex(view(sha256(*text)));
    FileId file = sources_.add(shown(path), std::move(*text));
    loaded.trees.push_back(std::make_unique<syntax::Tree>(syntax::parse_file(sources_, file, problems)));
    trees.push_back(loaded.trees.back().get());
    loaded.module.files.push_back(name);
    ++file_count_;
  }
  check::check_module(trees, surroundings(is_root), loaded.module, problems);
  loaded.being_checked = false;
  return &loaded;
}

auto Fabric::load(const check::Module& user, std::string_view source, Range range, bool quiet) -> const check::Module* {
  DiagSink ignored;
  DiagSink& problems = quiet ? ignored : problems_;
  bool is_path = source.starts_with("./") || source.starts_with("../") || source == ".." || source == ".";
  if (!is_path) {
    if (source.starts_with("std/")) {
      Report(problems, range, diags::ModuleNotFound, {std::string(source)})
          .label("no standard module of this name in this version");
    } else {
      Report(problems, range, diags::RemoteModule, {std::string(source)})
          .help("a module in a folder is named by a path that starts with `./` or `../`");
    }
    return nullptr;
  }
  std::error_code error;
  auto folder = fs::weakly_canonical(fs::path(user.folder) / source, error).string();
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  if (error || !fs::is_directory(folder, error)) {
    Report(problems, range, diags::ModuleNotFound, {std::string(source)}).label("no such folder");
    return nullptr;
  }
  if (auto known = modules_.find(folder); known != modules_.end() && known->second->being_checked) {
    Report(problems, range, diags::ModuleCycle, {std::string(source)});
    return nullptr;
  }
  // Another fabric whose outputs are read is a root of its own.
  Loaded* loaded = load_folder(folder, quiet, problems, range);
  return loaded == nullptr ? nullptr : &loaded->module;
}

auto Fabric::digest() const -> std::string {
  std::string all;
  for (const auto& [name, digest] : digests_) all += fmt::format("{}:{}{}\n", name.size(), name, digest);
  return hex(view(sha256(all)));
}

}  // namespace weft::config
