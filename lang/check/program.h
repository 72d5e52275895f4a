// A fabric's meaning after checking: modules with typed declarations, and expressions in which every name is resolved,
// every implicit conversion is explicit and every type is known. The evaluator runs on this, never on the tree.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/schema_source.h"
#include "lang/source/source_map.h"
#include "lang/syntax/tree.h"
#include "lang/value/function.h"
#include "lang/value/path.h"
#include "lang/value/type.h"
#include "lang/value/value.h"

namespace weft::check {

struct Declaration;
using DeclarationId = Id<Declaration>;  // of one module
struct Module;

enum class Op : uint8_t {
  kConstant,    // constant
  kText,        // operands joined as text; each is a kConstant string or an expression that templates take
  kTextIf,      // operands: condition, body, condition, body …, [else body]; bodies are kText
  kTextFor,     // slots: key (or kNoSlot), value; operands: source, [condition] (flag), body
  kLocal,       // slot of the frame
  kReference,   // declaration: an input, let, resource, lookup, module of this module
  kGiven,       // name: "fabric.name", "fabric.env"
  kSelf,        // the instance itself
  kCall,        // function (library or provider); operands: arguments, defaults filled in
  kUserCall,    // declaration (kFn); operands: arguments
  kMember,      // operand, name
  kSafeMember,  // operands: base, rest. `a?.b.c`: null when base is null, else `rest` evaluated with the base in `slot`
  kIndex,       // operands: base, key
  kSplat,       // operands: base, rest; `slot` holds each element
  kList,        // operands; spread flags in `flags`
  kObject,      // fields
  kListFor,     // key_slot, slot; operands: source, [condition], result
  kObjectFor,   // key_slot, slot; operands: source, [condition], key, value; collects
  kIf,          // operands: condition, then, else
  kMatch,       // operands: subject, arm results; patterns
  kAnd, kOr, kNot, kCoalesce,
  kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kIn, kNotIn,
  kAdd, kSubtract, kMultiply, kDivide, kRemainder, kNegate,
  kConvert,     // operand to `type`; may fail when evaluated (from any) or only widen
  kTypeOf,      // operand
  kTry,         // operands: the first that evaluates
  kCan,         // operand
};

inline constexpr uint32_t kNoSlot = UINT32_MAX;

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct ObjectField {
  enum class Kind : uint8_t { kNamed, kComputed, kSpread };
  Kind kind = Kind::kNamed;
  Text name;         // kNamed
  ExprPtr key;       // kComputed
  ExprPtr value;
  Range name_range;  // of the key, for messages and source lines of plans
};

struct MatchArm {
  std::vector<Value> patterns;   // equal to one of them …
  std::vector<std::string> kinds;  // … or, when the subject is type_of(x), the kind's name is among these
  bool otherwise = false;        // `_`
  bool null = false;             // `null` is among the patterns
};

struct Expr {
  Op op = Op::kConstant;
  Type type;
  Range range;
  std::vector<ExprPtr> operands;
  // what the op needs, else empty
  Value constant{};
  Text name{};
  uint32_t slot = kNoSlot;
  uint32_t key_slot = kNoSlot;
  bool collects = false;         // kObjectFor with `...`
  bool has_condition = false;    // kListFor, kObjectFor, kTextFor
  std::vector<bool> spread{};    // kList: which operands are spread
  const FunctionTable::Row* function = nullptr;
  DeclarationId declaration{};
  std::vector<ObjectField> fields{};
  std::vector<MatchArm> arms{};
  // kObject typed by a closed object type or a resource: a field whose value is null is left out.
  bool drops_null = false;
};

enum class DeclarationKind : uint8_t {
  kInput, kType, kLet, kFn, kResource, kLookup, kModule, kOutput, kCheck,
  kProvider, kMoved, kForget, kAdopt, kUse, kFabric, kState,
};

// for k, v in source. Of a resource, lookup or module: one variable over a list or set is the key, and the element;
// two are key and value. Of a check, moved, forget or adopt, which have no keys, one variable is the element of a list or
// set, or the value of a map (then only value_slot is set); two are key or position, and value.
struct Each {
  ExprPtr source;
  uint32_t key_slot = kNoSlot;
  uint32_t value_slot = kNoSlot;
  bool element_is_key = false;   // key_slot holds the element
  Range range;
};

struct Rule {                    // require / ensure / deny …
  std::string word;
  ExprPtr condition;
  ExprPtr message;               // may be null: the condition and the values in it are shown
  std::string condition_text;    // as written, for that
  Range range;
};

struct AddressSegment {          // in moved, forget, adopt
  std::string name;
  std::vector<ExprPtr> keys;     // indexes after the name
  bool every = false;            // [*]
};
struct AddressExpr {
  std::vector<AddressSegment> segments;
  Range range;
};

struct Meta {                    // @arguments of a resource, lookup or module
  std::vector<ExprPtr> depends_on;        // each a kReference or kIndex of one: a resource, lookup or module
  std::string provider;                   // configuration's name or slot; empty: named like the type's first part
  std::map<std::string, std::string> providers;  // module: slot → configuration
  ExprPtr protect, retain, create_first;  // constants over names that are known before planning; may be null
  std::vector<Path> ignore;
  std::vector<ExprPtr> replace_when;
  ExprPtr timeouts;                       // { create?, update?, destroy?, read? }
  ExprPtr wait;                           // bool, or over self
  ExprPtr adopt;                          // bool or id
  ExprPtr fields;
  ExprPtr id;                             // lookup: the id to ask for, instead of attributes
  std::string newest;                     // lookup: attribute path
  Range provider_range, protect_range, retain_range, wait_range, ignore_range, create_first_range, depends_on_range;
};

struct FnParameter {
  std::string name;
  Type type;
  ExprPtr default_value;  // may be null
};

struct Declaration {
  DeclarationKind kind = DeclarationKind::kLet;
  std::string name;              // kCheck: its text; kProvider: the configuration's name (`as` or the provider's)
  Range name_range;              // for "declared here"
  Range range;                   // the head: from the word to the end of its name and type
  Range type_range;              // of the type as written: input, let, output, lookup
  std::string documentation;
  Type type;                     // of a reference to it: with `if` T?, with `for` map<T> …
  bool twice = false;            // another declaration claims its name too: what a reference meant is anybody's guess
  // Evaluated declarations that any of its expressions reference, through functions too, and the configurations of
  // providers that it uses: for a module, those that it inherits. Sorted; never itself.
  std::vector<DeclarationId> depends;
  uint32_t slots = 0;            // frame size that evaluating its expressions needs

