// Promises of the driver contract that are the engine's to keep: tests/conformance/numbers.def says which, and
// tests/conformance checks that each begins a test.
#pragma once

#include <gtest/gtest.h>

#define NUMBER(n) ::testing::Test::RecordProperty("conformance", n)
