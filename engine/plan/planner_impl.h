// Inside of the planner; only the .cpp files of this room include it.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/addr/inside.h"
#include "engine/addr/selection.h"
#include "engine/plan/diags.h"
#include "engine/plan/planner.h"

namespace weft::graph {
class Graph;
class Reaching;
}  // namespace weft::graph

namespace weft::plan {

inline constexpr ReadRef kNothing{};
// Keys of what is deferred: rows of joints, or this and the row of an instance.
inline constexpr uint32_t kDeferredInstance = 0x80000000u;

struct Planner::Impl {
  Impl(PlannerWorld world, Options options);

  PlannerWorld world;
  Options options;
  Sessions sessions;
  eval::Evaluator evaluator;
  config::FilesRead files_read;
  std::map<const check::Module*, std::unique_ptr<config::FileFunctions>> file_functions;

  // tables
  std::vector<ModuleInstance> modules;              // row 0 is the root
  std::vector<Instance> instances;
  std::vector<Joint> joints;
  std::vector<Step> steps;
  std::unordered_map<std::string, uint32_t> instance_by_address;
  std::vector<state::Record> records;               // copies, renamed by `moved`
  std::map<std::string, uint32_t, std::less<>> record_by_address;
  std::vector<std::string> moved_from;              // by record row: former address, or empty
  std::vector<uint32_t> record_step;                // by record row: step that removes or changes it; UINT32_MAX
  std::map<std::string, std::string, std::less<>> moves;         // former address or subtree prefix → the one of now
  std::map<std::string, std::string> adopt_ids;     // address → id
  std::map<std::string, SourceLine, std::less<>> forgotten;      // address or subtree prefix → where
  std::map<std::string, const check::Declaration*, std::less<>> untold;  // the same, where the `for` of `forget` or `moved` is not known yet
  std::set<std::string> read_done;                  // configurations whose records were read
  std::unordered_map<std::string_view, uint32_t> module_by_prefix;  // once asked for; all of them are there by then
  std::map<std::string, Value> observed;            // address → as read now (null: missing)
  std::map<std::string, Value> lookups;             // address → result
  std::map<std::pair<uint32_t, const check::Declaration*>, std::unordered_map<std::string, Value>> elements_known;  // of a `for`, while it is applied
  struct Unrecorded {
    std::string folder, why;
  };
  std::map<std::string, Unrecorded, std::less<>> unrecorded;  // outputs of other fabrics that cannot be read, by origin ("net.id")
  std::set<std::string, std::less<>> unrecorded_told;
  std::map<std::string, driver::ReadState> unusual; // removing, broken, other, failed
  std::map<std::string, std::string> identities;    // type|place|identity, or driver|place|key → address
  std::map<uint32_t, std::vector<std::string>> made_from;  // by instance: keys of what it is made from
  struct Missing {
    uint32_t instance = 0;
    driver::DriverFailure failure;
  };
  std::set<std::pair<const check::Declaration*, std::string>> secret_names;  // told of already
  std::vector<Missing> missing;                     // what may yet be made by this plan
  Plan plan;
  std::map<uint32_t, Stage::Deferred> deferred;     // by joint row or order of finding
  std::set<std::string, std::less<>> deferred_addresses;
  std::map<uint32_t, Reads> deferred_names;         // by joint row: what the body names, which nobody has evaluated; for --only and --except
  std::map<std::string, Reads> settings_reads;      // configuration → what its settings read
  bool applying = false;                            // values are asked for as they are, not as planned
  bool lookups_moved = false;                       // one that was read again gave something else
  std::set<uint32_t> moved_lookups;                 // those
  std::set<std::pair<uint32_t, uint32_t>> lets_go;  // instances: who lets go of what is replaced, and is not pointed at the new one
  struct Stuck {
    uint32_t referrer = 0;
    std::string attribute, shared;
  };
  std::map<uint32_t, Stuck> stuck;                  // instances whose replacement has no order that could be
  std::map<std::pair<uint32_t, uint32_t>, std::string> not_first;  // instances: who comes first, what it needs and cannot; shared attributes
  std::set<uint32_t> left_out;                      // instances that would change and were not selected
  bool removal_unsure = false;                      // what a removal needs of the files could not be evaluated
  uint64_t total_weight = 0;
  std::map<const check::Declaration*, uint64_t> weights;
  uint32_t rendering = 0;                           // templates that are being rendered, one by another
  struct Asked {
    addr::Selection only, except, replace;
  };
  std::optional<Asked> asked_for;                   // see asked()
  std::map<std::string, FileId> templates;          // by name and text: one source for all renderings of it

