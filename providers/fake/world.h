// The world behind the fake driver: objects, what its provider remembers of requests, and the faults it is told to make.
// Tests look at it and change it behind the engine's back. With a file it outlives the process, so that a killed one
// finds the world again; several processes may share the file.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/base/result.h"
#include "lang/os/sync.h"
#include "lang/value/value.h"
#include "providers/api/driver.h"

namespace weft::fake {

enum class Effect : uint8_t {
#define EFFECT(name, word, meaning) name,
#include "providers/fake/effects.def"
#undef EFFECT
};
[[nodiscard]] auto word(Effect effect) -> std::string_view;

struct Fault {
  std::string call{};           // "create", "update", "remove", "attach", "read", "find", "ready"; empty: each of them
  std::string type{};           // empty: any
  std::string name{};           // the object's Name; empty: any
  uint32_t nth = 1;             // strikes at the nth call that it matches
  uint32_t times = 1;           // and so many in a row; 0: from then on
  uint32_t every = 0;           // instead: each such call whose number this divides
  Effect effect = Effect::kFail;
  driver::FailureClass failure = driver::FailureClass::kTransient;
  driver::Happened happened = driver::Happened::kNo;
  uint32_t count = 1;           // of kLag, kStale, kPartial
  std::string text{};
  uint32_t met = 0;             // matching calls so far
};

struct Object {
  std::string type;
  std::string id;               // given by the server
  std::string uid;              // of this incarnation; a name may come again with another
  Value attributes;             // as written, revealed
  std::string mark;             // operation that made it, where the type keeps one
  std::string token;
  uint64_t revision = 1;
  uint32_t parts = 0;           // attached so far
  uint32_t polls = 0;           // until it is ready
  uint32_t leaving = 0;         // reads until it is gone; 0 while it stays
  uint32_t hidden = 0;          // reads and searches that do not see it yet
  uint32_t stale = 0;           // reads that still give `before`
  Value before{};
  std::string broken{};         // why, if it is
  uint64_t seen = 0;            // reads of it
};

// One request as the provider got it.
struct Request {
  std::string call;
  std::string type;
  std::string name;
  std::string operation;        // token or mark that it carried
};

class FakeWorld {
 public:
  // In memory alone.
  FakeWorld() = default;
  // Kept in a file, read again before and written after each access. A file that is not there is an empty world.
  explicit FakeWorld(std::string file) : file_(std::move(file)) {}
  FakeWorld(const FakeWorld&) = delete;
  auto operator=(const FakeWorld&) -> FakeWorld& = delete;

  struct Contents {
    std::map<std::string, Object> objects;            // by id
    std::map<std::string, std::string> tokens;        // token → id
    std::list<Fault> faults;
    std::vector<Request> requests;                    // changing ones, oldest first, at most 100,000
    uint64_t next = 1;                                // of ids
    uint64_t reads = 0;                               // reading requests
    uint64_t lane_overlaps = 0;                       // changes that met another one in their lane
  };
  // Looks at or changes it, alone. The file that cannot be read or written stops the program: a test's world must hold.
  void with(const std::function<void(Contents&)>& work);

  // ---- for tests
  void add(Fault fault);
  void clear_faults();
  [[nodiscard]] auto objects() -> std::vector<Object>;
  [[nodiscard]] auto requests(std::string_view call = {}) -> size_t;
  [[nodiscard]] auto reads() -> uint64_t;
  // The object with that Name, or nothing.
  [[nodiscard]] auto named(std::string_view name) -> std::optional<Object>;
  // Somebody else changes an attribute, takes the object away, or makes another one of that name.
  void touch(std::string_view name, std::string_view attribute, Value value);
  void drop(std::string_view name);
  void remake(std::string_view name);
  // Somebody else's object; its id.
  auto put(std::string type, Value attributes) -> std::string;
  // Lets every held call go on.
  void release();
  [[nodiscard]] auto held() const -> size_t { return held_.size(); }

  // ---- for the driver
  // A held call waits here.
  auto hold(Loop& loop) -> Task<void>;

 private:
  [[nodiscard]] auto load() const -> Contents;
  void save(const Contents& contents) const;

  std::string file_;
  Contents memory_;
  std::list<std::shared_ptr<Latch>> held_;
};

// The world as JSON, for the file. Reading is strict: a mistake in it is a failure.
[[nodiscard]] auto to_text(const FakeWorld::Contents& contents) -> std::string;
[[nodiscard]] auto contents_from(std::string_view text) -> Result<FakeWorld::Contents>;

}  // namespace weft::fake
