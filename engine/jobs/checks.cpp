#include "engine/jobs/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>

#include "connectors/port/id.hpp"
#include "engine/jobs/countries.hpp"
#include "engine/jobs/did_you_mean.hpp"
#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

constexpr std::size_t upn_length_max = 113;
constexpr std::size_t group_length_max = 256;
/// The largest SKUs have about a hundred service plans.
constexpr std::size_t plans_max = 1'000;

constexpr bool is_domain_letter(char letter) {
    return (lower(letter) >= 'a' && lower(letter) <= 'z') || (letter >= '0' && letter <= '9') ||
           letter == '-' || letter == '.';
}

/// `+` and `$` are not in the service's list, and yet stand in names of guests and of services.
constexpr bool is_name_letter(char letter) {
    return is_domain_letter(letter) ||
           std::string_view{"'_!#^~+$"}.find(letter) != std::string_view::npos;
}

enum letter_kind : std::uint8_t { in_no_part = 0, in_name = 1, in_domain = 2 };

constexpr auto letter_kinds = [] {
    std::array<std::uint8_t, 256> kinds{};
    for (std::size_t code = 0; code < kinds.size(); ++code) {
        auto const letter = static_cast<char>(code);
        if (is_name_letter(letter)) kinds[code] |= in_name;
        if (is_domain_letter(letter)) kinds[code] |= in_domain;
    }
    return kinds;
}();

/// Without a branch for each letter: nearly all names are sound.
bool has_only(std::string_view text, letter_kind kind) {
    std::uint8_t kinds = kind;
    for (auto const letter : text) kinds &= letter_kinds[static_cast<std::uint8_t>(letter)];
    return kinds != 0;
}

/// Where the first letter stands that is not of the kind; npos: nowhere.
std::size_t find_other(std::string_view text, letter_kind kind) {
    auto const found = std::find_if(text.begin(), text.end(), [kind](char letter) {
        return (letter_kinds[static_cast<std::uint8_t>(letter)] & kind) == 0;
    });
    return found == text.end() ? std::string_view::npos
                               : static_cast<std::size_t>(found - text.begin());
}

bool is_domain(std::string_view domain) {
    return domain.find('.') != std::string_view::npos && domain.front() != '.' &&
           domain.back() != '.' && domain.find("..") == std::string_view::npos;
}

/// Text that somebody meant as a GUID: braces around it, or the hyphens where a GUID has them.
bool looks_like_guid(std::string_view text) {
    if (text.front() == '{' && text.back() == '}') return true;
    bool const digits_only =
        text.find_first_not_of("0123456789abcdefABCDEF-") == std::string_view::npos;
    auto const hyphens = std::count(text.begin(), text.end(), '-');
    return (digits_only && text.size() >= 32) ||
           (hyphens == 4 && text.size() >= 34 && text.size() <= 38);
}

fault guid_fault() {
    return {"malformed id", "write the id as 8-4-4-4-12 hexadecimal digits with nothing around it"};
}

fault wrong_letter(std::string_view text, std::size_t at, std::string_view mend) {
    auto length = std::size_t{1};
    while (at + length < text.size() &&
           (static_cast<std::uint8_t>(text[at + length]) & 0xC0U) == 0x80) {
        ++length;
    }
    auto const letter = text.substr(at, length);
    if (letter == " ") return {"a space in the user principal name", std::string{mend}};
    return {fmt::format("the character '{}' in the user principal name", visible(letter)),
            std::string{mend}};
}

}  // namespace

bool is_user(std::string_view text) {
    auto const at_sign = text.find('@');
    if (at_sign == std::string_view::npos) return guid::parse(text).has_value();
    auto const name = text.substr(0, at_sign);
    auto const domain = text.substr(at_sign + 1);
    return !name.empty() && !domain.empty() && text.size() <= upn_length_max &&
           name.back() != '.' && has_only(name, in_name) && has_only(domain, in_domain) &&
           is_domain(domain);
}