  // ---- evaluation (scope.cpp)
  class Scope;
  auto functions_of(const check::Module& module) -> FunctionContext&;
  class TemplateScope;
  auto render(const check::Module& module, std::string_view name, std::string_view text, const Value& names) -> Result<Value>;
  // Evaluates in a module instance; `reads` collects what was read (may be null), `self` is the instance itself.
  auto evaluate(const check::Expr& expr, uint32_t module, std::vector<Value>& frame, Reads* reads, const Value* self = nullptr)
      -> std::optional<Value>;
  void weigh(const check::Declaration& declaration, const Value& value);  // ends the plan where all values together are too much
  auto element_now(uint32_t module, const check::Declaration& declaration, const Value& key, const Value& planned) -> Value;
  auto frame_of(const Instance& instance) -> std::vector<Value>;
  auto call_frame(const ModuleInstance& module) -> std::vector<Value>;  // of its call, in the parent
  auto state_of(uint32_t module, const check::Declaration& declaration) -> DeclarationState&;
  auto value_of(uint32_t module, const check::Declaration& declaration, Reads* reads) -> std::optional<Value>;
  auto resource_value(uint32_t module, const check::Declaration& declaration, Reads* reads) -> std::optional<Value>;
  auto module_value(uint32_t module, const check::Declaration& declaration, Reads* reads) -> std::optional<Value>;
  auto outputs_value(uint32_t module, Reads* reads) -> std::optional<Value>;  // of one module instance
  auto one_of(uint32_t module, const check::Declaration& declaration, const Value& key, bool& failed, Reads* reads)
      -> std::optional<Value>;
  auto compact(Reads reads, std::string address = {}) -> ReadRef;  // one ref for many
  void note(Reads* reads, ReadRef ref);
  // What the first of them that belongs to a later stage is called; nothing: none does.
  [[nodiscard]] auto is_deferred(const Reads& reads) const -> std::optional<std::string>;
  // Everything behind the reads, joints taken apart, each once; `visit` of a deferred joint's row comes as a joint.
  void behind(const Reads& reads, const std::function<void(ReadRef)>& visit) const;
  // Whether everything behind it is as its values say: applied, or not to be changed. `known`, by bits, of earlier answers.
  [[nodiscard]] auto all_stand(ReadRef root, std::vector<bool>& known) const -> bool;
  // The first of them that this plan changes, or reads again.
  [[nodiscard]] auto changes_behind(const Reads& reads) const -> std::optional<std::string>;
  // Of an unknown's origin the address that it begins with; "apply" when there is none.
  [[nodiscard]] auto origin_name(std::string_view origin) const -> std::string;

  // ---- expansion (expand.cpp; what `moved`, `forget` and `adopt` name: addresses.cpp)
  auto plan_module(uint32_t module) -> Task<void>;
  void evaluate_value(uint32_t module, check::DeclarationId id);   // input, let, output
  auto plan_module_call(uint32_t module, check::DeclarationId id) -> Task<void>;
  void add_module(uint32_t parent, const check::Declaration& call, const std::optional<addr::Key>& key, Value key_value,
                  Value each_value);
  struct Expanded {
    std::optional<addr::Key> key;
    Value key_value, each_value;
    bool deferred = false;         // this one's condition is unknown
  };
  // False: the address with this key is more than can be kept, and that is reported.
  auto fits(uint32_t module, const check::Declaration& declaration, std::string_view key) -> bool;
  // Keys of a declaration's `for` and `if`; nothing: failed, or deferred as a whole (state.deferred).
  auto expand(uint32_t module, check::DeclarationId id, Reads& reads) -> std::optional<std::vector<Expanded>>;
  void defer(uint32_t module, const check::Declaration& declaration, DeclarationState& state, std::string why, Reads reads,
             std::optional<uint64_t> least, std::optional<uint64_t> most);
  struct Judged {
    std::vector<std::string> broken;  // rules that do not hold, in words (reported)
    uint64_t unknown = 0;             // rules whose condition is not known yet
  };
  auto judge_rules(std::span<const check::Rule> rules, std::string_view word, uint32_t module, std::vector<Value>& frame,
                   const DiagInfo& info, const Value* self) -> Judged;
  // With `stands` (see all_stand()) only what reads nothing else is judged.
  auto judge_check(uint32_t module, const check::Declaration& declaration, std::vector<bool>* stands = nullptr) -> event::CheckJudged;
  [[nodiscard]] auto lacks_something() const -> bool;               // of what was planned, not all is done
  void read_addresses(uint32_t module);                            // moved, forget, adopt
  void check_adopted();                                            // that there is somebody who adopts
  auto address_of(uint32_t module, const check::AddressExpr& expr, std::vector<Value>& frame, bool& every) -> std::optional<std::string>;
  enum class Frames : uint8_t { kAll, kUnknown, kFailed };          // of its `for`: not known yet, could not be evaluated
  auto each_frame(uint32_t module, const check::Declaration& declaration, const std::function<void(std::vector<Value>&)>& visit) -> Frames;
  void unsure_of(uint32_t module, const check::Declaration& declaration);  // its instances cannot be told
  // A destroy that would go by a record there which keeps nothing, while what the files say of it is not known.
  void refuse_untold(std::string_view address, Range range, std::string why);
  [[nodiscard]] auto has_records_inside(std::string_view address) const -> bool;
  void move_records(const std::string& from, const std::string& to, Range range);
  [[nodiscard]] auto moved_to(std::string address, bool subtree) const -> std::string;
  auto follow_moves(state::Record& record) -> bool;                // in what it depends on; true: something is called otherwise

