#include "connectors/graph/wire/group_failures.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "connectors/graph/wire/text.hpp"

namespace allot::graph::wire {

namespace {

/// What a 400 says, by the words in it: the service has one code for all of them.
struct known_words {
    std::string_view words;
    outcome_kind kind;
    reason why;
};
constexpr std::array known_refusals{
    known_words{"references already exist", outcome_kind::refused, reason::already_member},
    // So it answers for a while after a group was made.
    known_words{"one of the objects being referenced do not exist", outcome_kind::transient,
                reason::service_error},
    known_words{"dynamic membership", outcome_kind::refused, reason::group_not_writable},
    known_words{"dynamicmembership", outcome_kind::refused, reason::group_not_writable},
    known_words{"dynamic group", outcome_kind::refused, reason::group_not_writable},
    known_words{"on-premises mastered", outcome_kind::refused, reason::group_not_writable},
    known_words{"synchronized from on-premises", outcome_kind::refused, reason::group_not_writable},
    known_words{"synchronized from your on-premises", outcome_kind::refused,
                reason::group_not_writable},
};

bool about_group(operation_kind kind) {
    switch (kind) {
        case operation_kind::read_user:
        case operation_kind::set_usage_location:
        case operation_kind::assign_licences:
            return false;
        case operation_kind::add_members:
        case operation_kind::remove_member:
        case operation_kind::read_group:
        case operation_kind::assign_group_licences:
        case operation_kind::read_members_in_error:
            return true;
    }
    return false;
}

/// What it is that does not exist: of several objects in a request, the message names the one.
reason missing_of(operation const& asked, std::string const& words) {
    bool const names_member = std::ranges::any_of(asked.members, [&](user_id const& one) {
        return words.find(one.str()) != std::string::npos;
    });
    if (!names_member) return reason::group_not_found;
    return asked.kind == operation_kind::remove_member ? reason::not_a_member
                                                       : reason::user_not_found;
}

}  // namespace

void tell_of_group(outcome& failed, operation const& asked) {
    if (failed.kind != outcome_kind::refused || !about_group(asked.kind)) return;
    auto const words = lowered(failed.detail);
    if (failed.why == reason::user_not_found) {
        failed.why = missing_of(asked, words);
        return;
    }
    if (failed.seen.http_status != 400) return;
    for (auto const& known : known_refusals) {
        if (words.find(known.words) == std::string::npos) continue;
        failed.kind = known.kind;
        failed.why = known.why;
        return;
    }
}

}  // namespace allot::graph::wire
