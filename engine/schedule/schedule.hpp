#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/random_stream.hpp"
#include "engine/plan/plan.hpp"
#include "engine/plan/service_rules.hpp"
#include "engine/schedule/entry.hpp"
#include "engine/schedule/waves.hpp"
#include "engine/throttle/governor.hpp"
#include "engine/throttle/overload_guard.hpp"
#include "engine/throttle/retry_budget.hpp"

/// What to send next, and what a reply means (design section 4). Pure: a state machine over
/// errands.
namespace allot::schedule {

/// One user or group to be looked at, or changed and then looked at until the change is seen.
struct errand {
    std::uint32_t user = 0;         ///< index into job::users
    user_id id;                     ///< as the survey saw the user
    rare_text key;                  ///< how the service is asked for him, when not by `id`
    rare_text upn;                  ///< when only looking: as the service has it
    std::optional<group_id> group;  ///< it is this group; seen like a user (plan::as_subject)
    std::uint32_t rank = 0;         ///< see plan::user_change
    shared<plan::change> needs;     ///< empty: only look
    shared<account> seen;           ///< as last seen; unused when only looking
};

struct options {
    /// Writes in one request, 1 to batch_parts_max. Absent: one each while there is a limit to
    /// meet, because a batch answers when its slowest part does, and is refused part by part; more
    /// when so few requests may be in flight that they could not hold the writes; full batches when
    /// no limit is known. See bench/README.md.
    std::optional<std::size_t> write_batch;
    std::size_t read_batch_max = 20;
    std::size_t requests_in_flight_max = 72;
    /// Of them, reads of users: these can wait until they fill a batch.
    std::size_t reads_in_flight_max = 8;
    /// Bounds what a refusal can hit at once, and what the service has to work on at once; the
    /// overload guard starts from it.
    std::size_t writes_in_flight_max = 64;
    duration verify_timeout = std::chrono::minutes{10};
    duration wait_for_users{};        ///< how long a user that is not found is looked for
    std::uint32_t attempts_max = 10;  ///< tries at a passing failure, if the patience is over too
    duration patience =
        std::chrono::seconds{180};  ///< longer than a drained bucket takes to fill (150 s)
    duration throttled_patience = std::chrono::minutes{30};
    /// After a lost reply the user is read until the change is seen or this is over; only then it
    /// is sent again. Reads of directory objects were seen to lag 10 to 60 s behind writes (graph
    /// documentation and issues). A run that has seen its own changes come sooner waits less.
    duration read_back_patience = std::chrono::seconds{45};
    duration location_patience =
        std::chrono::minutes{5};  ///< for a usage location to be seen by assignLicense
    duration licence_error_patience = std::chrono::seconds{30};
    std::uint64_t seed = 1;  ///< for the jitter of back-offs
    wave_options waves;
    bool keep_entries = false;  ///< for `take_entries`
};

/// Operations to be sent now, together. Hand it back to `settle` with their outcomes.
struct batch {
    std::uint64_t id = 0;
    std::vector<operation> operations;
    /// Whose each operation is: one errand, but for `add_members`.
    std::vector<std::vector<std::uint32_t>> errands;
    std::vector<throttle::cost> costs;  ///< what each was taken to cost
    time_point sent_at{};
};

/// What the errands that change are measured against. Must outlive the schedule.
struct aim {
    plan::desired const* wanted = nullptr;
    plan::rules by;
    std::vector<reason> barred;  ///< by target
};

/// Every errand is sent, waited for, tried again, read back and verified until it has ended. Time
/// comes in as an argument and never goes back; nothing here waits or reads a clock.
class schedule {
 public:
    /// Errands by rank, then in the order in which they are to be tried; each names another user.
    schedule(throttle::governor& paced, options chosen, std::vector<errand> errands, aim aimed);

    /// Goes on where an earlier schedule of the same errands ended, given all its entries in their
    /// order; call it before anything else. Who has ended has ended; who was accepted is verified.
    /// Everybody else is read before anything is sent for him, because time has passed and the
    /// tenant may be another: if a write of his may be on its way, until it is seen or
    /// `read_back_patience` after it was sent is over.
    void restore(std::span<dated_entry const> past, time_point now, wall_time wall);

    /// What may be sent now; empty when nothing may.
    std::optional<batch> next(time_point now);
    /// One outcome for each operation of the batch, in their order.
    void settle(batch const& sent, std::span<outcome const> outcomes, time_point now,
                wall_time wall);
    /// When `next` should be asked again if nothing settles before; empty: only after something
    /// settled.
    [[nodiscard]] std::optional<time_point> wake_at(time_point now) const;
    /// Sends nothing more: what was not tried is cancelled, what is in flight is still settled.
    void drain(reason why);
    /// What has happened since the last call, in order (with `keep_entries`). Intents among them
    /// must be durable before the batches that `next` gave are sent. What the end of the run cut
    /// short has no entry: it goes on when the run is resumed.
    std::vector<entry> take_entries();
    [[nodiscard]] bool finished() const { return open_ == 0 && in_flight_ == 0; }
    /// Whether the end of the run cut some errands short: a resumed one goes on with them.
    [[nodiscard]] bool cut_short() const { return cut_short_; }