  // ---- resources (resources.cpp, refresh.cpp, verdict.cpp)
  auto plan_resources(uint32_t module, check::DeclarationId id) -> Task<void>;
  auto configuration_of(uint32_t module, const check::Declaration& declaration) const -> std::string;
  auto settings_of(const std::string& configuration) -> std::pair<std::string, Value>;
  // Reads all records of a configuration, once, if everything is to be read; and some of them.
  auto read_records(std::string configuration) -> Task<void>;
  auto read_rows(std::string configuration, std::vector<uint32_t> wanted) -> Task<void>;
  struct Draft;                                                    // an instance on its way to a verdict
  void evaluate_instance(Draft& draft, const check::Declaration& declaration);
  void compare(Draft& draft);                                      // may be asked again when more was read
  auto adopt(Draft& draft, driver::Session& session) -> Task<void>;
  void ask_rest(Draft& draft);
  void conclude(Draft& draft);
  void put_off(Draft& draft, const std::string& later);            // to the stage after `later`
  void predict(Draft& draft);
  void ask_values(const Draft& draft, const std::function<void(std::string reason)>& replace);  // of @replace_when
  auto replace_values(const Instance& instance, Reads* reads) -> std::optional<Value>;  // a list
  void read_rules(const check::Declaration& declaration, uint32_t module, std::vector<Value>& frame, const Value& body, Reads& reads);
  auto replace_digest(const Value& values, const std::string& address) -> std::string;  // empty: not known
  // What an update sends: at the paths of @ignore what is there, or what was sent where that does not show.
  static auto held(const Value& desired, const Value& observed, const state::Record* record, const std::vector<Path>& ignore) -> Value;
  auto digested(const Value& value, const std::string& address) -> Value;
  auto opened(const state::Record& record, const Value& value, std::string_view attribute) -> Value;  // unsealed
  // What was read, with the marks of what is written there and of what was read before; and whether it is something else.
  auto marked(const std::string& address, const Value& value) -> Value;
  auto read_differs(const std::string& address, const Value& seen) -> bool;
  void remarks(Draft& draft, Step& step);

  // ---- objects among each other (standing.cpp)
  auto refuse_secret_names(const check::Declaration& declaration, const driver::TypeSchema& type, const Value& body,
                           const std::string& address) -> bool;
  auto standing_of(const std::string& configuration, const driver::TypeSchema& type, const Value& identity) -> driver::Standing;
  void keep_spelling(const std::string& configuration, const driver::TypeSchema& type, const state::Record& record, driver::Prepared& prepared);
  auto stands_alone(const Draft& draft) -> bool;
  void follow_source(Draft& draft);                                // what it is made from may change, or be missing
  auto changes_at(const Reads& reads, const std::string& type, const std::string& key) -> std::optional<std::string>;
  void each_made(const std::function<void(uint32_t, const driver::Standing&)>& visit);  // row, where it will stand
  void judge_missing();
  void add_standing_edges();

  // ---- lookups (lookups.cpp)
  auto plan_lookups(uint32_t module, check::DeclarationId id) -> Task<void>;
  auto look_up(uint32_t module, const check::Declaration& declaration, Instance& instance) -> Task<void>;
  void defer_lookup(const check::Declaration& declaration, Instance& instance, std::string why);
  void read_again(uint32_t row);                                   // its step, where the order asks for one
  auto other_outputs(const check::Declaration& declaration, const Value& filters, const std::string& address) -> std::optional<Value>;
  [[nodiscard]] auto unrecorded_in(const Value& value) const -> const std::string*;  // the first, by its origin

