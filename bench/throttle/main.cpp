#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <optional>
#include <string_view>
#include <vector>

#include "bench/throttle/table.hpp"

namespace {

using namespace allot::bench;

constexpr std::string_view usage =
    R"(bench_throttle: schemes by scenarios in virtual time; prints Markdown.
  --scheme NAME     only this one         --scenario NAME  only this one
  --seeds N         seeds 1 to N (5)      --seed N         only this one
  --users N         instead of each scenario's own
  --jobs N          runs at a time (2)
  --batch-sizes     ours by parts in a batch, instead of the schemes
  --gate            exit 1 when one of our own misses its goal
  --verbose         a line for each run   --trace          and the hash of its trace
)";

struct options {
    scheme const* only_scheme = nullptr;
    std::string_view only_scenario;
    std::uint64_t first_seed = 1;
    std::uint64_t seeds = 5;
    std::size_t users = 0;
    unsigned jobs = 2;
    bool batch_sizes = false;
    bool gate = false;
    bool verbose = false;
    bool trace = false;
};

/// What is wrong, or empty.
std::string read_options(std::vector<std::string_view> const& words, options& into) {
    for (std::size_t at = 0; at < words.size(); ++at) {
        auto const word = words[at];
        if (word == "--batch-sizes" || word == "--gate" || word == "--verbose" ||
            word == "--trace") {
            into.batch_sizes |= word == "--batch-sizes";
            into.gate |= word == "--gate";
            into.trace |= word == "--trace";
            into.verbose |= word == "--verbose" || word == "--trace";
            continue;
        }
        if (at + 1 == words.size()) return fmt::format("{} is unknown or lacks its value", word);
        auto const value = words[++at];
        if (word == "--scheme") {
            into.only_scheme = find_scheme(value);
            if (into.only_scheme == nullptr) return fmt::format("no scheme {}", value);
            continue;
        }
        if (word == "--scenario") {
            if (find_scenario(value) == nullptr) return fmt::format("no scenario {}", value);
            into.only_scenario = value;
            continue;
        }
        std::size_t number = 0;
        auto const* const end = value.data() + value.size();
        auto const read = std::from_chars(value.data(), end, number);
        if (read.ec != std::errc{} || read.ptr != end || number == 0) {
            return fmt::format("{} takes a positive number, not {}", word, value);
        }
        if (word == "--seeds") {
            into.seeds = number;
        } else if (word == "--seed") {
            into.first_seed = number;
            into.seeds = 1;
        } else if (word == "--users") {
            into.users = number;
        } else if (word == "--jobs") {
            into.jobs = static_cast<unsigned>(number);
        } else {
            return fmt::format("{} is unknown", word);
        }
    }
    return {};
}

/// The scenarios for which batch sizes are told apart.
constexpr std::string_view batch_scenarios[]{"true-2900", "true", "half", "faults"};
constexpr std::size_t batch_sizes[]{1, 4, 8, 20};

bool chosen(options const& by, scenario const& one) {
    if (!by.only_scenario.empty()) return by.only_scenario == one.name;
    if (!by.batch_sizes) return true;
    for (auto const name : batch_scenarios) {
        if (name == one.name) return true;
    }
    return false;
}

std::vector<run> runs_of(options const& by, std::vector<scenario> const& all) {
    std::vector<run> runs;
    auto const add = [&](scheme const& how, trial one) {
        for (std::uint64_t each = 0; each < by.seeds; ++each) {
            one.seed = by.first_seed + each;
            runs.push_back(run{&how, one, {}});
        }
    };
    for (auto const& what : all) {
        if (!chosen(by, what)) continue;
        for (auto const& how : schemes()) {
            bool const ours = &how == &schemes().front();
            if (by.only_scheme != nullptr && by.only_scheme != &how) continue;
            if (by.batch_sizes && !ours) continue;
            if (how.needs_limit && !what.told) continue;
            if (!by.batch_sizes) {
                add(how, trial{what, 1, std::nullopt});
                continue;
            }
            for (auto const size : batch_sizes) add(how, trial{what, 1, size});
        }
    }
    return runs;
}

/// Plays the last of our own runs again: whether it leaves the same trace.
bool repeats(std::vector<run> const& runs) {
    for (auto at = runs.rbegin(); at != runs.rend(); ++at) {
        if (at->by != &schemes().front()) continue;
        bool const same = at->by->play(at->of).trace == at->seen.trace;
        fmt::print("\n{} {} seed {}, played again: {} (trace {:016x}).\n", at->by->name,
                   at->of.what.name, at->of.seed, same ? "the same run" : "ANOTHER RUN",
                   at->seen.trace);
        return same;
    }
    return true;
}

int go(options const& by) {
    std::vector<scenario> all(scenarios().begin(), scenarios().end());
    for (auto& one : all) {
        if (by.users > 0) one.users = by.users;
    }
    auto runs = runs_of(by, all);
    play_all(runs, by.jobs, [&](run const& one) {
        if (!by.verbose) return;
        auto text = in_words(one);
        if (by.trace) text += fmt::format(", trace {:016x}", one.seen.trace);
        fmt::print("{}\n", text);
        std::fflush(stdout);
    });
    auto const rows = rows_of(runs);
    std::vector<row> ours;
    for (auto const& one : rows) {
        if (one.by == &schemes().front()) ours.push_back(one);
    }
    if (by.batch_sizes) {
        fmt::print("{}", batch_sizes_table(rows));
        return 0;
    }
    if (by.only_scheme != &schemes().front()) {
        fmt::print("{}\n{}\n", schemes_table(rows), notes(rows));
    }
    if (!ours.empty()) fmt::print("{}", goals_table(ours));
    bool missed = by.only_scenario.empty() && !repeats(runs);
    for (auto const& one : ours) missed |= !one.reaches_goal();
    return by.gate && missed ? 1 : 0;
}

}  // namespace

int main(int count, char** words) {
    try {
        options by;
        auto const wrong = read_options({words + 1, words + count}, by);
        if (!wrong.empty()) {
            fmt::print(stderr, "{}\n{}", wrong, usage);
            return 2;
        }
        return go(by);
    } catch (std::exception const& error) {
        fmt::print(stderr, "bench_throttle: {}\n", error.what());
        return 2;
    }
}
