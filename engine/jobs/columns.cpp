#include "engine/jobs/columns.hpp"

#include <string>

#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

constexpr std::array<std::string_view, field_count> names{
    "user", "sku", "action", "disabled_plans", "usage_location", "priority", "group"};

/// Column names as people write them, and the fields they give, in the same order.
constexpr std::array<std::string_view, 21> aliases{"user",
                                                   "userPrincipalName",
                                                   "upn",
                                                   "email",
                                                   "mail",
                                                   "userId",
                                                   "id",
                                                   "sku",
                                                   "skuPartNumber",
                                                   "skuId",
                                                   "product",
                                                   "license",
                                                   "licence",
                                                   "action",
                                                   "disabled_plans",
                                                   "usage_location",
                                                   "country",
                                                   "priority",
                                                   "group",
                                                   "groupId",
                                                   "groupName"};
constexpr std::array<std::size_t, field_count> alias_counts{7, 6, 1, 1, 2, 1, 3};

std::string compact(std::string_view column) {
    std::string result;
    for (auto const letter : trim(column)) {
        if (letter != ' ' && letter != '-' && letter != '_') result += lower(letter);
    }
    return result;
}

}  // namespace

std::string_view name_of(field which) {
    return names[index_of(which)];
}

std::optional<field> field_named(std::string_view column) {
    auto const wanted = compact(column);
    auto alias = aliases.begin();
    for (auto const which : all_fields) {
        for (auto count = alias_counts[index_of(which)]; count != 0; --count) {
            if (compact(*alias++) == wanted) return which;
        }
    }
    return std::nullopt;
}

std::span<std::string_view const> column_names() {
    return aliases;
}

}  // namespace allot::jobs
