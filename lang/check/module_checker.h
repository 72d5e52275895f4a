// One module: its trees become declarations in five passes.
//   collect   names, duplicates, what is not in this version
//   link      which declaration names which (from the trees, before anything is typed); `use` is loaded
//   sort      each after what it depends on; cycles are reported
//   check     every declaration in that order, so each type is known before it is needed
//   finish    order and dependencies for the engine
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "lang/check/context.h"
#include "lang/check/expr.h"

namespace weft::check {

struct Edge {
  DeclarationId to;
  Range range;  // where it is named
};

class ModuleChecker {
 public:
  ModuleChecker(std::span<const syntax::Tree* const> trees, const Surroundings& around, Module& module, DiagSink& problems)
      : trees_(trees), around_(around), module_(module), problems_(problems), context_{around, module, problems} {}

  void run();

 private:
  struct Item {
    const syntax::Tree* tree;
    syntax::NodeId node;
    bool skipped = false;  // not in this version: no meaning, only a name
  };

  // collect.cpp
  void collect();
  void collect_one(const syntax::Tree& tree, syntax::NodeId node);
  void claim_name(std::map<std::string, DeclarationId, std::less<>>& names, DeclarationId id);
  void not_yet(const syntax::Tree& tree, syntax::NodeId node, std::string_view what);
  // link.cpp
  void link();
  void load_use(DeclarationId id);
  void link_provider(DeclarationId id, std::string_view configuration, Range range);
  void link_module_providers(DeclarationId id);
  // sort.cpp
  void sort();
  void report_cycle(const std::vector<uint32_t>& component);
  void finish();
  // declarations.cpp
  void check_one(DeclarationId id);
  void check_fabric(DeclarationId id);
  void check_state(DeclarationId id);
  void check_provider(DeclarationId id);
  void check_input(DeclarationId id);
  void check_alias(DeclarationId id);
  void check_let(DeclarationId id);
  void check_fn(DeclarationId id);
  void check_output(DeclarationId id);
  void check_check(DeclarationId id);
  // resources.cpp, modules.cpp, meta.cpp, rules.cpp, addresses.cpp
  void check_resource(DeclarationId id);
  void check_lookup(DeclarationId id);
  void check_other_outputs(DeclarationId id, Frame& frame);
  void check_module(DeclarationId id);
  void check_moved(DeclarationId id);
  auto resource_block(DeclarationId id, Frame& frame, const Type& type, std::string_view owner) -> ExprPtr;
  void unknown_attribute(const syntax::Tree& tree, syntax::NodeId key, std::string_view name, const ResourceType& type,
                         const Type& known);
  void missing_attributes(const Declaration& declaration, const ResourceType& type,
                          const std::vector<const Member*>& missing);
  auto read_address(ExprChecker& exprs, const syntax::Tree& tree, syntax::NodeId node, bool star) -> AddressExpr;
  void read_rules(DeclarationId id, Frame& frame, syntax::NodeId block, std::initializer_list<std::string_view> words);
  // Entries that have no place in this kind of block.
  void refuse_entries(const syntax::Tree& tree, syntax::NodeId block, std::string_view place, bool attributes, bool rules,
                      bool meta);
  void read_each(DeclarationId id, Frame& frame, bool keyed);
  void read_when(DeclarationId id, Frame& frame, std::vector<Fact>& known);
  void read_meta(DeclarationId id, Frame& frame, syntax::NodeId block);
  void read_meta_argument(DeclarationId id, Frame& frame, syntax::NodeId node, std::string_view name);
  void read_depends_on(DeclarationId id, ExprChecker& exprs, const syntax::Tree& tree, syntax::NodeId list);
  void read_ignore(DeclarationId id, const syntax::Tree& tree, syntax::NodeId list);
  void read_provider(DeclarationId id, const syntax::Tree& tree, syntax::NodeId value);
  void read_providers(DeclarationId id, const syntax::Tree& tree, syntax::NodeId value);
  auto known_configuration(const syntax::Tree& tree, syntax::NodeId value, std::string& name) -> bool;
  void check_slots(DeclarationId id, Range range);
  void refuse_secret(const Expr& expr, std::string_view place);
  void refuse_late(const Expr& expr, std::string_view place);
  [[nodiscard]] auto is_late(const Expr& expr) const -> bool;

  [[nodiscard]] auto declaration(DeclarationId id) -> Declaration& { return module_.declarations[id]; }
  [[nodiscard]] auto item(DeclarationId id) const -> const Item& { return items_[id.index]; }

  std::span<const syntax::Tree* const> trees_;
  const Surroundings& around_;
  Module& module_;
  DiagSink& problems_;
  Context context_;
  std::vector<Item> items_;               // by declaration
  std::vector<std::vector<Edge>> edges_;  // by declaration
  std::vector<uint32_t> sorted_;          // every declaration, each after what it depends on
  std::vector<bool> late_;                // depends on what only a plan knows: resources, lookups, modules
  DeclarationId fabric_, state_;
  bool is_root_ = false;
};

// A path of attributes followed through a type; what is wrong with it is reported at `range`.
void check_path(const Context& context, const Path& path, const Type& type, Range range, std::string_view owner);

// The configurations that a module takes from whoever uses it.
[[nodiscard]] auto inherited_providers(const Module& module) -> std::set<std::string>;

}  // namespace weft::check
