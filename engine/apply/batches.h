// Steps that go to their driver together: gathered by session and batch key, sent as one call.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lang/os/loop.h"
#include "lang/os/sync.h"
#include "providers/api/driver.h"

namespace weft::apply {

// What becomes of a call whose driver says nothing: nobody knows what was done.
[[nodiscard]] auto no_answer() -> driver::ChangeResult;

class Batches {
 public:
  static constexpr std::chrono::milliseconds kPatience{25};
  explicit Batches(Loop& loop, std::chrono::milliseconds patience = kPatience) : loop_(loop), patience_(patience), sending_(loop) {}

  using Key = std::pair<driver::Session*, std::string>;
  // Somebody on the way to a batch, from the moment when it is known to come until it joins or gives up.
  class Joiner {
   public:
    Joiner() = default;
    Joiner(Batches& batches, Key key);
    Joiner(Joiner&& other) noexcept : batches_(std::exchange(other.batches_, nullptr)), key_(std::move(other.key_)) {}
    auto operator=(Joiner&& other) noexcept -> Joiner&;
    ~Joiner() { leave(); }
    [[nodiscard]] auto on_the_way() const -> bool { return batches_ != nullptr; }

   private:
    friend class Batches;
    void leave();
    Batches* batches_ = nullptr;  // null: on no way
    Key key_;
  };

  // Waits until `limit` have joined (0: no limit), or nobody else is on the way, or the patience is over; then all go in
  // one call, with the longest of their deadlines. Gives the answer to this step, whose intent is durable already.
  [[nodiscard]] auto call(Joiner joiner, size_t limit, driver::Call call, driver::Step step) -> Task<driver::ChangeResult>;

 private:
  struct Member;
  struct Gathering;
  struct Line {
    size_t coming = 0;
    std::shared_ptr<Gathering> open;  // null: nobody has joined since the last one went
  };
  void close(const Key& key);  // what has gathered goes
  auto send(Key key, std::shared_ptr<Gathering> gathering) -> Task<void>;

  Loop& loop_;
  std::chrono::milliseconds patience_;
  std::map<Key, Line> lines_;
  TaskGroup sending_;
};

}  // namespace weft::apply
