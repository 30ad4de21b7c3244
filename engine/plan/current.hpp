#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/directory_words.hpp"

/// How things are, as a job that asks for just that. Pure.
namespace allot::plan {

/// One row of it, in the job file's words (engine/jobs).
struct current_row {
    std::string_view user;  ///< the UPN; the id where the UPN would not be read back as it is
    std::string_view sku;   ///< the part number; the id where that is not the tenant's own
    std::string_view disabled_plans;  ///< `none`, names with `;` between, or empty: keep them
    std::string_view usage_location;
    std::string_view via;  ///< `direct`, `direct+GROUP`, `GROUP`: groups by id, `+` between
};

/// Gathers assignments, and hands them over sorted: by user, whatever the case, then by SKU. A user
/// has one row for a SKU, however many ways it comes. Memory goes with the rows.
class current_assignments {
 public:
    struct wishes {
        std::vector<sku_id> only;  ///< empty: all SKUs
        bool inherited = false;    ///< also what comes through groups alone
    };
    /// `subscriptions` must outlive it.
    current_assignments(std::span<subscription const> subscriptions, wishes chosen);

    void add(user const& one);
    /// After the last `add`.
    void each(std::function<void(current_row const&)> const& take);

    [[nodiscard]] std::size_t rows() const { return rows_.size(); }
    [[nodiscard]] std::size_t users() const { return users_.size(); }
    /// Direct licences that are in error or not active, and so are not in the rows: the first few
    /// in words, and how many.
    struct left_out {
        std::vector<std::string> first;
        std::uint64_t count = 0;
    };
    [[nodiscard]] left_out const& in_error() const { return in_error_; }
    /// Rows of SKUs that the tenant has no subscription of, by id.
    [[nodiscard]] std::map<sku_id, std::uint64_t> const& not_owned() const { return not_owned_; }

 private:
    struct row {
        std::uint32_t user = 0;
        std::uint32_t sku = 0;
        std::uint32_t plans = 0;
        std::uint32_t via = 0;
        std::array<char, 2> location{};
    };
    std::uint32_t number_of(std::string text);
    std::string sku_name(sku_id sku) const;
    std::string plans_of(licence_state const& held) const;

    std::span<subscription const> subscriptions_;
    wishes wishes_;
    std::vector<std::string> users_;
    std::vector<row> rows_;
    std::vector<std::string> texts_;  ///< what repeats: SKUs, lists of plans, ways
    std::map<std::string, std::uint32_t, std::less<>> numbers_;
    left_out in_error_;
    std::map<sku_id, std::uint64_t> not_owned_;
};

}  // namespace allot::plan
