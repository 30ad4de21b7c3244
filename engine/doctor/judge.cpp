#include "engine/doctor/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace allot::doctor {

namespace {

using names = std::span<std::string_view const>;

/// What a run does, and the permissions that let it, the least one first. Source:
/// learn.microsoft.com/graph/api/user-assignlicense, user-list, subscribedsku-list, user-update,
/// group-post-members (graph-facts 3.1).
constexpr std::array<std::string_view, 3> to_assign{
    "LicenseAssignment.ReadWrite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"};
constexpr std::array<std::string_view, 4> to_read_users{
    "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"};
constexpr std::array<std::string_view, 6> to_read_subscriptions{
    "LicenseAssignment.Read.All", "LicenseAssignment.ReadWrite.All",
    "Organization.Read.All",      "Organization.ReadWrite.All",
    "Directory.Read.All",         "Directory.ReadWrite.All"};
constexpr std::array<std::string_view, 2> to_set_locations{"User.ReadWrite.All",
                                                           "Directory.ReadWrite.All"};
constexpr std::array<std::string_view, 3> to_change_members{
    "GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"};

struct need {
    std::string_view what;
    names any_of;
    standing without;
    std::string_view otherwise;  ///< what it means to be without
};

constexpr std::array needs{
    need{"assign licences", to_assign, standing::fail, ""},
    need{"read users", to_read_users, standing::fail, ""},
    need{"read subscriptions", to_read_subscriptions, standing::fail, ""},
    need{"set usage locations", to_set_locations, standing::warn,
         "needed only by jobs that set usage locations"},
    need{"change group members", to_change_members, standing::ok,
         "not granted; needed only where licences are given by way of groups"},
};

constexpr std::string_view how_to_grant =
    "in Entra ID, App registrations, the application, API permissions: add the application "
    "permission {} of Microsoft Graph and grant admin consent; it counts from the next token on";

}  // namespace

step judge_clock(std::optional<wall_time> date, wall_time asked, wall_time had) {
    step made;
    made.name = "clock";
    if (!date) {
        made.status = standing::warn;
        made.detail = "the service sent no date to compare with";
        return made;
    }
    // The header has whole seconds: anything within that second is right.
    auto const earliest = *date;
    auto const latest = *date + std::chrono::seconds{1};
    auto off = duration::zero();
    if (had < earliest) off = earliest - had;
    if (asked > latest) off = asked - latest;
    auto const behind = had < earliest;
    made.detail =
        off < std::chrono::seconds{1}
            ? std::string{"agrees with the service's"}
            : fmt::format("{} {} the service's", for_people(off), behind ? "behind" : "ahead of");
    if (off <= clock_off_max) return made;
    made.status = off > clock_off_refused ? standing::fail : standing::warn;
    made.mend = "set this machine's clock, for example with timedatectl set-ntp true";
    if (made.status == standing::fail) {
        made.mend += ": a sign-in that is signed here is refused when it is off by 5 minutes";
    }
    return made;
}

step judge_tls(tls_seen const& seen, wall_time now) {
    step made;
    made.name = "TLS " + seen.place;
    auto const left = std::chrono::floor<std::chrono::days>(seen.not_after - now);
    made.detail =
        fmt::format("{}; certificate issued by \"{}\", ends in {} days; trusted through \"{}\"",
                    seen.protocol, seen.issuer, left.count(), seen.authority);
    if (left < certificate_ends_soon) {
        made.status = standing::warn;
        made.mend =
            "whoever runs that service, or the proxy that looks into TLS, should renew its "
            "certificate before then";
    }
    return made;
}

std::vector<step> judge_roles(std::optional<std::vector<std::string>> const& roles) {
    std::vector<step> steps;
    if (!roles) {
        step unknown;
        unknown.name = "permissions";
        unknown.status = standing::warn;
        unknown.detail = "the token does not tell which it grants; what is tried below shows it";
        steps.push_back(std::move(unknown));
        return steps;
    }
    for (auto const& each : needs) {
        step made;
        made.name = fmt::format("permission to {}", each.what);
        auto const granted = std::ranges::find_if(each.any_of, [&](std::string_view role) {
            return std::ranges::find(*roles, role) != roles->end();
        });
        if (granted != each.any_of.end()) {
            made.detail = std::string{*granted};
        } else {
            made.status = each.without;
            made.kind = errc::sign_in_refused;
            made.detail = each.otherwise.empty() ? "missing" : std::string{each.otherwise};
            if (made.status != standing::ok) {
                made.mend = fmt::format(how_to_grant, each.any_of.front());
            }
        }
        steps.push_back(std::move(made));
    }
    return steps;
}

step judge_answer(std::string name, outcome const& how, std::string found) {
    step made;
    made.name = std::move(name);
    if (how.kind == outcome_kind::done) {
        made.detail = std::move(found);
        return made;
    }
    made.status = standing::fail;
    made.detail = how.detail.empty() ? std::string{advice(how.why)} : how.detail;
    bool const refused =
        how.why == reason::sign_in_refused || how.why == reason::permission_refused;
    made.kind = refused ? errc::sign_in_refused : errc::could_not_run;
    made.mend = std::string{advice(how.why)};
    if (made.mend == made.detail) made.mend.clear();
    return made;
}

}  // namespace allot::doctor
