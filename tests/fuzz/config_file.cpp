// Configuration files: what reads is what it says, and no message shows a value.
#include <array>
#include <string>

#include "config/config_file.hpp"
#include "config/settings.hpp"
#include "tests/fuzz/fuzzing.hpp"

using namespace allot;
using namespace allot::fuzzing;

namespace {

std::string written(config::config_file const& of) {
    std::string made;
    for (auto const& section : of.sections) {
        if (!section.name.empty()) made += "[" + section.name + "]\n";
        for (auto const& one : section.entries) made += one.key + " = " + one.value + "\n";
    }
    return made;
}

void check_file(std::string_view text) {
    auto const read = config::parse_config_file("allot.conf", text);
    if (!read) {
        must(read.error().code == errc::invalid_input, "a file that is wrong is invalid input");
        must(read.error().message.starts_with("allot.conf:"), "an error names file and line",
             read.error().message);
        return;
    }
    std::size_t lines = 1;
    for (auto const letter : text) lines += letter == '\n' ? 1U : 0U;
    for (auto const& section : read->sections) {
        for (auto const& one : section.entries) {
            must(one.line >= 1 && one.line <= lines, "an entry is on one of the file's lines");
            must(!one.key.empty() && !one.value.empty(), "an entry has key and value");
        }
    }
    auto const again = config::parse_config_file("allot.conf", written(*read));
    must(again.has_value(), "a file that was read can be written", written(*read));
    must(written(*again) == written(*read), "and is then the same", written(*read));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input from{data, size};
    auto const what = from.below(4);
    std::string const text{from.rest()};
    check_file(text);

    config::surroundings around;
    constexpr std::array<std::string_view, 4> commands{"apply", "doctor", "simulate", "skus"};
    around.arguments = {std::string{commands[what]}, "--config", "/etc/allot.conf"};
    if (what == 0) around.arguments.emplace_back("job.csv");
    if (what == 2) around.arguments.resize(1);
    around.variable = [](std::string const& name) -> std::optional<std::string> {
        if (name == "HOME") return "/home/ada";
        return std::nullopt;
    };
    around.file = [&](std::string const& path) -> result<std::optional<std::string>> {
        if (path == "/etc/allot.conf") return std::optional{text};
        return std::optional<std::string>{};
    };
    auto const read = config::read_settings(around);
    if (!read) {
        must(read.error().code == errc::invalid_input, "what cannot be read is invalid input",
             read.error().message);
        must(!read.error().message.empty(), "and says why");
        must(read.error().message.find_first_of("\r\x1b") == std::string::npos,
             "what is wrong can be shown", read.error().message);
    }
    return 0;
}