  // ---- what is no longer declared, selection, order, outputs
  auto plan_removals() -> Task<void>;                              // removal.cpp
  void excuse_evaluation();
  [[nodiscard]] auto has_records_of(const std::string& configuration) const -> bool;
  void select();                                                   // select.cpp
  void narrow();
  void find_causes();                                              // causes.cpp
  auto forced_by(const Step& step, const Difference& difference, StepIndex cause) -> bool;
  auto asked() -> const Asked&;                                    // of the options, read once
  void check_asked();
  [[nodiscard]] auto switched_off(const addr::Choice& choice) const -> std::optional<std::pair<const check::Declaration*, std::string>>;
  void check_replaced(const std::vector<bool>& keep);
  [[nodiscard]] auto blocked_by() const -> std::string_view;
  void select_deferred(const std::map<uint32_t, std::vector<uint32_t>>& nodes, const std::vector<bool>& blocked);
  void drop_needless_reads(std::vector<bool>& keep);
  [[nodiscard]] auto leaves_out(ReadRef root) const -> bool;       // something behind it is left out
  void sort_steps();                                               // order.cpp
  void build_edges();
  auto node_of(ReadRef ref) -> std::optional<uint32_t>;
  void spread_create_first();
  // Attributes that the old object and the new one of a replacement would share though no two can; empty: none.
  [[nodiscard]] auto clash(const Step& step) const -> std::string;
  // A type says that its removal is blocked while another refers to it: the new one first, if something that refers stays.
  void replace_before_referrers();                                 // referrers.cpp
  struct Replaced;
  void follow_reference(Replaced& replaced, uint32_t row, const driver::Attribute& attribute, const driver::Reference& reference);
  void find_who_lets_go(const Replaced& replaced);
  [[nodiscard]] auto graph_of_removals() const -> graph::Graph;
  void make_way(const graph::Reaching& waits);                     // to what they refer to now
  auto reads_it(Replaced& replaced, const Reads& reads, uint32_t target) const -> bool;
  void order_by_referrer(Replaced& replaced, uint32_t referrer, const std::string& attribute, uint32_t target, const std::string& name);
  void tell_stuck();
  void find_circle();
  void plan_outputs();                                             // outputs.cpp
  [[nodiscard]] auto loses(ReadRef root, const std::function<bool(uint32_t row)>& gone) const -> bool;  // a record behind it, by its row
  struct Gone {
    std::string why;
    bool left_out = false;         // it is declared, and its `if` or `for` says so
    bool switched_off = false;     // its `if`
  };
  [[nodiscard]] auto why_gone(std::string_view address) -> Gone;    // of an address that no instance has
  void finish_stages();

  [[nodiscard]] auto find_record(std::string_view address) -> state::Record*;
  [[nodiscard]] auto source(Range range) const -> SourceLine;
  auto dependencies_of(const Reads& reads) -> std::vector<state::Dependency>;
  [[nodiscard]] auto inside_deferred(const std::string& address) const -> bool;
};

// An instance between its evaluation and its verdict.
struct Planner::Impl::Draft {
  uint32_t instance = 0;
  const driver::TypeSchema* type = nullptr;
  std::string configuration;
  Value body;                        // as evaluated
  driver::Prepared prepared;
  Value digested;                    // effective desired with digests
  std::vector<Path> ignore;
  const state::Record* record = nullptr;
  std::string place;
  Value applied, baseline, observed; // of the record and the world; secrets marked where they could be opened
  bool missing = false;              // the record's object is gone
  std::string adopted_id;
  DiffResult diff;
  driver::Verdict verdict = driver::Verdict::kNone;
  std::vector<std::string> reasons;
  driver::Planned planned;
  bool ask_driver = false;
  bool judges_again = false;         // a rule speaks of what is known only when its turn comes
  std::optional<std::string> later;  // something that it reads belongs to a later stage: so does any change of it
};

// The two nodes of a step in the plan's graph.
[[nodiscard]] inline auto make_node(StepIndex step) -> uint32_t { return 2 * step; }
[[nodiscard]] inline auto remove_node(StepIndex step) -> uint32_t { return 2 * step + 1; }
[[nodiscard]] inline auto has_remove(const Step& step) -> bool { return step.action == Action::kDestroy || step.action == Action::kReplace; }
// What was read where something secret is written is secret too: a provider does not know our marks.
[[nodiscard]] auto marked_like(const Value& observed, const Value& desired) -> Value;
[[nodiscard]] inline auto is_true(const std::optional<Value>& value) -> bool {
  return value && value->is(ValueKind::kBool) && value->as_bool();
}

}  // namespace weft::plan
