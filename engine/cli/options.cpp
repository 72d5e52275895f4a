#include "engine/cli/verb.h"

namespace weft::cli {

auto everywhere_options() -> const std::vector<Option>& {
  static const std::vector<Option> kOptions = {
      {"-C", "DIR", "the fabric's folder, instead of the working one"},
      {"--json", "", "one JSON object a line to stdout and nothing else there"},
      {"--json-to", "FILE", "the same into a file, beside the text"},
      {"--color", "always|never", "colour; without it as NO_COLOR and others say, else on a terminal only"},
      {"--ascii", "", "no character outside ASCII"},
      {"--progress", "live|plain|none", "how it goes, on stderr: live view (default on a terminal), log lines (default elsewhere; also for screen readers), nothing"},
      {"--quiet", "", "errors and the last line of the report only"},
      {"--no-input", "", "never ask: exit 3 with the flag that answers"},
      {"--trace", "FILE", "what happened, as JSON lines, for a report of a fault"},
      {"--help", "", "options and examples of the verb"},
  };
  return kOptions;
}

auto env_option() -> Option { return {"--env", "ENV", "the environment: its inputs (ENV.inputs) and its state; `default` without it"}; }

auto input_options() -> std::vector<Option> {
  return {env_option(),
          {"--set", "NAME=VALUE", "the value of an input, as text or as an expression; without it from files, WEFT_INPUT_NAME, or its default", true},
          {"--inputs", "FILE", "inputs from a file: fabric syntax, JSON or YAML by its ending; weft.inputs and ENV.inputs are read without it", true}};
}

auto which_options() -> std::vector<Option> {
  return {{"--only", "ADDRESS", "only these and what they need; `web[*]`, `network` select many; without it all", true},
          {"--except", "ADDRESS", "all but these; without it none is left out", true}};
}

auto refresh_option() -> Option {
  return {"--refresh", "full|changed|none", "what is read from the world: everything (default), what the files change, nothing"};
}

auto json_options() -> std::vector<Option> {
  return {{"--json", "", "events as JSON lines to stdout"}, {"--json-to", "FILE", "events as JSON lines into a file"}};
}

}  // namespace weft::cli