    [[nodiscard]] std::span<record const> records() const { return records_; }
    [[nodiscard]] std::span<errand const> errands() const { return errands_; }
    /// By target: why it was given up on its own (`no_seats`), or `none`.
    [[nodiscard]] std::span<reason const> barred() const { return aim_.barred; }
    /// True for a target that the service itself refused, rather than one spared the try.
    [[nodiscard]] bool refused_itself(std::uint32_t target) const {
        return refused_targets_.contains(target);
    }
    /// Set when sign-in or a permission was refused, or the service cannot be talked to at all.
    [[nodiscard]] std::optional<outcome> const& stopped() const { return stopped_; }
    /// When too many have failed, nothing more is written: what was not tried is cancelled
    /// (`too_many_failures`), what was accepted is still looked at.
    [[nodiscard]] waves const& in_waves() const { return waves_; }

    struct progress {
        std::size_t total = 0;
        std::size_t accepted = 0;  ///< changes that the service accepted
        std::size_t settled = 0;
        std::uint64_t requests = 0;
        std::uint64_t writes = 0;   ///< write operations sent
        std::size_t in_flight = 0;  ///< batches
    };
    [[nodiscard]] progress done() const;
    /// When the last change was accepted; for the time that the writing took.
    [[nodiscard]] std::optional<time_point> last_accepted_at() const { return last_accepted_at_; }

 private:
    enum class stage : std::uint8_t {
        held,  ///< waits for its rank and its wave
        to_write,
        to_look,  ///< survey
        to_read_back,
        to_verify,
        in_flight,
        ended
    };
    /// The part of an errand's state that is nobody else's business.
    struct state {
        stage at = stage::held;
        stage before_flight = stage::held;
        std::uint32_t tries = 0;    ///< passing failures in a row
        std::uint32_t looks = 0;    ///< reads since the stage began
        std::uint32_t misfits = 0;  ///< refusals that a fresh look may explain
        std::optional<time_point> trouble_since;
        std::optional<time_point> throttled_since;
        std::optional<time_point> accepted_at;
        std::optional<time_point> location_set_at;
        std::optional<time_point> error_since;
        time_point read_back_until{};
        bool ranked_off = false;  ///< counted as done for its rank
        bool alone = false;       ///< sent by itself: a batch with it was refused as a whole
        bool assigned = false;    ///< the change's one call was accepted
        std::uint8_t joined = 0;  ///< groups of the change that took him
        std::uint8_t left = 0;    ///< groups of the change that let him go
        bool touched = false;     ///< a step was accepted, besides a usage location
        /// He may have joined or left a group without an answer; what he holds tells only late.
        bool in_doubt = false;
        bool second_leg = false;  ///< the groups' licences were seen: the rest of the change goes
        /// With how many he may join a group in one request: fewer once such a one was refused.
        std::uint8_t company = group_members_max;
        bool look_first = false;  ///< restored: the user is read before anything is sent
        bool processed = true;  ///< a group: all its members have what it gives, or cannot have it
        bool ask_members = false;  ///< a group: the next read is of its members in error
    };
    struct later_entry {
        time_point when;
        std::uint64_t sequence;
        std::uint32_t errand;
        bool operator>(later_entry const& other) const {
            return when != other.when ? when > other.when : sequence > other.sequence;
        }
    };

    // schedule.cpp: what to send
    void release(time_point now);
    void queue(std::uint32_t which, stage at);
    void queue_first(std::uint32_t which, stage at);
    void queue_later(std::uint32_t which, stage at, time_point when);
    [[nodiscard]] std::size_t write_batch_size() const;
    std::optional<batch> next_write(time_point now);
    [[nodiscard]] bool read_may_go() const;
    std::optional<batch> next_read(time_point now);
    bool spare_the_hopeless(std::uint32_t which);
    bool spare_the_forbidden(std::uint32_t which);
    void learn(reason why, std::string_view detail);
    void take(batch& into, std::vector<std::uint32_t> whose, operation what);
    [[nodiscard]] operation next_reading(std::uint32_t which) const;
    [[nodiscard]] operation_kind next_step(std::uint32_t which) const;
    [[nodiscard]] operation next_operation(std::uint32_t which) const;
    void take_members(batch& into, std::uint32_t first);
    void send(batch& ready, throttle::cost const& of, time_point now);
    [[nodiscard]] bool goes_as_pair(std::uint32_t which) const;
    [[nodiscard]] throttle::cost cost_of_write(std::uint32_t which) const;
    void rank_done(std::uint32_t which);
    void let_go();
    void stop_writing();

    // restore.cpp: what was written down, and going on from it
    struct history;
    void note(entry what);
    void restore_one(std::uint32_t which, history const& was, time_point now, wall_time wall);
    void bar_target(bar const& of);