fault user_fault(std::string_view text) {
    constexpr std::string_view form =
        "write a user principal name (ann@contoso.com) or an object id";
    auto const at_sign = text.find('@');
    if (at_sign == std::string_view::npos) {
        if (looks_like_guid(text)) return guid_fault();
        return {"neither a user principal name nor an id", std::string{form}};
    }
    auto const name = text.substr(0, at_sign);
    auto const domain = text.substr(at_sign + 1);
    if (domain.find('@') != std::string_view::npos) {
        return {"more than one @ in the user principal name", "one user to a row, with one @"};
    }
    if (auto const at = find_other(name, in_name); at != std::string_view::npos) {
        return wrong_letter(
            name, at, "the name before the @ has letters, digits and ' . - _ ! # ^ ~ + $ only");
    }
    if (auto const at = find_other(domain, in_domain); at != std::string_view::npos) {
        return wrong_letter(domain, at, "the domain after the @ has letters, digits, - and . only");
    }
    if (name.empty()) return {"nothing before the @", std::string{form}};
    if (domain.empty()) return {"nothing after the @", std::string{form}};
    if (!is_domain(domain)) {
        return {"malformed domain after the @", "write the whole domain: ann@contoso.com"};
    }
    if (name.back() == '.') return {"a dot before the @", std::string{form}};
    return {"user principal name too long", fmt::format("at most {} characters", upn_length_max)};
}

bool is_group(std::string_view text) {
    return !text.empty() && !has_control_character(text) &&
           count_characters(text) <= group_length_max &&
           (!looks_like_guid(text) || guid::parse(text));
}

fault group_fault(std::string_view text) {
    if (text.empty()) {
        return {"no name after group:", "write the group's object id or its exact display name"};
    }
    if (has_control_character(text)) {
        return {"a line break or control character in the group's name",
                "write one group to a row"};
    }
    if (looks_like_guid(text)) return guid_fault();
    return {"the group's name is too long", fmt::format("at most {} characters", group_length_max)};
}

bool is_sku(std::string_view text) {
    return !has_control_character(text) && (!looks_like_guid(text) || sku_id::parse(text));
}

fault sku_fault(std::string_view text) {
    if (has_control_character(text)) {
        return {"a line break or control character in the SKU", "write one SKU on one line"};
    }
    return guid_fault();
}

std::optional<action> read_action(std::string_view text) {
    if (equal_ignoring_case(text, "assign")) return action::assign;
    if (equal_ignoring_case(text, "remove")) return action::remove;
    return std::nullopt;
}

fault action_fault(std::string_view text) {
    static constexpr std::array<std::string_view, 2> known{"assign", "remove"};
    std::string mend = "write assign or remove";
    if (auto const near = did_you_mean(text, known))
        mend += fmt::format(" (did you mean {}?)", *near);
    return {"unknown action", std::move(mend)};
}

std::optional<std::array<char, 2>> read_usage_location(std::string_view text) {
    if (text.size() != 2) return std::nullopt;
    std::array<char, 2> const code{upper(text[0]), upper(text[1])};
    if (!is_country({code.data(), code.size()})) return std::nullopt;
    return code;
}

fault usage_location_fault(std::string_view text) {
    std::string mend = "write the two letters of ISO 3166-1, such as DE or US";
    if (equal_ignoring_case(text, "uk")) mend += " (did you mean GB?)";
    return {"unknown country code", std::move(mend)};
}

std::optional<std::int32_t> read_priority(std::string_view text) {
    std::int32_t value = 0;
    auto const* const end = text.data() + text.size();
    auto const [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

fault priority_fault(std::string_view) {
    return {"malformed priority",
            "write a whole number of at most nine digits; lower numbers get seats first"};
}

std::optional<plan_rule> read_plan_rule(std::string_view text) {
    if (equal_ignoring_case(text, "none")) return plan_rule{plan_rule::kind::none, {}};
    if (has_control_character(text) || text.find_first_of(",|") != std::string_view::npos) {
        return std::nullopt;
    }
    plan_rule rule{plan_rule::kind::listed, {}};
    for (std::size_t begin = 0; begin <= text.size();) {
        auto const end = std::min(text.find_first_of(";+", begin), text.size());
        auto const name = trim(text.substr(begin, end - begin));
        bool const full = rule.plans.size() == plans_max;
        if (full || name.empty() || equal_ignoring_case(name, "none")) return std::nullopt;
        bool const seen =
            std::any_of(rule.plans.begin(), rule.plans.end(),
                        [name](auto const& plan) { return equal_ignoring_case(plan, name); });
        if (!seen) rule.plans.emplace_back(name);
        begin = end + 1;
    }
    return rule;
}

fault plan_rule_fault(std::string_view text) {
    if (text.find_first_of(",|") != std::string_view::npos) {
        return {"malformed list of service plans", "separate the names with ; or +"};
    }
    return {"malformed list of service plans",
            "write names or ids with ; or + between them, or none to switch every plan on"};
}

}  // namespace allot::jobs
