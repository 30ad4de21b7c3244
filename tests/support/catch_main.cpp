// The one place where Catch2 v2's body is compiled; v3 brings a library of its own.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
