#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "tests/simulation/mutations.hpp"
#include "tests/simulation/runner.hpp"

namespace {

using namespace allot::simulation;

constexpr std::string_view usage =
    "usage: allot_simulation [--seed N|COMMIT] [--runs K] [--mutation NAME] [--verbose]\n"
    "Plays K seeds from N on; of a commit's 40 hexadecimal digits, the first 16 are the seed.\n";

struct arguments {
    std::uint64_t seed = 1;
    std::uint64_t runs = 1;
    std::string mutation;
    bool verbose = false;
};

std::optional<std::uint64_t> number(std::string_view text, int base) {
    std::uint64_t value = 0;
    auto const end = text.data() + text.size();
    auto const [read, wrong] = std::from_chars(text.data(), end, value, base);
    if (wrong != std::errc{} || read != end) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> seed_of(std::string_view text) {
    if (text.size() == 40) return number(text.substr(0, 16), 16);
    return number(text, 10);
}

bool is_mutation(std::string_view name) {
    for (auto const& one : all_mutations()) {
        if (one.name == name) return true;
    }
    return false;
}

std::optional<arguments> read_arguments(int count, char** words) {
    arguments read;
    for (int at = 1; at < count; ++at) {
        std::string_view const word = words[at];
        if (word == "--verbose") {
            read.verbose = true;
            continue;
        }
        if (at + 1 == count) return std::nullopt;
        std::string_view const value = words[++at];
        if (word == "--mutation" && is_mutation(value)) {
            read.mutation = value;
            continue;
        }
        auto const found = word == "--seed" ? seed_of(value) : number(value, 10);
        if (!found || (word != "--seed" && word != "--runs")) return std::nullopt;
        (word == "--seed" ? read.seed : read.runs) = *found;
    }
    return read;
}

/// Plays a seed twice; what is wrong with it, or nothing.
std::string play_twice(std::uint64_t seed, arguments const& chosen) {
    auto const drawn = draw_scenario(seed);
    if (chosen.verbose) fmt::print("{}", describe(drawn));
    auto const first = play(drawn, chosen.mutation, chosen.verbose);
    if (chosen.verbose) {
        fmt::print("{}  {} processes, {} crashes, {} requests, {} writes\n", first.told,
                   first.processes, first.crashes, first.requests, first.writes);
    }
    if (!first.failure.empty()) return first.failure;
    auto const second = play(drawn, chosen.mutation, false);
    if (first.trace != second.trace) return "two runs of it are not the same";
    return second.failure;
}

int play_all(arguments const& chosen) {
    for (std::uint64_t at = 0; at < chosen.runs; ++at) {
        auto const seed = chosen.seed + at;
        auto const wrong = play_twice(seed, chosen);
        if (wrong.empty()) continue;
        auto const mutation =
            chosen.mutation.empty() ? std::string{} : " --mutation " + chosen.mutation;
        fmt::print("seed {} failed: {}\nreplay: allot_simulation --seed {}{} --verbose\n", seed,
                   wrong, seed, mutation);
        return 1;
    }
    return 0;
}

}  // namespace

int main(int count, char** words) {
    auto const chosen = read_arguments(count, words);
    if (!chosen) {
        fmt::print(stderr, "{}\nMutations:\n", usage);
        for (auto const& one : all_mutations()) {
            fmt::print(stderr, "  {:<18} {}\n", one.name, one.what);
        }
        return 2;
    }
    try {
        return play_all(*chosen);
    } catch (std::exception const& thrown) {
        fmt::print(stderr, "allot_simulation: {}\n", thrown.what());
        return 1;
    }
}
