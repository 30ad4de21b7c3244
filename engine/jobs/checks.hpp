#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/jobs/job.hpp"
#include "engine/jobs/problem_list.hpp"

/// The rules for the text of one cell, each on its own. Every text comes trimmed and not empty.
/// `is_…` and `read_…` are quick; the fault is asked for only when they refuse.
namespace allot::jobs {

/// True for an object id, and for a UPN by its rules: `name@domain`, the name of letters, digits
/// and
/// `' . - _ ! # ^ ~ + $`, the domain with a dot; at most 113 characters (graph-facts section 5).
bool is_user(std::string_view text);
fault user_fault(std::string_view text);

/// True for an object id, and for what can be a display name: at most 256 characters (Graph `group`
/// resource, displayName), none of them a control character.
bool is_group(std::string_view text);
fault group_fault(std::string_view text);

/// True for what can be a part number, an id or a product name.
bool is_sku(std::string_view text);
fault sku_fault(std::string_view text);

std::optional<action> read_action(std::string_view text);
fault action_fault(std::string_view text);

/// Upper-case letters of an ISO 3166-1 alpha-2 code.
std::optional<std::array<char, 2>> read_usage_location(std::string_view text);
fault usage_location_fault(std::string_view text);

std::optional<std::int32_t> read_priority(std::string_view text);
fault priority_fault(std::string_view text);

/// Names with `;` or `+` between them, or `none`. A name given twice counts once.
std::optional<plan_rule> read_plan_rule(std::string_view text);
fault plan_rule_fault(std::string_view text);

}  // namespace allot::jobs
