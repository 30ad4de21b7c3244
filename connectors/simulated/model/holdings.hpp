#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/simulated/model/description.hpp"
#include "connectors/simulated/model/lookup.hpp"

namespace allot::simulated {

using user_index = std::uint32_t;
using sku_index = std::uint16_t;

/// A licence of a user, with everything that repeats between users kept once, in the holdings.
struct licence {
    static constexpr std::uint16_t direct = 0xFFFF;

    sku_index sku = 0;
    std::uint16_t group = direct;  ///< into the groups, or `direct`
    std::uint32_t disabled = 0;    ///< into the sets of plans
    std::uint16_t error = 0;       ///< into the names of errors; 0: none
    bool active = true;

    bool operator==(licence const&) const = default;
};

struct account {
    user_id id;
    std::string upn;
    std::vector<licence> licences;
    std::array<char, 2> location{};  ///< zeros: none
    bool enabled = true;
    bool address_clash = false;
    std::uint32_t writes_accepted = 0;
    wall_time appears_at{};  ///< the epoch: always there
    wall_time changed_at{};  ///< of the licences
    wall_time touched_at{};  ///< when anything changed; the epoch: long ago
    bool removed = false;
    std::optional<time_point> location_set_at;  ///< where there was none; empty: long ago
    time_point answered_at{};                   ///< when the answer to the last write has arrived
};

struct owned_sku {
    described_sku is;
    std::vector<plan_id> plans;  ///< sorted
    std::int64_t elsewhere = 0;  ///< seats of users that are not described
    std::int64_t held = 0;       ///< users described with an active licence

    [[nodiscard]] std::int64_t consumed() const { return elsewhere + held; }
};

/// When a request is handled, and how old the state is that reads show.
struct moment {
    time_point now;
    wall_time wall;
    duration lag;
};

/// What a read shows of an account.
struct sight {
    std::array<char, 2> location;
    std::span<licence const> licences;
    wall_time changed_at;
};

/// Who is in the tenant and what they hold: the true state, and as much of the past as lag still
/// shows.
class holdings {
 public:
    /// Of a description without an error.
    holdings(std::vector<described_sku> const& skus, std::vector<described_user> users);

    /// By object id or UPN, whatever its case; empty for an unknown user and one yet to appear.
    [[nodiscard]] std::optional<user_index> find(std::string_view id_or_upn, wall_time wall) const;
    [[nodiscard]] std::optional<user_index> find(user_id which) const;
    [[nodiscard]] std::optional<sku_index> find_sku(sku_id which) const;

    [[nodiscard]] std::size_t size() const { return accounts_.size(); }
    [[nodiscard]] account const& at(user_index which) const { return accounts_[which]; }
    account& at(user_index which) { return accounts_[which]; }
    [[nodiscard]] owned_sku const& sku(sku_index which) const { return skus_[which]; }
    [[nodiscard]] std::span<owned_sku const> skus() const { return skus_; }
    [[nodiscard]] bool present(user_index which, wall_time wall) const {
        return accounts_[which].appears_at <= wall && !accounts_[which].removed;
    }

    /// The account as of `at.now` - `at.lag`. Valid until the next change.
    sight seen(user_index which, moment const& at);
    /// Seats in use as of `at.now` - `at.lag`.
    std::int64_t seats_seen(sku_index which, moment const& at);

    void set_licences(user_index which, std::vector<licence> to, moment const& at);
    /// The account is deleted, and its seats are given back.
    void remove(user_index which, moment const& at);
    void set_location(user_index which, std::array<char, 2> to, moment const& at);
    void take_seats(sku_index which, std::int64_t seats, moment const& at);

    /// True when one of the licences has the plan and is active with it.
    [[nodiscard]] bool enabled(std::span<licence const> licences, plan_id plan) const;
    /// The number of a sorted set of plans.
    std::uint32_t set_of(std::vector<plan_id> plans);
    [[nodiscard]] std::vector<plan_id> const& set(std::uint32_t which) const {
        return sets_[which];
    }
    [[nodiscard]] group_id group(std::uint16_t which) const { return groups_[which]; }
    /// The number of a group, of an error: given to it when it is new.
    std::uint16_t number_of(group_id group);
    std::uint16_t number_of_error(std::string const& name);
    [[nodiscard]] std::string const& error(std::uint16_t which) const { return errors_[which]; }

    [[nodiscard]] user true_user(user_index which) const;
    [[nodiscard]] described_user described(user_index which) const;

 private:
    struct past_sight {
        time_point until;  ///< when it was changed
        std::array<char, 2> location;
        std::vector<licence> licences;
        wall_time changed_at;
    };
    struct past_seats {
        time_point until;
        std::int64_t consumed;
    };

    void add_sku(described_sku const& of);
    void add_user(described_user of);
    licence compact(licence_state const& of);
    void remember(user_index which, moment const& at);
    void count_seats(std::span<licence const> licences, std::int64_t by, moment const& at);
    void remember_seats(sku_index which, moment const& at);

    std::vector<owned_sku> skus_;
    std::vector<account> accounts_;
    std::unordered_map<sku_id, sku_index> sku_by_id_;
    lookup by_id_;
    lookup by_upn_;
    std::vector<std::vector<plan_id>> sets_;  ///< the first is empty
    std::map<std::vector<plan_id>, std::uint32_t> set_numbers_;
    std::vector<group_id> groups_;
    std::vector<std::string> errors_;                               ///< the first is empty
    std::unordered_map<user_index, std::vector<past_sight>> past_;  ///< oldest first
    std::vector<std::deque<past_seats>> seats_past_;                ///< by SKU, oldest first
};

}  // namespace allot::simulated
