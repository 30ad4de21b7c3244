#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace allot::jobs {

/// What a column of a CSV file, or a key of a JSON object, can say of a target.
enum class field : std::uint8_t {
    user,
    sku,
    action,
    disabled_plans,
    usage_location,
    priority,
    group
};

inline constexpr std::array all_fields{
    field::user,           field::sku,      field::action, field::disabled_plans,
    field::usage_location, field::priority, field::group};
inline constexpr std::size_t field_count = all_fields.size();

constexpr std::size_t index_of(field which) {
    return static_cast<std::size_t>(which);
}

/// The column's own name: `disabled_plans`.
std::string_view name_of(field which);

/// The field that a column of this name gives, by its name or an alias (`User Principal Name`),
/// whatever the case; spaces, hyphens and underscores in it do not count. Empty: none.
std::optional<field> field_named(std::string_view column);

/// All names and aliases, for `did_you_mean`.
std::span<std::string_view const> column_names();

}  // namespace allot::jobs
