#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/time.hpp"
#include "engine/plan/diff.hpp"

/// What a run writes down as it goes, so that it can go on after its process has died: enough to
/// say of every user what was sent, what came back, and what is still to be done. Users are named
/// by their index in the job.
namespace allot::schedule {

/// How an errand ended.
enum class errand_end : std::uint8_t {
    open,        ///< not yet
    seen,        ///< looked at; the user is in `seen`
    not_found,   ///< looked at; there is no such user
    unreadable,  ///< could not be looked at
    verified,    ///< changed, and seen so
    unverified,  ///< accepted, not seen in time
    untried,     ///< nothing was left to try: see the targets' bars
    failed,      ///< tried, refused for good or given up
    cancelled,   ///< the run ended before it was tried
    already      ///< found as desired before anything was sent
};

/// All that is known of one errand.
struct record {
    errand_end end = errand_end::open;
    reason why = reason::none;
    rare_text detail;                      ///< the service's words
    std::uint32_t attempts = 0;            ///< writes sent
    evidence last;                         ///< of the last reply to a write, else to a read
    std::optional<wall_time> changed_at;   ///< when the service accepted the change
    std::optional<wall_time> verified_at;  ///< when it was seen
    std::optional<shared<account>> seen;   ///< as last read

    bool operator==(record const&) const = default;
};

/// A user's write is about to leave.
struct intent {
    std::uint32_t user = 0;
    shared<plan::change> sent;  ///< a usage location, an assignment, or both in one batch

    bool operator==(intent const&) const = default;
};

/// What came back for one write operation. After an intent without one, nobody knows.
struct attempt {
    std::uint32_t user = 0;
    operation_kind kind = operation_kind::assign_licences;
    outcome_kind came = outcome_kind::lost;
    reason why = reason::none;
    rare_text detail;
    std::optional<duration> retry_after;
    evidence seen;
    bool whole_batch = false;  ///< the batch was refused, not this operation

    bool operator==(attempt const&) const = default;
};

/// The service has accepted the user's whole change, or it was seen to be so after a lost reply.
struct acceptance {
    std::uint32_t user = 0;

    bool operator==(acceptance const&) const = default;
};

/// The service has no seat for this target: it is not tried any more.
struct bar {
    std::uint32_t target = 0;  ///< index into job::targets
    sku_id sku;
    bool refused_itself = false;  ///< false: spared the try, because another was refused

    bool operator==(bar const&) const = default;
};

/// The errand is through, for good.
struct ending {
    std::uint32_t user = 0;
    record is;

    bool operator==(ending const&) const = default;
};

using entry = std::variant<intent, attempt, acceptance, bar, ending>;

/// An entry as it was written down.
struct dated_entry {
    wall_time at{};
    entry what;

    bool operator==(dated_entry const&) const = default;
};

}  // namespace allot::schedule
