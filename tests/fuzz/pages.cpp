// Pages of users, members, groups, changes and subscriptions: whole or not at all, and the next
// page is on the service's own host.
#include <algorithm>
#include <string>

#include "connectors/graph/wire/address.hpp"
#include "connectors/graph/wire/limits.hpp"
#include "connectors/graph/wire/replies.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/http.hpp"

using namespace allot;
using namespace allot::fuzzing;
namespace wire = allot::graph::wire;

namespace {

constexpr std::string_view root = "https://graph.microsoft.com";
constexpr std::string_view here = "https://graph.microsoft.com/v1.0/users?page=1";

/// The token goes to what this says: so it is told apart by hand.
bool is_own(std::string_view url) {
    // The case of scheme and host does not count (RFC 3986, section 6.2.2.1).
    std::string origin{url.substr(0, root.size())};
    std::transform(origin.begin(), origin.end(), origin.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (origin != root) return false;
    auto after = url.substr(root.size());
    if (after.starts_with(":443")) after.remove_prefix(4);
    return after.starts_with('/') && after.find_first_of("\r\n ") == std::string_view::npos;
}

template <class T>
void check_page(wire::page<T> const& of, http_response const& reply) {
    bool const done = of.how.kind == outcome_kind::done;
    must(done || (of.items.empty() && of.next.empty() && of.link.empty()),
         "nothing of a page that failed");
    must(done || !of.how.detail.empty(), "a failure has words");
    must(of.how.kind != outcome_kind::lost, "a reading is never lost");
    must(!done || reply.status == 200 || of.items.empty(), "items come with a success");
    must(!done || !of.expired, "a page that is there is not expired");
    if (!of.next.empty()) {
        must(is_own(of.next), "the next page is the service's own", of.next);
        must(of.next != here, "the next page is another one");
    }
    if (!of.link.empty()) must(is_own(of.link), "the link is the service's own", of.link);
    must(of.items.size() <= reply.body.size() / 2, "no more items than the body has");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input from{data, size};
    auto const which = from.below(6);
    auto const reply = reply_of(from);
    wall_time const now{std::chrono::milliseconds{1'767'600'001'000}};
    switch (which) {
        case 0: {
            auto const page = wire::read_users_page(reply, root, here, now);
            check_page(page, reply);
            for (auto const& one : page.items) check_user(one);
            break;
        }
        case 1: {
            auto const page = wire::read_members_page(reply, root, here, now);
            check_page(page, reply);
            for (auto const& one : page.items) check_user(one);
            break;
        }
        case 2:
            check_page(wire::read_groups_page(reply, "Licence Power BI", root, here, now), reply);
            break;
        case 3: {
            auto const page = wire::read_changes_page(reply, root, here, now);
            check_page(page, reply);
            must(page.how.kind != outcome_kind::done || page.next.empty() != page.link.empty(),
                 "a page of changes goes on, or ends with a link");
            for (auto const& one : page.items) {
                if (one.is) check_user(*one.is);
            }
            break;
        }
        case 4: {
            auto page = wire::read_subscriptions_page(reply, root, here, now);
            check_page(page, reply);
            auto const rows = page.items.size();
            auto const sums = wire::sum_subscriptions(std::move(page.items));
            must(sums.size() <= rows, "no more SKUs than rows");
            for (std::size_t at = 1; at < sums.size(); ++at) {
                must(sums[at - 1].sku < sums[at].sku, "each SKU once, sorted");
            }
            break;
        }
        default: {
            auto const name = "22222222-aaaa-4bbb-8ccc-000000000002";
            auto const page = wire::read_groups_page(reply, name, root, here, now);
            check_page(page, reply);
            for (auto const& one : page.items) {
                must(one.id == *group_id::parse(name), "only the group that was asked for");
            }
        }
    }
    return 0;
}
