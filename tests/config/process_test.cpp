#include "config/process.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace allot::config;

namespace {

/// A folder that goes away with the test.
struct scratch_folder {
    std::filesystem::path path;
    scratch_folder() {
        auto pattern = (std::filesystem::temp_directory_path() / "allot-test-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~scratch_folder() { std::filesystem::remove_all(path); }
    scratch_folder(scratch_folder const&) = delete;
    scratch_folder& operator=(scratch_folder const&) = delete;
};

}  // namespace

TEST_CASE("a process sees its arguments, its variables and its files", "[config]") {
    char const* const arguments[] = {"allot", "plan", "wave.csv"};
    auto const seen = process_surroundings(3, arguments);
    CHECK(seen.arguments == std::vector<std::string>{"plan", "wave.csv"});
    CHECK_FALSE(seen.variable("ALLOT_TEST_THAT_NOBODY_SETS"));
    REQUIRE(::setenv("ALLOT_TEST_THAT_NOBODY_SETS", "x y", 1) == 0);
    CHECK(seen.variable("ALLOT_TEST_THAT_NOBODY_SETS") == "x y");
    ::unsetenv("ALLOT_TEST_THAT_NOBODY_SETS");

    scratch_folder const folder;
    auto const path = (folder.path / "a.conf").string();
    std::string const contents(10'000, 'x');
    std::ofstream{path} << contents;
    auto const read = seen.file(path);
    REQUIRE(read.has_value());
    CHECK(*read == contents);
}

TEST_CASE("a file that is missing is told from one that cannot be read", "[config]") {
    auto const seen = process_surroundings(0, nullptr);
    scratch_folder const folder;
    auto const missing = seen.file((folder.path / "none").string());
    REQUIRE(missing.has_value());
    CHECK_FALSE(missing->has_value());
    auto const under_nothing = seen.file((folder.path / "none" / "a.conf").string());
    REQUIRE(under_nothing.has_value());
    CHECK_FALSE(under_nothing->has_value());
    auto const is_folder = seen.file(folder.path.string());
    REQUIRE(is_folder.has_error());
    CHECK(is_folder.error().message == "Is a directory");
    auto const large = folder.path / "large";
    std::ofstream{large} << std::string(2'000'000, 'x');
    auto const refused = seen.file(large.string());
    REQUIRE(refused.has_error());
    CHECK(refused.error().message == "File too large");
}
