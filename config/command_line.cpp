#include "config/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include "config/words.hpp"

namespace allot::config {

namespace {

namespace po = boost::program_options;

failure wrong(std::string message) {
    return failure{errc::invalid_input, std::move(message)};
}

std::vector<std::string_view> command_names() {
    std::vector<std::string_view> names;
    for (auto const each : all_commands) names.push_back(name(each));
    return names;
}

/// Every flag of every command: what does not belong to the command typed is told apart afterwards.
po::options_description describe_flags() {
    po::options_description described;
    for (auto const& each : all_options()) {
        if (described.find_nothrow(std::string{each.name}, false) != nullptr) continue;
        auto spelling = std::string{each.name};
        if (each.letter != 0) spelling += fmt::format(",{}", each.letter);
        if (each.value.empty()) {
            described.add_options()(spelling.c_str(), po::bool_switch(), "");
        } else {
            described.add_options()(spelling.c_str(), po::value<std::string>(), "");
        }
    }
    return described;
}

/// The flag alone as it was typed: what follows it may be a secret.
std::string flag_typed(std::string const& token) {
    if (token.starts_with("--")) return token.substr(0, token.find('='));
    return token.substr(0, 2);
}

failure unknown_flag(std::string const& token, std::optional<command> what) {
    auto const flag = flag_typed(token);
    auto const meant = lower(flag);
    if (meant.starts_with("--client-certificate-password")) {
        return wrong(fmt::format(
            "unknown flag {}: no flag takes a password, since other users of this machine see it; "
            "use --client-certificate-password-file FILE or the variable "
            "ALLOT_CLIENT_CERTIFICATE_PASSWORD",
            flag));
    }
    if (meant.starts_with("--client-secret") || meant == "--password") {
        return wrong(fmt::format(
            "unknown flag {}: no flag takes a secret, since other users of this machine see it; "
            "use --client-secret-file FILE or the variable ALLOT_CLIENT_SECRET",
            flag));
    }
    std::vector<std::string_view> names;
    for (auto const& each : all_options()) {
        if (!what || fits(each, *what)) names.push_back(each.name);
    }
    auto const typed = std::string_view{flag}.substr(std::min<std::size_t>(2, flag.size()));
    return wrong(fmt::format("unknown flag {}{}: see `allot {}--help`", in_quotes(flag),
                             did_you_mean(typed, names, "--"),
                             what ? fmt::format("{} ", name(*what)) : std::string{}));
}

result<std::optional<command>> command_typed(std::vector<std::string> const& words) {
    if (words.empty()) return std::optional<command>{};
    for (auto const each : all_commands) {
        if (name(each) == words[0]) return std::optional{each};
    }
    auto const names = command_names();
    return wrong(fmt::format("unknown command {}{}: write one of {}", in_quotes(words[0]),
                             did_you_mean(words[0], names), listed(names)));
}

failure only_of_version() {
    return wrong(
        "--verbose says more of --version: write `allot --version --verbose`; of a run, "
        "--log-level debug says more");
}

/// A flag that exists, but not for this command.
failure misplaced_flag(std::string_view flag, command what) {
    if (flag == "verbose") return only_of_version();
    std::vector<std::string_view> places;
    for (auto const each : all_commands) {
        if (find_option(flag, each) != nullptr) places.push_back(name(each));
    }
    return wrong(fmt::format("--{} has no meaning for `allot {}`: it belongs to {}", flag,
                             name(what), listed(places)));
}

failure unexpected_word(std::string const& word, command what) {
    std::string_view because = "one run is named at a time";
    if (operand_of(what) == operand::job) because = "one job file is read at a time";
    if (operand_of(what) == operand::none) because = "this command takes flags only";
    if (operand_of(what) == operand::topic) because = "one shell is named at a time";
    if (operand_of(what) == operand::topic_or_none) because = "one page is shown at a time";
    return wrong(fmt::format("unexpected argument {} after `allot {}`: {}", in_quotes(word),
                             name(what), because));
}

failure no_job(command what) {
    return wrong(
        fmt::format("no job file given: write `allot {0} JOB`, for example `allot {0} "
                    "wave.csv`, or - to read standard input",
                    name(what)));
}

failure no_run(command what) {
    return wrong(
        fmt::format("no run given: write `allot {} RUN`; `allot runs` lists them", name(what)));
}

result<void> check_words(command_line& line, std::vector<std::string> const& words) {
    if (line.verbose && !line.version) return only_of_version();
    if (line.help || line.version) return {};
    if (!line.what) {
        return wrong(
            fmt::format("no command given: write `allot COMMAND`, one of {}; see "
                        "`allot --help`",
                        listed(command_names())));
    }
    auto const takes = operand_of(*line.what);
    auto const words_max = takes == operand::none ? 1U : 2U;
    if (words.size() > words_max) return unexpected_word(words[words_max], *line.what);
    if (takes == operand::none) return {};
    auto const typed = words.size() < 2 ? std::string{} : words[1];
    if (takes == operand::job) {
        if (typed.empty()) return no_job(*line.what);
        line.job = typed;
    } else if (takes == operand::topic || takes == operand::topic_or_none) {
        auto const topics = topics_of(*line.what);
        bool const missing = typed.empty() && takes == operand::topic;
        bool const unknown = !typed.empty() && std::ranges::find(topics, typed) == topics.end();
        if (missing || unknown) {
            return wrong(fmt::format(
                "{}: write `allot {} ` and one of {}",
                missing ? std::string{"nothing is named"} : "there is no " + in_quotes(typed),
                name(*line.what), listed(topics)));
        }
        line.topic = typed;
    } else {
        if (typed.empty() && (takes == operand::run || words.size() == 2)) {
            return no_run(*line.what);
        }
        line.run_name = typed;
    }
    return {};
}

/// Whether a value that stands apart from its flag is the next flag: a value was forgotten, or a
/// variable of the shell is empty.
bool is_next_flag(po::option const& given) {
    return !given.value.empty() && given.original_tokens.size() > 1 &&
           given.value.front().starts_with("--");
}

result<void> take_flag(command_line& line, po::option const& given) {
    auto const& flag = given.string_key;
    if (line.what && find_option(flag, *line.what) == nullptr) {
        return misplaced_flag(flag, *line.what);
    }
    if (is_next_flag(given)) {
        return wrong(
            fmt::format("--{}: its value is missing: write one after it; one that begins with "
                        "a hyphen as --{}=VALUE",
                        flag, flag));
    }
    auto const value = given.value.empty() ? std::string{"yes"} : given.value.front();
    if (value.empty()) return wrong(fmt::format("--{}: its value is empty: write one", flag));
    if (!line.flags.emplace(flag, value).second) {
        return wrong(fmt::format("--{} is given twice: give it once", flag));
    }
    line.help = line.help || flag == "help";
    line.version = line.version || flag == "version";
    line.verbose = line.verbose || flag == "verbose";
    return {};
}

failure syntax_failure(po::invalid_syntax const& error) {
    auto const flag = flag_typed(error.get_option_name());
    if (error.kind() == po::invalid_syntax::missing_parameter ||
        error.kind() == po::invalid_syntax::empty_adjacent_parameter) {
        return wrong(fmt::format("{}: its value is missing: write one after it", flag));
    }
    if (error.kind() == po::invalid_syntax::extra_parameter) {
        return wrong(fmt::format("{} takes no value: write it alone, or leave it out", flag));
    }
    return wrong("a flag is not understood: see `allot --help`");
}

}  // namespace

result<command_line> parse_command_line(std::vector<std::string> const& arguments) {
    auto const described = describe_flags();
    std::vector<po::option> given;
    try {
        given =
            po::basic_command_line_parser<char>{arguments}
                .options(described)
                .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                .allow_unregistered()
                .run()
                .options;
    } catch (po::invalid_syntax const& error) {
        return syntax_failure(error);
    }
    std::vector<std::string> words;
    for (auto const& each : given) {
        if (each.position_key >= 0) words.insert(words.end(), each.value.begin(), each.value.end());
    }
    command_line line;
    auto const what = command_typed(words);
    if (!what) return what.error();
    line.what = *what;
    for (auto const& each : given) {
        if (each.position_key >= 0) continue;
        if (each.unregistered) return unknown_flag(each.original_tokens.at(0), line.what);
        if (auto const taken = take_flag(line, each); !taken) return taken.error();
    }
    if (auto const checked = check_words(line, words); !checked) return checked.error();
    return line;
}

}  // namespace allot::config
