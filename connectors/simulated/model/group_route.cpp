#include <algorithm>

#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/route.hpp"

namespace allot::simulated {

namespace {

/// Takes the first segment off what begins with a slash: `/a/b` becomes `/b`.
std::string_view cut_segment(std::string_view& path) {
    auto const end = std::min(path.find('/', 1), path.size());
    auto const segment = path.substr(1, end - 1);
    path.remove_prefix(end);
    return segment;
}

/// What follows `members`.
route members_route(std::string_view method, std::string_view rest) {
    if (rest.empty()) return known_route(route_kind::members, method, "GET");
    if (rest == "/$ref") return known_route(route_kind::add_member, method, "POST");
    auto const who = percent_decoded(cut_segment(rest));
    if (!who || rest != "/$ref") return no_segment(rest.empty() ? "members" : rest.substr(1));
    auto made = known_route(route_kind::remove_member, method, "DELETE");
    made.member = *who;
    return made;
}

}  // namespace

route group_route(std::string_view method, std::string_view rest) {
    auto const id = cut_segment(rest);
    auto const key = percent_decoded(id);
    if (!key || key->empty() || key->front() == '$') return no_segment(id);
    route made;
    if (rest.empty()) {
        made = method == "PATCH" ? known_route(route_kind::bind_members, method, "PATCH")
                                 : known_route(route_kind::group, method, "GET");
    } else if (equal_whatever_case(rest, "/assignLicense")) {
        made = known_route(route_kind::assign_group, method, "POST");
    } else {
        auto const segment = cut_segment(rest);
        if (segment == "members") {
            made = members_route(method, rest);
        } else if (segment == "membersWithLicenseErrors" && rest.empty()) {
            made = known_route(route_kind::errored_members, method, "GET");
        } else {
            return no_segment(segment);
        }
    }
    made.key = *key;
    return made;
}

}  // namespace allot::simulated
