#include "engine/cli/app.h"

auto main(int argc, char** argv) -> int { return weft::cli::run(argc, argv); }
