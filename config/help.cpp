#include "config/help.hpp"

#include <fmt/format.h>

#include "config/options.hpp"

namespace allot::config {

command_words words_of(command what) {
    switch (what) {
        case command::check:
            return {"check JOB", "read and check a job file; no network",
                    "check wave.csv --encoding windows-1252"};
        case command::plan:
            return {"plan JOB", "say what would change; nothing is written to the tenant",
                    "plan wave.csv --report-dir reports"};
        case command::apply:
            return {"apply JOB|PLAN", "plan, change, look again, report",
                    "apply wave.csv --yes --max-removals 0"};
        case command::verify:
            return {"verify JOB", "compare the tenant with the job", "verify wave.csv -o json"};
        case command::resume:
            return {"resume [RUN]", "finish an interrupted run (default: the latest)",
                    "resume --lock-timeout 1h"};
        case command::undo:
            return {"undo RUN", "put back what a run changed", "undo 20260105-080001-7f3a"};
        case command::runs:
            return {"runs", "list the runs that are remembered", "runs -o json"};
        case command::report:
            return {"report RUN", "write a run's reports again",
                    "report 20260105-080001-7f3a --report-dir reports"};
        case command::skus:
            return {"skus", "subscriptions: names, owned, used, free", "skus -o csv"};
        case command::doctor:
            return {"doctor", "what works and what does not, step by step",
                    "doctor --profile contoso -o json"};
        case command::export_job:
            return {"export", "current assignments as a job file",
                    "export --sku POWER_BI_PRO --out now.csv"};
        case command::completion:
            return {"completion SHELL", "a script that completes words: bash, zsh, fish",
                    "completion fish > ~/.config/fish/completions/allot.fish"};
        case command::man:
            return {"man [job]", "the manual, or that of the job file", "man | man -l -"};
        case command::simulate:
            return {"simulate", "serve a simulated tenant on loopback",
                    "simulate --users 500 --faults 5% --credentials-dir sim"};
    }
    return {};
}

namespace {

std::string overview() {
    std::string out =
        "allot gives licences in bulk through Microsoft Graph, and proves that it worked.\n"
        "Usage: allot COMMAND [JOB|PLAN|RUN] [flags]      allot COMMAND --help says more\n\n";
    for (auto const each : all_commands) {
        auto const words = words_of(each);
        out += fmt::format("  {:<18}{}\n", words.usage, words.does);
    }
    out +=
        "\nJOB is a CSV or JSON file, one row for each user and licence; - is stdin.\n"
        "PLAN is what `allot plan JOB --out PLAN` saved; RUN is a name from `allot runs`.\n"
        "Settings come from flags, ALLOT_* variables, and the profile in allot.conf.\n"
        "Exit status: 0 as the job says; 1 could not run; 2 changes pending, or drift;\n"
        "3 some targets not done; 4 interrupted; 5 invalid input; 6 refused; 7 no sign-in\n"
        "Without an account: allot plan samples/wave.csv --profile simulated\n";
    return out;
}

/// `--tenant ID|DOMAIN`, `-q, --quiet`.
std::string spelled(option const& flag) {
    auto out = flag.letter == 0 ? std::string{} : fmt::format("-{}, ", flag.letter);
    out += fmt::format("--{}", flag.name);
    if (!flag.value.empty()) out += fmt::format(" {}", flag.value);
    return out;
}

/// The flags of one part, joined and wrapped under its title; empty when there are none.
std::string wrapped(std::string_view title, help_part part, command what) {
    constexpr std::size_t columns_max = 80;
    constexpr std::size_t indent = 9;
    std::string out;
    std::size_t used = 0;
    for (auto const& each : all_options()) {
        // Whoever reads this knows that one.
        if (each.shown != part || !fits(each, what) || each.name == "help") continue;
        auto const flag = spelled(each);
        if (out.empty()) {
            out = fmt::format("{:<{}}{}", title, indent, flag);
            used = indent + flag.size();
        } else if (used + 2 + flag.size() > columns_max) {
            out += fmt::format("\n{:{}}{}", "", indent, flag);
            used = indent + flag.size();
        } else {
            out += fmt::format("  {}", flag);
            used += 2 + flag.size();
        }
    }
    return out.empty() ? out : out + "\n";
}

/// The flags about signing in are many and seldom typed: one command shows them for all.
std::string sign_in_part(command what) {
    auto all = wrapped("Sign-in:", help_part::sign_in, what);
    if (all.empty() || what == command::simulate || what == command::skus ||
        what == command::doctor)
        return all;
    return "Sign-in: --auth KIND  --client-secret-file FILE  (more: allot skus --help)\n";
}

/// So are those about what is told of the work.
std::string work_part(command what) {
    auto all = wrapped("Output:", help_part::work, what);
    if (all.empty() || what == command::verify || what == command::skus || what == command::doctor)
        return all;
    return "Output:  --progress WHEN  --log-file FILE  (more: allot verify --help)\n";
}

}  // namespace

std::string help_for(std::optional<command> what) {
    if (!what) return overview();
    auto const words = words_of(*what);
    auto out = fmt::format("allot {} [flags]: {}\n", words.usage, words.does);
    for (auto const& each : all_options()) {
        if (each.shown != help_part::own || !fits(each, *what)) continue;
        out += fmt::format("  {:<29} {}\n", spelled(each), each.help);
    }
    out += wrapped("Job:", help_part::job, *what);
    out += wrapped("Groups:", help_part::groups, *what);
    out += wrapped("Waves:", help_part::waves, *what);
    out += wrapped("Pace:", help_part::pace, *what);
    out += wrapped("Runs:", help_part::runs, *what);
    out += work_part(*what);
    out += sign_in_part(*what);
    out += wrapped("Tenant:", help_part::tenant, *what);
    out += wrapped("General:", help_part::output, *what);
    out += fmt::format("Example: allot {}\n", words.example);
    return out;
}

}  // namespace allot::config
