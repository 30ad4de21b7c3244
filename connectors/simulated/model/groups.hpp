#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/simulated/model/assign.hpp"
#include "connectors/simulated/model/description.hpp"
#include "connectors/simulated/model/holdings.hpp"
#include "connectors/simulated/model/random.hpp"
#include "connectors/simulated/model/refusal.hpp"

namespace allot::simulated {

using group_index = std::uint16_t;

/// Somebody in a group, by the number under which he joined; numbers grow.
struct member {
    std::uint32_t number;
    user_index user;
};

/// The groups of a tenant: who is in them, what they give, and the processing that gives it to
/// their members some time after either has changed (graph-facts 3.4). Reads show them as they were
/// `moment::lag` ago.
class groups {
 public:
    /// Of a description without an error. What a group gives and a member lacks is given to him
    /// now, and what somebody holds of a group that he is not in is taken away. An error that is
    /// described stays. `in` outlives this.
    groups(std::vector<described_group> of, holdings& in, plan_rules rules, random lags);

    [[nodiscard]] std::size_t size() const { return groups_.size(); }
    [[nodiscard]] std::optional<group_index> find(group_id which) const;
    /// By object id as text.
    [[nodiscard]] std::optional<group_index> find(std::string_view id) const;

    /// The group as of `at.now` - `at.lag`.
    [[nodiscard]] group seen(group_index which, moment const& at) const;
    /// The first who is seen in the group and joined as number `from` or later.
    [[nodiscard]] std::optional<member> next_seen(group_index which, std::uint32_t from,
                                                  moment const& at) const;
    /// True when what the user is seen to hold of the group is in error.
    [[nodiscard]] bool seen_in_error(group_index which, user_index who, moment const& at) const;

    // Changes. They take effect at once; what members hold follows after about `lag`.

    /// All of them or, when one cannot be added, none.
    std::optional<refusal> add(group_index to, std::vector<user_index> const& who, duration lag,
                               moment const& at);
    std::optional<refusal> remove(group_index from, user_index who, duration lag, moment const& at);
    /// The account is deleted: it is in no group any more.
    void withdraw(user_index who, moment const& at);
    /// Changes what the group gives.
    std::optional<refusal> assign(group_index to, assignment const& wanted, duration lag,
                                  moment const& at);

    /// Does all processing that is due by `at.now`.
    void process(moment const& at);

    [[nodiscard]] described_group described(group_index which) const;

 private:
    static constexpr time_point still = time_point::max();

    struct membership {
        std::uint32_t number;
        user_index user;
        time_point joined;
        time_point effective;  ///< when processing comes to him
        time_point left = still;
    };
    /// Processing that was asked for, is or was under way, and ends or ended.
    struct work {
        time_point asked;
        time_point starts;
        time_point due;
    };
    struct past_licences {
        time_point until;
        std::vector<licence_add> licences;
    };
    struct one_group {
        group_id id;
        std::string name;
        group_kind kind;
        std::uint16_t number;               ///< in the holdings
        std::vector<licence_add> licences;  ///< sorted by SKU
        std::vector<past_licences> past;    ///< oldest first
        std::vector<membership> roll;       ///< by number; those who left stay while they are seen
        std::size_t ended = 0;              ///< of them, those who left
        std::uint32_t next_number = 1;
        std::unordered_map<user_index, std::uint32_t> members;  ///< who is in it: his number
        std::set<std::uint32_t> errored;  ///< numbers of members with a licence in error
        std::deque<work> works;           ///< done ones stay while they are seen
    };
    struct job {
        group_index group;
        std::vector<user_index> joined;
        std::vector<user_index> left;
        bool licences = false;  ///< of all its members
    };

    void strike(one_group& from, user_index who, moment const& at);
    void enrol(one_group& in, user_index who, time_point joined, time_point effective);
    void schedule(job what, time_point due, moment const& at);
    void forget(one_group& of, moment const& at);
    void work_off(job const& what, moment const& at);
    [[nodiscard]] bool has_seats(one_group const& of) const;
    void settle(one_group& of, user_index who, moment const& at);
    void take_from(one_group const& of, user_index who, moment const& at);
    void settle_described(one_group& of);
    std::vector<std::string_view> errors_of(user_index who, std::span<licence const> kept,
                                            std::span<licence const> added) const;
    [[nodiscard]] membership* entry(one_group& in, std::uint32_t number);

    holdings& in_;
    plan_rules rules_;
    random lags_;
    std::vector<one_group> groups_;
    std::unordered_map<group_id, group_index> by_id_;
    std::multimap<time_point, job> jobs_;  ///< by when they are due, then as they were asked for
};

}  // namespace allot::simulated
