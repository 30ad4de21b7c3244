#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A checked job: what the administrator asked for, one target per row, in the file's order.
namespace allot::jobs {

enum class action : std::uint8_t { assign, remove };

/// What a row says of the service plans to switch off (design section 3).
struct plan_rule {
    enum class kind : std::uint8_t {
        keep,   ///< empty cell: keep what is off now
        none,   ///< `none`: switch every plan on
        listed  ///< exactly these are off
    };
    kind is = kind::keep;
    std::vector<std::string> plans;  ///< listed only: names or ids as written, not yet resolved

    bool operator==(plan_rule const&) const = default;
};

/// One row. Strings that repeat are kept once in the job and named by index: a target stays small.
struct target {
    std::uint32_t line = 0;     ///< where the row starts, from 1
    std::uint32_t user = 0;     ///< index into job::users
    std::uint32_t sku = 0;      ///< index into job::skus
    std::uint32_t plans = 0;    ///< index into job::plan_rules; 0 is `keep`
    std::int32_t priority = 0;  ///< lower numbers get seats first; 0 where the row gives none
    std::uint32_t sku_column =
        0;  ///< where the SKU's cell starts in its line, in characters from 1
    std::array<char, 2> usage_location{};  ///< upper case; zeros where the row gives none
    action act = action::assign;
    bool has_priority = false;

    bool operator==(target const&) const = default;
};

/// Many strings in few blocks of memory, named by index in the order of their coming. What is added
/// stays where it is: there is no copying as the list grows.
class string_list {
 public:
    /// Adds one; returns its index.
    std::uint32_t add(std::string_view text);
    [[nodiscard]] std::string_view operator[](std::size_t index) const;
    [[nodiscard]] std::size_t size() const { return begins_.size(); }

 private:
    struct position {
        std::uint32_t block = 0;
        std::uint32_t offset = 0;
    };
    std::vector<std::string> blocks_;
    std::deque<position> begins_;  ///< a string ends where the next one of its block begins
};

/// Before the name of a group where the job's users and groups stand together. No user's name has a
/// colon in it.
inline constexpr std::string_view group_prefix = "group:";
/// The id or display name in `group:NAME`; empty for a user's name.
std::optional<std::string_view> group_in(std::string_view subject);

struct job {
    std::string source;           ///< the file's name as given; `-` is stdin
    std::vector<target> targets;  ///< in the file's order
    string_list users;            ///< ids or UPNs as first written, and groups as `group:NAME`;
                                  ///< unique whatever their case
    std::vector<std::string>
        skus;  ///< part numbers, ids or product names; unique whatever their case
    std::vector<plan_rule> plan_rules;       ///< unique; the first is `keep`
    std::vector<std::string> extra_columns;  ///< unknown columns' names, carried into the report
    string_list extra_cells;                 ///< targets × extra_columns, row by row
};

/// How many of the job's users are groups.
std::size_t count_groups(job const& of);

}  // namespace allot::jobs
