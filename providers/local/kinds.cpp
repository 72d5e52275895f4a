// A driver that is a table of kinds: batches become single items, a few at a time.
#include <map>
#include <string>
#include <utility>

#include "lang/os/sync.h"
#include "providers/local/copies.h"
#include "providers/local/kind.h"
#include "providers/local/values.h"

namespace weft::local {

void Kind::prepare(const Prepare& /*item*/, Prepared& /*out*/) const {}

auto Kind::standing(std::string_view /*folder*/, const driver::Identity& /*identity*/) const -> driver::Standing { return {}; }

auto Kind::plan(Call /*call*/, Candidate item) const -> Task<Planned> {
  Planned planned;
  planned.verdict = item.proposed;
  co_return planned;
}

auto Kind::find(Call /*call*/, Find selector) const -> Task<FindResult> {
  auto failure = refused(FailureClass::kUnsupported, "`" + selector.type->name + "` exists only in the state");
  failure.operation = "find";
  failure.hint = "a value that exists already can be written as `local.Data`, or given as an input";
  co_return std::unexpected(std::move(failure));
}

auto RecordedKind::read(Call /*call*/, Instance item) const -> Task<ReadState> {
  ReadState state;
  state.kind = ReadState::Kind::kSame;
  state.observed = item.observed;
  co_return state;
}

auto RecordedKind::change(Call call, Step step) const -> Task<ChangeResult> {
  if (step.change == Change::kRemove) co_return Changed{};
  co_return co_await make(std::move(call), std::move(step));
}

auto RecordedKind::settle(Call /*call*/, Settle /*item*/) const -> Task<Settled> {
  Settled settled;
  settled.kind = Settled::Kind::kNotDone;
  settled.why = "its value lives in the state alone, where it is not";
  co_return settled;
}

namespace {

// Enough to hide a disk's or a program's latency, few enough to spare descriptors and processes.
constexpr size_t kAtOnce = 8;

struct Table {
  std::map<std::string, std::unique_ptr<Kind>, std::less<>> kinds;

  [[nodiscard]] auto operator[](const TypeSchema* type) const -> const Kind& {
    CHECK(type != nullptr);
    auto found = kinds.find(type->name);
    CHECK(found != kinds.end());
    return *found->second;
  }
};

auto cancelled() -> DriverFailure {
  return refused(FailureClass::kCancelled, "asked to stop before it began");
}

// What one item says of its progress goes out under its number in the batch.
auto for_item(const Call& call, size_t index) -> Call {
  Call one = call;
  if (call.progress) {
    one.progress = [report = call.progress, index](size_t, const driver::Progress& progress) { report(index, progress); };
  }
  return one;
}

// Takes the next item until there is none; each worker has one in hand.
template <class Item, class Work>
auto worker(std::vector<Item>& items, size_t& next, const Work& work) -> Task<void> {
  while (next < items.size()) {
    size_t index = next++;
    co_await work(index, std::move(items[index]));
  }
}

template <class Item, class Work>
auto each(Loop& loop, std::vector<Item> items, Work work) -> Task<void> {
  size_t next = 0;
  TaskGroup group(loop);
  for (size_t i = 0; i < std::min(kAtOnce, items.size()); ++i) group.spawn(worker(items, next, work));
  co_await group.join();
}

class KindSession : public driver::Session {
 public:
  KindSession(std::shared_ptr<const Table> table, std::string folder) : table_(std::move(table)), folder_(std::move(folder)) {}

  auto configured() const -> const driver::Configured& override { return configured_; }

  auto prepare(std::span<const Prepare> items) -> std::vector<Prepared> override {
    auto out = driver::Session::prepare(items);
    for (size_t i = 0; i < items.size(); ++i) {
      (*table_)[items[i].type].prepare(items[i], out[i]);
      if (items[i].type->name == "local.File") mode_of_copy(folder_, items[i], out[i]);
    }
    return out;
  }

  auto standing(const TypeSchema& type, const driver::Identity& identity) -> driver::Standing override {
    return (*table_)[&type].standing(folder_, identity);
  }

  auto read(Call call, std::vector<Instance> items, std::function<void(size_t, ReadState)> sink)
      -> Task<void> override {
    auto one = [this, call, sink](size_t index, Instance item) -> Task<void> {
      const Kind& kind = (*table_)[item.type];
      sink(index, co_await kind.read(for_item(call, index), std::move(item)));
    };
    co_await each(call.loop, std::move(items), one);
  }

  auto find(Call call, Find selector) -> Task<FindResult> override {
    const Kind& kind = (*table_)[selector.type];
    co_return co_await kind.find(std::move(call), std::move(selector));
  }

  auto plan(Call call, std::vector<Candidate> items) -> Task<std::vector<Planned>> override {
    std::vector<Planned> out(items.size());
    auto one = [this, call, &out](size_t index, Candidate item) -> Task<void> {
      const Kind& kind = (*table_)[item.instance.type];
      out[index] = co_await kind.plan(for_item(call, index), std::move(item));
    };
    co_await each(call.loop, std::move(items), one);
    co_return out;
  }

  auto change(Call call, std::vector<Step> steps, std::function<void(size_t, ChangeResult)> sink)
      -> Task<void> override {
    auto one = [this, call, sink](size_t index, Step step) -> Task<void> {
      if (call.cancel.requested()) {
        sink(index, std::unexpected(cancelled()));
        co_return;
      }
      const Kind& kind = (*table_)[step.instance.type];
      sink(index, co_await kind.change(for_item(call, index), std::move(step)));
    };
    co_await each(call.loop, std::move(steps), one);
  }

  auto settle(Call call, std::vector<Settle> items, std::function<void(size_t, Settled)> sink)
      -> Task<void> override {
    auto one = [this, call, sink](size_t index, Settle item) -> Task<void> {
      const Kind& kind = (*table_)[item.step.instance.type];
      sink(index, co_await kind.settle(for_item(call, index), std::move(item)));
    };
    co_await each(call.loop, std::move(items), one);
  }

 private:
  std::shared_ptr<const Table> table_;
  std::string folder_;
  driver::Configured configured_;
};

class KindDriver : public driver::Driver {
 public:
  KindDriver(std::string_view name, std::vector<std::unique_ptr<Kind>> kinds) : name_(name) {
    auto table = std::make_shared<Table>();
    for (auto& kind : kinds) {
      types_.push_back(kind->schema());
      CHECK(table->kinds.emplace(types_.back().name, std::move(kind)).second);
    }
    table_ = std::move(table);
  }

  auto name() const -> std::string_view override { return name_; }
  auto types() const -> std::span<const TypeSchema> override { return types_; }

  auto open(Call call, Value settings)
      -> Task<std::expected<std::unique_ptr<driver::Session>, DriverFailure>> override {
    if (settings.is(ValueKind::kObject) && settings.length() > 0) {
      std::string first = settings.fields()[0].key.str();
      auto failure = refused(FailureClass::kInvalid, "provider `" + name_ + "` has no setting `" + first + "`",
                             "it takes none: leave the block empty");
      failure.path = Path{}.member(first);
      co_return std::unexpected(std::move(failure));
    }
    co_return std::make_unique<KindSession>(table_, std::move(call.working_folder));
  }

 private:
  std::string name_;
  std::vector<TypeSchema> types_;
  std::shared_ptr<const Table> table_;
};

}  // namespace

auto make_driver(std::string_view name, std::vector<std::unique_ptr<Kind>> kinds)
    -> std::unique_ptr<driver::Driver> {
  return std::make_unique<KindDriver>(name, std::move(kinds));
}

}  // namespace weft::local
