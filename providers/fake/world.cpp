#include "providers/fake/world.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "lang/base/check.h"
#include "lang/os/files.h"

namespace weft::fake {

namespace {

constexpr uint64_t kMostFile = uint64_t{16} << 20;

// Held while the file is read, changed and written; goes with the process.
class FileLock {
 public:
  explicit FileLock(const std::string& path) : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    CHECK(fd_ >= 0);
    CHECK(::flock(fd_, LOCK_EX) == 0);
  }
  FileLock(const FileLock&) = delete;
  auto operator=(const FileLock&) -> FileLock& = delete;
  ~FileLock() { ::close(fd_); }

 private:
  int fd_;
};

auto name_of(const Object& object) -> std::string_view {
  const Value* name = object.attributes.get("Name");
  return name != nullptr && name->is(ValueKind::kString) ? name->as_string() : std::string_view();
}

auto find_named(FakeWorld::Contents& world, std::string_view name) -> Object* {
  for (auto& [id, object] : world.objects) {
    if (name_of(object) == name) return &object;
  }
  return nullptr;
}

}  // namespace

auto word(Effect effect) -> std::string_view {
  switch (effect) {
#define EFFECT(name, word, meaning) \
  case Effect::name:                \
    return word;
#include "providers/fake/effects.def"
#undef EFFECT
  }
  CHECK(!"no such effect");
}

auto FakeWorld::load() const -> Contents {
  auto text = real_files().read(file_, kMostFile);
  if (!text && text.error().code == Code::kNotFound) return {};
  CHECK(text.has_value());
  auto contents = contents_from(*text);
  CHECK(contents.has_value());
  return std::move(*contents);
}

void FakeWorld::save(const Contents& contents) const {
  CHECK(real_files().write_atomic(file_, to_text(contents), 0600).has_value());
}

void FakeWorld::with(const std::function<void(Contents&)>& work) {
  if (file_.empty()) {
    work(memory_);
    return;
  }
  FileLock lock(file_ + ".lock");
  Contents contents = load();
  work(contents);
  save(contents);
}

void FakeWorld::add(Fault fault) {
  with([&](Contents& world) { world.faults.push_back(std::move(fault)); });
}

void FakeWorld::clear_faults() {
  with([](Contents& world) { world.faults.clear(); });
}

auto FakeWorld::objects() -> std::vector<Object> {
  std::vector<Object> out;
  with([&](Contents& world) {
    for (const auto& [id, object] : world.objects) out.push_back(object);
  });
  return out;
}

auto FakeWorld::requests(std::string_view call) -> size_t {
  size_t count = 0;
  with([&](Contents& world) {
    count = static_cast<size_t>(std::ranges::count_if(
        world.requests, [&](const Request& request) { return call.empty() || request.call == call; }));
  });
  return count;
}

auto FakeWorld::reads() -> uint64_t {
  uint64_t count = 0;
  with([&](Contents& world) { count = world.reads; });
  return count;
}

auto FakeWorld::named(std::string_view name) -> std::optional<Object> {
  std::optional<Object> out;
  with([&](Contents& world) {
    if (const Object* found = find_named(world, name)) out = *found;
  });
  return out;
}

void FakeWorld::touch(std::string_view name, std::string_view attribute, Value value) {
  with([&](Contents& world) {
    Object* object = find_named(world, name);
    CHECK(object != nullptr);
    object->attributes = weft::with(object->attributes, Path{}.member(attribute), value);
    ++object->revision;
  });
}

void FakeWorld::drop(std::string_view name) {
  with([&](Contents& world) {
    Object* object = find_named(world, name);
    CHECK(object != nullptr);
    world.objects.erase(std::string(object->id));
  });
}

void FakeWorld::remake(std::string_view name) {
  with([&](Contents& world) {
    Object* object = find_named(world, name);
    CHECK(object != nullptr);
    object->uid = "u-" + std::to_string(world.next++);
    object->mark.clear();
    object->token.clear();
    object->revision = 1;
  });
}

auto FakeWorld::put(std::string type, Value attributes) -> std::string {
  std::string id;
  with([&](Contents& world) {
    Object object;
    object.type = std::move(type);
    object.id = id = "id-" + std::to_string(world.next++);
    object.uid = "u-" + std::to_string(world.next++);
    object.attributes = attributes.revealed();
    world.objects.emplace(object.id, std::move(object));
  });
  return id;
}

void FakeWorld::release() {
  for (const auto& latch : std::exchange(held_, {})) latch->set();
}

auto FakeWorld::hold(Loop& loop) -> Task<void> {
  auto latch = std::make_shared<Latch>(loop);
  held_.push_back(latch);
  co_await latch->wait();
}

}  // namespace weft::fake
