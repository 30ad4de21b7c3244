#include "config/storing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "config/clouds.hpp"
#include "config/values.hpp"
#include "config/words.hpp"
#include "connectors/port/id.hpp"

namespace allot::config {

namespace {

/// One of a few words, in lower case.
problem store_word(std::string& into, std::string_view text,
                   std::span<std::string_view const> words, std::string_view what) {
    auto const word = lower(text);
    if (std::ranges::find(words, word) == words.end()) {
        return fmt::format("is not {}: write one of {}{}", what, listed(words),
                           did_you_mean(text, words));
    }
    into = word;
    return std::nullopt;
}

}  // namespace

problem check_number(std::uint64_t& into, std::string_view text, std::uint64_t least,
                     std::uint64_t most) {
    auto const read = parse_number(text);
    if (!read || *read < least || *read > most) {
        return fmt::format("is not a whole number from {} to {}: write digits only", least, most);
    }
    into = *read;
    return std::nullopt;
}

problem store_text(std::string& into, std::string_view text) {
    into = text;
    return std::nullopt;
}

problem store_switch(bool& into, std::string_view text) {
    return store(into, parse_switch(text), "is neither yes nor no: write yes or no");
}

problem store_duration(duration& into, std::string_view text) {
    return store(into, parse_duration(text),
                 "is not a duration up to 30 days: write it like 90s, 10m or 1h30m");
}

problem store_duration(std::optional<duration>& into, std::string_view text) {
    duration read{};
    if (auto wrong = store_duration(read, text)) return wrong;
    into = read;
    return std::nullopt;
}

problem store_lifetime(duration& into, std::string_view text) {
    if (parse_duration(text) == duration{0}) return "is no lifetime: write it like 10m or 1h";
    return store_duration(into, text);
}

problem store_timeout(duration& into, std::string_view text) {
    if (parse_duration(text) == duration{0}) return "leaves no time at all: write it like 60s";
    return store_duration(into, text);
}

problem store_keeping(duration& into, std::string_view text) {
    return store(into, parse_duration(text, keeping_max),
                 "is not a time up to 3650 days: write it like 365d or 12h");
}

problem store_quota(std::optional<quota>& into, std::string_view text) {
    if (lower(text) == "none") {
        into.reset();
        return std::nullopt;
    }
    return store(into, parse_quota(text),
                 "is not a limit: write AMOUNT/WINDOW like 3000/150s, or none");
}

problem store_assumed_limits(assumed_limits& into, std::string_view text) {
    constexpr std::array<std::string_view, 3> words{"published", "learned", "unknown"};
    std::string word;
    if (auto wrong = store_word(word, text, words, "what limits can be assumed to be")) {
        return wrong;
    }
    into = word == words[0]   ? assumed_limits::published
           : word == words[1] ? assumed_limits::learned
                              : assumed_limits::unknown;
    return std::nullopt;
}

problem store_survey(survey_way& into, std::string_view text) {
    constexpr std::array<std::string_view, 4> words{"auto", "by-name", "pages", "delta"};
    std::string word;
    if (auto wrong = store_word(word, text, words, "a way to read the users")) return wrong;
    into = word == words[0]   ? survey_way::automatic
           : word == words[1] ? survey_way::by_name
           : word == words[2] ? survey_way::pages
                              : survey_way::changes;
    return std::nullopt;
}

problem store_progress(progress_kind& into, std::string_view text) {
    constexpr std::array<std::string_view, 3> words{"auto", "always", "never"};
    std::string word;
    if (auto wrong = store_word(word, text, words, "a way to show progress")) return wrong;
    into = word == words[0]   ? progress_kind::automatic
           : word == words[1] ? progress_kind::always
                              : progress_kind::never;
    return std::nullopt;
}

problem store_log_format(bool& json, std::string_view text) {
    constexpr std::array<std::string_view, 2> words{"text", "json"};
    std::string word;
    if (auto wrong = store_word(word, text, words, "a form of the log")) return wrong;
    json = word == words[1];
    return std::nullopt;
}

problem store_log_level(log_level& into, std::string_view text) {
    constexpr std::array<std::string_view, 4> words{"error", "warning", "info", "debug"};
    std::string word;
    if (auto wrong = store_word(word, text, words, "a level of the log")) return wrong;
    into = word == words[0]   ? log_level::error
           : word == words[1] ? log_level::warning
           : word == words[2] ? log_level::info
                              : log_level::debug;
    return std::nullopt;
}

problem store_part(double& into, std::string_view text) {
    return store(into, parse_part(text),
                 "is not a part of a limit, above 0 and up to 1: write it like 0.5 or 50%");
}

problem store_cap(cap& into, std::string_view text) {
    return store(into, parse_cap(text),
                 "is not a cap: write a number like 500, or a share like 10%");
}

problem store_cap(std::optional<cap>& into, std::string_view text) {
    cap read;
    if (auto wrong = store_cap(read, text)) return wrong;
    into = read;
    return std::nullopt;
}

problem store_percent(std::optional<std::uint32_t>& into, std::string_view text) {
    auto const read = parse_cap(text);
    if (!read || (!read->percent && read->amount > 100)) {
        return "is not a whole percentage from 0% to 100%: write it like 20%";
    }
    if (!read->percent) return fmt::format("lacks its %: write {}%", read->amount);
    into = static_cast<std::uint32_t>(read->amount);
    return std::nullopt;
}

problem store_root_url(std::string& into, std::string_view text) {
    return store(into, parse_root_url(text),
                 "is not the root of an https service: write https://HOST or https://HOST:PORT, "
                 "without a path");
}

problem store_location(std::string& into, std::string_view text) {
    auto const code = upper(text);
    auto const is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (code == "UK") return "is not a country's code: write GB for the United Kingdom";
    if (code.size() != 2 || !std::ranges::all_of(code, is_letter)) {
        return "is not a country's code: write its two letters (ISO 3166-1) like GB or DE";
    }
    into = code;
    return std::nullopt;
}

problem store_location_rule(bool& always, std::string_view text) {
    constexpr std::array<std::string_view, 2> words{"missing", "always"};
    std::string word;
    if (auto wrong = store_word(word, text, words, "a rule for usage locations")) return wrong;
    always = word == "always";
    return std::nullopt;
}

problem store_client_id(std::string& into, std::string_view text) {
    auto const id = guid::parse(text);
    if (!id) return "is not a GUID: copy \"Application (client) ID\" from the app registration";
    into = id->str();
    return std::nullopt;
}

problem store_tenant(std::string& into, std::string_view text) {
    return store(
        into, parse_tenant(text),
        "is neither a GUID nor a domain: copy \"Directory (tenant) ID\", or write a domain "
        "like contoso.onmicrosoft.com");
}

problem store_auth(auth_kind& into, std::string_view text) {
    constexpr std::array<std::string_view, 5> words{"auto", "secret", "certificate", "federated",
                                                    "managed-identity"};
    constexpr std::array kinds{auth_kind::automatic, auth_kind::secret, auth_kind::certificate,
                               auth_kind::federated, auth_kind::managed_identity};
    std::string word;
    if (auto wrong = store_word(word, text, words, "a way to sign in")) return wrong;
    into = kinds[static_cast<std::size_t>(std::ranges::find(words, word) - words.begin())];
    return std::nullopt;
}

problem store_assertion_algorithm(bool& rs256, std::string_view text) {
    constexpr std::array<std::string_view, 2> words{"ps256", "rs256"};
    std::string word;
    if (auto wrong = store_word(word, text, words, "an algorithm to sign with")) return wrong;
    rs256 = word == "rs256";
    return std::nullopt;
}

problem store_cloud(settings& into, std::string_view text) {
    if (set_cloud(into, text)) return std::nullopt;
    return fmt::format("is not a cloud: write one of {}", cloud_names());
}

problem store_output(output_form& into, std::string_view text) {
    constexpr std::array<std::string_view, 5> words{"text", "json", "csv", "junit", "markdown"};
    std::string word;
    if (auto wrong = store_word(word, text, words, "a form of output")) return wrong;
    into = word == "json"       ? output_form::json
           : word == "csv"      ? output_form::csv
           : word == "junit"    ? output_form::junit
           : word == "markdown" ? output_form::markdown
                                : output_form::text;
    return std::nullopt;
}

problem store_encoding(std::string& into, std::string_view text) {
    constexpr std::array<std::string_view, 5> words{"auto", "utf-8", "utf-16le", "utf-16be",
                                                    "windows-1252"};
    return store_word(into, text, words, "an encoding");
}

problem store_format(std::string& into, std::string_view text) {
    constexpr std::array<std::string_view, 3> words{"auto", "csv", "json"};
    return store_word(into, text, words, "a job file's format");
}

problem store_address(std::string& into, std::string_view text) {
    return store(into, parse_loopback(text),
                 "is not an address of this machine alone: write 127.0.0.1 or ::1");
}

problem store_limit_kind(limit_kind& into, std::string_view text) {
    constexpr std::array<std::string_view, 3> words{"token-bucket", "sliding-window",
                                                    "fixed-window"};
    std::string word;
    if (auto wrong = store_word(word, text, words, "a way to count")) return wrong;
    into = word == words[1]   ? limit_kind::sliding_window
           : word == words[2] ? limit_kind::fixed_window
                              : limit_kind::token_bucket;
    return std::nullopt;
}

problem store_retry_hint(retry_hint& into, std::string_view text) {
    auto const word = lower(text);
    if (word == "exact" || word == "none") {
        into = {word == "exact", std::nullopt};
        return std::nullopt;
    }
    auto const always = parse_duration(text);
    if (!always || *always < std::chrono::seconds{1}) {
        return "is no Retry-After: write exact, none, or a time of at least 1s like 150s";
    }
    into = {true, always};
    return std::nullopt;
}

problem store_identity_kind(identity_kind& into, std::string_view text) {
    constexpr std::array<std::string_view, 2> words{"imds", "app-service"};
    std::string word;
    if (auto wrong = store_word(word, text, words, "a managed identity endpoint")) return wrong;
    into = word == words[0] ? identity_kind::imds : identity_kind::app_service;
    return std::nullopt;
}

problem store_challenge_kind(challenge_kind& into, std::string_view text) {
    constexpr std::array<std::string_view, 2> words{"once", "always"};
    std::string word;
    if (auto wrong = store_word(word, text, words, "a time for claims challenges")) return wrong;
    into = word == words[0] ? challenge_kind::once : challenge_kind::always;
    return std::nullopt;
}

problem store_share(double& into, std::string_view text) {
    return store(into, parse_share(text), "is not a share from 0% to 100%: write it like 5%");
}

problem store_via(bool& by_group, std::string_view text) {
    if (text != "direct" && text != "group") return "is neither direct nor group";
    by_group = text == "group";
    return std::nullopt;
}

problem store_groups(std::vector<group_for_sku>& into, std::string_view text) {
    std::vector<group_for_sku> groups;
    auto const whole = text;
    while (!text.empty()) {
        auto const end = std::min(text.find(';'), text.size());
        auto const one = text.substr(0, end);
        auto const equals = std::min(one.find('='), one.size());
        auto const sku = trimmed(one.substr(0, equals));
        auto const group = trimmed(one.substr(std::min(equals + 1, one.size())));
        if (sku.empty() || group.empty()) {
            return fmt::format(
                "is not SKU=GROUP{}: write a list like "
                "POWER_BI_PRO=Licence Power BI;SPE_E3=Licence E3",
                whole == one ? std::string{} : " at " + in_quotes(trimmed(one)));
        }
        groups.push_back({std::string{sku}, std::string{group}});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    into = std::move(groups);
    return std::nullopt;
}

problem store_roles(std::optional<std::vector<std::string>>& into, std::string_view text) {
    std::vector<std::string> roles;
    if (lower(text) != "none") {
        if (auto wrong = store_names(roles, text)) return wrong;
    }
    into = std::move(roles);
    return std::nullopt;
}

problem store_names(std::vector<std::string>& into, std::string_view text) {
    std::vector<std::string> kinds;
    while (true) {
        auto const comma = text.find(',');
        auto const kind = trimmed(text.substr(0, comma));
        if (kind.empty()) return "has an empty name: write names joined by commas";
        kinds.emplace_back(kind);
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    into = std::move(kinds);
    return std::nullopt;
}

}  // namespace allot::config
