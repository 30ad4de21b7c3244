#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

/// How the text of one option becomes a field of the settings. Each function stores what it read
/// and returns nothing, or leaves the field and says what is wrong with the text, and the mend.
namespace allot::config {

using problem = std::optional<std::string>;

/// What was read, or `wanted`.
template <class Field, class Value>
problem store(Field& into, std::optional<Value> const& read, std::string_view wanted) {
    if (!read) return std::string{wanted};
    into = static_cast<Field>(*read);
    return std::nullopt;
}

/// A whole number within bounds.
problem check_number(std::uint64_t& into, std::string_view text, std::uint64_t least,
                     std::uint64_t most);

template <class Field>
problem store_number(Field& into, std::string_view text, std::uint64_t least, std::uint64_t most) {
    std::uint64_t number = 0;
    if (auto wrong = check_number(number, text, least, most)) return wrong;
    into = static_cast<Field>(number);
    return std::nullopt;
}

problem store_text(std::string& into, std::string_view text);
problem store_switch(bool& into, std::string_view text);
problem store_duration(duration& into, std::string_view text);
problem store_duration(std::optional<duration>& into, std::string_view text);
/// A duration that is not zero.
problem store_timeout(duration& into, std::string_view text);
problem store_lifetime(duration& into, std::string_view text);
problem store_keeping(duration& into, std::string_view text);
problem store_quota(std::optional<quota>& into, std::string_view text);
problem store_assumed_limits(assumed_limits& into, std::string_view text);
problem store_survey(survey_way& into, std::string_view text);
problem store_part(double& into, std::string_view text);
problem store_cap(cap& into, std::string_view text);
problem store_cap(std::optional<cap>& into, std::string_view text);
problem store_percent(std::optional<std::uint32_t>& into, std::string_view text);
problem store_root_url(std::string& into, std::string_view text);
problem store_location(std::string& into, std::string_view text);
problem store_location_rule(bool& always, std::string_view text);
problem store_client_id(std::string& into, std::string_view text);
problem store_tenant(std::string& into, std::string_view text);
problem store_auth(auth_kind& into, std::string_view text);
problem store_assertion_algorithm(bool& rs256, std::string_view text);
problem store_cloud(settings& into, std::string_view text);
problem store_progress(progress_kind& into, std::string_view text);
problem store_log_format(bool& json, std::string_view text);
problem store_log_level(log_level& into, std::string_view text);
problem store_output(output_form& into, std::string_view text);
problem store_encoding(std::string& into, std::string_view text);
problem store_format(std::string& into, std::string_view text);
problem store_address(std::string& into, std::string_view text);
problem store_limit_kind(limit_kind& into, std::string_view text);
problem store_retry_hint(retry_hint& into, std::string_view text);
problem store_identity_kind(identity_kind& into, std::string_view text);
problem store_challenge_kind(challenge_kind& into, std::string_view text);
problem store_share(double& into, std::string_view text);
problem store_via(bool& by_group, std::string_view text);
problem store_groups(std::vector<group_for_sku>& into, std::string_view text);
/// Names joined by commas; `none`: no name.
problem store_roles(std::optional<std::vector<std::string>>& into, std::string_view text);
/// Names with commas between.
problem store_names(std::vector<std::string>& into, std::string_view text);

}  // namespace allot::config
