#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/http/transport.hpp"
#include "connectors/simulated/model/tenant.hpp"
#include "engine/reconcile/row.hpp"
#include "tests/simulation/scenario.hpp"
#include "tests/simulation/sent.hpp"

namespace allot::simulation {

enum class command : std::uint8_t { plan, apply, resume, verify, undo };
std::string_view name(command of);

/// Judges a run by what is to be seen from outside: requests, replies, the tenant's true state, and
/// the rows of the report. It knows the job and the tenant, and nothing of how the engine works.
/// See README.md for the rules.
class auditor {
 public:
    auditor(scenario const& of, simulated::tenant& judged);

    /// A command is given, of the run of that name: a new one, but for `resume`, which goes on with
    /// it. `undone` is the run that an undo undoes.
    void begins(command what, std::string const& run, std::string const& undone, time_point now);
    /// How to find out how many intents for a user, as the job calls him, are durable.
    void looks_up_intents(std::function<std::uint64_t(std::string_view)> how) {
        intents_ = std::move(how);
    }
    /// A new process, that knows nothing of what an earlier one was told or had in flight.
    void process_begins();
    /// Right before the request goes to the service.
    void leaves(sent_request const& sent, time_point now);
    /// Right before the reply, or the lack of one, is handed to the client.
    void arrives(sent_request const& sent, http::answer const& came, time_point now);
    /// The command came to its end and says so of each target.
    void ends(std::span<reconcile::row const> rows, time_point now);
    /// The end of all: what the job does not mention is as it was.
    void closes(time_point now);

    /// From now on nothing goes wrong any more: what can be done must be done.
    void heal() { healed_ = true; }
    /// While all has been done, nothing is to be written any more.
    void settle(bool all_is_done) { settled_ = all_is_done; }
    [[nodiscard]] bool writes_in_flight() const { return !in_flight_.empty(); }
    /// The first thing that was wrong; empty when all is well.
    [[nodiscard]] std::string const& complaint() const { return complaint_; }
    void complain(time_point now, std::string what);

 private:
    enum class gate : std::uint8_t { writes, units, tenant_writes, sign_in };
    struct closing {
        gate of;
        time_point told;
        time_point until;
    };
    /// What is known of a user in the present run.
    struct standing {
        std::uint32_t licences_accepted = 0;
        std::uint32_t locations_accepted = 0;
        std::map<group_id, std::uint32_t> joins_accepted;
        std::map<group_id, std::uint32_t> leaves_accepted;
        std::optional<time_point> accepted_at;
        std::optional<time_point> read_at;  ///< when the last read that was answered had left
        bool refused = false;               ///< a write was refused for good
        bool found_so = false;              ///< was in a group, or out of it, before that was sent
        std::uint64_t sent = 0;  ///< requests with a write, but for those with a bad token

        [[nodiscard]] std::uint32_t accepted() const {
            auto count = licences_accepted + locations_accepted;
            for (auto const& [group, times] : joins_accepted) count += times;
            for (auto const& [group, times] : leaves_accepted) count += times;
            return count;
        }
    };

    /// A run, over all of its processes.
    struct run_facts {
        command is = command::plan;
        std::map<user_id, user> before;                 ///< how users were when it began
        std::map<group_id, std::set<user_id>> members;  ///< who was in the groups then
        run_facts const* undoes = nullptr;              ///< undo: what it is to put back
        std::map<user_id, standing> standings;
    };

    // auditor_traffic.cpp
    void look_at_log(time_point now);
    void check_write(sent_part const& part, std::string const& name, time_point now);
    void check_membership(sent_part const& part, user_id who, time_point now);
    [[nodiscard]] bool may_drop(user_id who, sku_id sku) const;
    [[nodiscard]] std::optional<group_id> way_of(sku_id sku) const;
    [[nodiscard]] bool is_member(user_id who, group_id of) const;
    [[nodiscard]] bool was_member(user_id who, group_id of) const;
    [[nodiscard]] bool may_have_moved(user_id who) const;
    void check_adds(user_id who, std::vector<licence_add> const& adds, time_point now);
    void check_gates(sent_request const& sent, time_point now);
    void hear(sent_part const& part, part_answer const& answer, time_point left, time_point now);
    [[nodiscard]] std::optional<user_id> find(std::string_view name) const;

    void check_undoing(sent_part const& part, user_id who, time_point now);
    void check_intents(std::set<user_id> const& written, time_point now);
    [[nodiscard]] bool writing() const {
        return current_->is == command::apply || current_->is == command::undo;
    }

    // auditor_undo.cpp
    void ends_undo(std::span<reconcile::row const> rows, time_point now);
    [[nodiscard]] std::string lie_in_undo(user const& was, sku_id sku,
                                          reconcile::row const& row) const;
    [[nodiscard]] std::string difference(user const& was) const;
    [[nodiscard]] bool member_as_before(user const& was, sku_id sku) const;
    [[nodiscard]] std::optional<sku_id> find_sku(std::string_view name) const;

    // auditor_verdicts.cpp
    [[nodiscard]] std::string lie_in(ask const& asked, reconcile::row const& row,
                                     std::span<reconcile::row const> rows) const;
    [[nodiscard]] bool seats_may_lack(ask const& asked, std::span<reconcile::row const> rows) const;
    [[nodiscard]] std::string lie_in_success(ask const& asked, reconcile::row const& row) const;
    [[nodiscard]] bool justified(ask const& asked, reconcile::row const& row,
                                 std::span<reconcile::row const> rows) const;
    [[nodiscard]] bool is_late(user_id who) const;
    [[nodiscard]] bool group_gives_otherwise(ask const& asked) const;
    [[nodiscard]] bool holds_needless_copy(ask const& asked) const;
    [[nodiscard]] bool would_break_rules(user_id who, std::span<reconcile::row const> rows) const;
    [[nodiscard]] bool redundant(ask const& asked) const;
    [[nodiscard]] std::int64_t given_in_vain(sku_id sku,
                                             std::span<reconcile::row const> rows) const;
    void check_seats(std::span<reconcile::row const> rows, time_point now);
    [[nodiscard]] bool satisfied(ask const& asked) const;
    [[nodiscard]] subscription const* owned(sku_id sku) const;

    scenario const& of_;
    simulated::tenant& tenant_;
    std::unordered_map<std::string, user_id> by_name_;  ///< UPNs in lower case, and ids
    std::map<user_id, std::vector<std::size_t>> asks_of_;
    std::vector<subscription> subscriptions_;  ///< as they truly are, when last looked at
    std::map<user_id, user> at_first_;
    std::map<std::string, run_facts> runs_;
    run_facts* current_ = nullptr;
    std::function<std::uint64_t(std::string_view)> intents_;
    command present_ = command::plan;
    std::set<user_id> in_flight_;
    std::set<user_id> refused_last_;  ///< who had a row that failed when the last run ended
    std::map<sent_request const*, time_point> left_at_;
    std::vector<closing> closings_;
    std::optional<time_point> token_came_;  ///< or was refused: what waited for it goes on
    std::size_t log_read_ = 0;
    bool healed_ = false;
    bool settled_ = false;
    std::string complaint_;
};

}  // namespace allot::simulation
