// A verb of the command line as data: help, completion, `weft docs` and the parser are made from it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::cli {

class Session;

struct Option {
  std::string_view name;       // "--out", "-C"
  std::string_view value;      // "FILE"; empty: a flag
  std::string_view text;       // what it does, for `weft docs VERB` and completion
  bool many = false;           // may be given several times
};

// One row of the help: "Which      --only ADDRESS  --except ADDRESS".
struct OptionRow {
  std::string_view label;      // empty: options that the examples or the exit line speak of
  std::vector<Option> options;
  bool beside = false;         // goes on in the line of the row before it
};

struct Operand {
  std::string_view name;       // "ADDRESS"
  std::string_view text;
  bool optional = false;
  bool many = false;
};

struct Example {
  std::string_view command;
  std::string_view what;
};

struct Verb {
  std::string_view name;       // "plan", "state list"
  std::string_view summary;    // sentences
  std::vector<Operand> operands;
  std::vector<Example> examples;
  std::vector<OptionRow> options;
  std::string_view exit;       // "0, or 1 on error"
  int (*run)(Session& session) = nullptr;
};

// A row of the list of verbs. Nothing of a verb is made before it is asked for.
struct VerbRow {
  std::string_view name;
  std::string_view brief;      // for completion
  Verb (*make)();
};

// In the order of the main help.
[[nodiscard]] auto verb_rows() -> const std::vector<VerbRow>&;
[[nodiscard]] auto find_verb(std::string_view name) -> const VerbRow*;
// Words that are verbs of later versions, and what to say of them.
[[nodiscard]] auto is_later_verb(std::string_view name) -> bool;

// ---- options that several verbs share

[[nodiscard]] auto everywhere_options() -> const std::vector<Option>&;  // understood by every verb
[[nodiscard]] auto input_options() -> std::vector<Option>;              // --env --set --inputs
[[nodiscard]] auto env_option() -> Option;
[[nodiscard]] auto which_options() -> std::vector<Option>;              // --only --except
[[nodiscard]] auto refresh_option() -> Option;
[[nodiscard]] auto json_options() -> std::vector<Option>;               // --json --json-to, to be shown in a row

}  // namespace weft::cli