  ExprPtr value;                 // let, output; input: default (may be null); adopt: the id; fn: body
  Type declared;                 // input, output, fn result when written
  bool secret = false;           // input of a secret type
  std::vector<FnParameter> parameters;  // fn: parameter i lives in slot i
  std::optional<Each> each;
  ExprPtr when;
  // resource, lookup
  const ResourceType* resource = nullptr;
  Type element;                  // of one instance
  enum class Result : uint8_t { kOne, kOptional, kMany } result = Result::kOne;  // lookup
  // resource, lookup: attributes; module: arguments; provider, state, fabric: settings. A kObject; null without a block.
  ExprPtr body;
  Meta meta;
  std::vector<Rule> rules;       // input: require; resource: require, ensure; check: require
  // module, use
  const Module* module = nullptr;
  std::string source;            // as written
  // provider
  std::string provider;          // type: "aws"
  bool slot = false;
  // moved: from, to; forget, adopt: from
  AddressExpr from, to;
  // weft.Outputs of another fabric, when its files were found
  const Module* outputs_of = nullptr;
};

struct Module {
  std::string folder;            // absolute
  std::string shown;             // as messages call it: "modules/net", "std/postgres"
  std::string documentation;
  bool is_fabric = false;
  std::string fabric_name;       // of a `fabric` declaration
  std::string weft_requirement;  // its `weft = "…"`
  Store<Declaration> declarations;
  std::map<std::string, DeclarationId, std::less<>> names;      // inputs, lets, fns, types, resources, lookups, modules, uses
  std::map<std::string, DeclarationId, std::less<>> outputs;
  std::map<std::string, DeclarationId, std::less<>> providers;  // configurations and slots
  // Everything that is evaluated, each after what it depends on (inputs, lets, resources, lookups, modules, outputs,
  // checks, providers, moved, forget, adopt).
  std::vector<DeclarationId> order;
  std::vector<std::string> files;  // read for it, relative to `folder`
};

}  // namespace weft::check