    // settle.cpp: what replies to writes mean, and trying again
    void settle_write(std::uint32_t which, outcome const& reply, operation_kind asked,
                      time_point now, wall_time wall);
    void settle_refused(std::uint32_t which, outcome const& reply, operation_kind asked,
                        time_point now, wall_time wall);
    void step_done(std::uint32_t which, operation_kind done, time_point now, wall_time wall);
    void settle_one(std::uint32_t which, outcome const& reply, operation_kind asked,
                    time_point sent_at, time_point now, wall_time wall);
    [[nodiscard]] bool hopeless(std::uint32_t which) const;
    void accept(std::uint32_t which, time_point now, wall_time wall);
    bool try_again(std::uint32_t which, stage at, outcome const& reply, time_point now);
    void begin_second_pass(time_point now);
    bool wait_for_quota(std::uint32_t which, stage at, time_point now);
    void no_seat(std::uint32_t which, outcome const& reply, time_point now);
    [[nodiscard]] plan::user_diff difference(std::uint32_t which) const;

    // looking.cpp: what readings show of a user, and when to look again
    void settle_read(std::uint32_t which, outcome const& reply, time_point sent_at, time_point now,
                     wall_time wall);
    void take_reading(std::uint32_t which, outcome const& reply);
    void settle_look(std::uint32_t which, outcome const& reply, time_point now);
    void judge_read_back(std::uint32_t which, time_point sent_at, time_point now, wall_time wall);
    void judge_verification(std::uint32_t which, time_point sent_at, time_point now,
                            wall_time wall);
    void read_back(std::uint32_t which, duration patience, time_point now);
    [[nodiscard]] duration read_back_patience() const;
    time_point next_look(std::uint32_t which, time_point now);

    // legs.cpp: changes in several steps, and by several people in one request
    void split(std::span<std::uint32_t const> members);
    void send_alone(std::uint32_t which);
    void begin_leg(std::uint32_t which, plan::change needs);
    [[nodiscard]] bool shows_part_of(std::uint32_t which, plan::change const& sent) const;
    void begin_second_leg(std::uint32_t which, plan::change rest);
    [[nodiscard]] bool gives_seats_later(std::uint32_t which) const;
    [[nodiscard]] std::vector<plan::awaited> awaited(std::uint32_t which) const;
    [[nodiscard]] reason shown_error(std::uint32_t which,
                                     std::span<plan::awaited const> waits) const;
    void fail_in_error(std::uint32_t which, reason error, std::span<plan::awaited const> waits,
                       wall_time wall);

    // ending.cpp: how an errand ends
    void give_up_reading(std::uint32_t which, outcome const& reply);
    void end(std::uint32_t which, errand_end how, reason why, std::string detail);
    void cancel(std::uint32_t which, reason why);
    void stop(outcome const& reply);
    [[nodiscard]] bool failed(std::uint32_t which) const;

    throttle::governor& paced_;
    options options_;
    aim aim_;
    random_stream random_;
    throttle::overload_guard guard_;
    throttle::retry_budget budget_;
    std::vector<errand> errands_;
    plan::pool<account> accounts_;      ///< as they are seen
    plan::pool<plan::change> changes_;  ///< what is left of them
    std::vector<record> records_;
    std::vector<state> states_;
    std::vector<std::size_t> rank_left_;   ///< errands of each rank not yet accepted or ended
    std::size_t rank_open_ = 0;            ///< ranks below it may go
    std::vector<std::size_t> rank_first_;  ///< where each rank's errands start
    waves waves_;
    time_point resumed_at_ = time_point::min();  ///< restored then
    std::uint32_t let_go_ = 0;                   ///< errands before it are held no more
    time_point now_{};                           ///< as last told
    std::deque<std::uint32_t> writes_;           ///< ready to be written
    std::deque<std::uint32_t> reads_;            ///< ready to be read, for whatever purpose
    std::priority_queue<later_entry, std::vector<later_entry>, std::greater<>> later_;
    std::vector<std::uint32_t> parked_;  ///< for the second pass
    bool second_pass_ = false;
    std::uint64_t sequence_ = 0;
    std::uint64_t batches_ = 0;
    std::uint64_t writes_sent_ = 0;
    std::size_t in_flight_ = 0;         ///< batches
    std::size_t writes_in_flight_ = 0;  ///< write operations
    std::size_t reads_in_flight_ = 0;   ///< batches of reads
    std::size_t open_ = 0;              ///< errands not ended
    std::size_t accepted_ = 0;
    std::size_t changes_seen_ = 0;  ///< verified by a read
    duration longest_unseen_{};     ///< from acceptance to the latest read that did not show it
    std::optional<time_point> last_accepted_at_;
    bool reads_turn_ = false;
    std::optional<reason> draining_;
    bool cut_short_ = false;
    bool writes_over_ = false;  ///< too many failed
    std::optional<outcome> stopped_;
    std::set<sku_id> exhausted_;  ///< SKUs that the service has no seat of
    std::set<std::uint32_t> refused_targets_;
    /// What refusals said of service plans, with the service's words.
    std::vector<std::pair<plan::service_rule, std::string>> rules_;
    std::vector<entry> entries_;  ///< since `take_entries`
};

}  // namespace allot::schedule
