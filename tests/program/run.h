// The runner is shared now; this name is kept for those who still say it.
#pragma once

#include "tests/support/program.h"
