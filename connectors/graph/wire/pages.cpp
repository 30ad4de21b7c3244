#include <algorithm>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include "connectors/graph/wire/address.hpp"
#include "connectors/graph/wire/entities.hpp"
#include "connectors/graph/wire/failures.hpp"
#include "connectors/graph/wire/replies.hpp"
#include "connectors/graph/wire/text.hpp"

namespace allot::graph::wire {

namespace {

/// Why the next page may not be asked for; empty when it may.
std::string_view wrong_next(std::string_view next, std::string_view graph_url,
                            std::string_view requested_url) {
    if (!same_origin(next, graph_url)) {
        return "the next page is said to be on another host than the configured one; the token is "
               "not "
               "sent there";
    }
    if (next == requested_url) return "the next page is said to be the same page again";
    return {};
}

/// There is no user and no SKU of which the list of a whole tenant could be refused.
constexpr reason nothing_missing = reason::refused;

bool any(json::object const& /*of*/) {
    return true;
}

/// The address at `key`, if it is there and may be asked; else why not.
struct link_found {
    std::string address;
    outcome wrong;
    bool is_wrong = false;
};
link_found link_at(answer const& from, std::string_view key, std::string_view graph_url,
                   std::string_view requested_url) {
    link_found found;
    simdjson::dom::element link;
    if (from.body.at_key(key).get(link) != simdjson::SUCCESS || link.is_null()) return found;
    std::string_view address;
    if (link.get_string().get(address) != simdjson::SUCCESS) {
        found.is_wrong = true;
        found.wrong = unbelievable(from, effect::reads, "the address of the next page is no text");
        return found;
    }
    auto const wrong = wrong_next(address, graph_url, requested_url);
    if (!wrong.empty()) {
        found.is_wrong = true;
        found.wrong = unbelievable(from, effect::reads, std::string{wrong});
        found.wrong.kind = outcome_kind::refused;
        found.wrong.why = reason::service_error;
        return found;
    }
    found.address = address;
    return found;
}

/// Whether the service has forgotten the place from which changes were asked for: graph-facts 5.
bool is_forgotten(answer const& from) {
    if (from.status == 410) return true;
    if (from.status != 400 || from.shape != body_shape::object) return false;
    auto const error = json::object_at(from.body, "error");
    auto const code = error ? json::text_at(*error, "code") : std::nullopt;
    return code && same_word(*code, "syncStateNotFound");
}

/// An entry of a page of changes. What is not all there is read by itself later: only the id must
/// be.
bool read_changed_user(json::object const& from, changed_user& to) {
    if (!json::read_id(from, "id", to.id)) return false;
    simdjson::dom::element removed;
    to.removed = from.at_key("@removed").get(removed) == simdjson::SUCCESS && !removed.is_null();
    user read;
    if (!to.removed && read_user(from, read)) to.is = std::move(read);
    return true;
}

/// What is wrong with an entry, and whose it is as far as that can be read.
std::string wrong_entry(json::object const& of) {
    constexpr std::size_t name_max = 128;
    auto text = "an entry of the page " + std::string{wrong_with(of)};
    for (auto const* const key : {"userPrincipalName", "id"}) {
        auto const name = json::text_at(of, key);
        if (!name || name->empty()) continue;
        return text + " (" + said(*name, name_max) + ")";
    }
    return text;
}

/// What an entry that cannot be read means for its page.
enum class odd_entry { spoils_page, is_left_out };

/// `missing` is what a 404 means. Items that `wanted` is false for are passed over.
template <class T, class Read>
page<T> read_page(http_response const& reply, std::string_view graph_url,
                  std::string_view requested_url, wall_time wall_now, Read read, reason missing,
                  odd_entry odd = odd_entry::spoils_page,
                  bool (*wanted)(json::object const&) = any) {
    auto const from = answer_of(reply);
    page<T> result;
    auto const unreadable = [&from](std::string what) {
        page<T> nothing;
        nothing.how = unbelievable(from, effect::reads, std::move(what));
        return nothing;
    };
    if (from.status < 200 || from.status > 299) {
        result.how = failure_of(from, effect::reads, wall_now);
        if constexpr (std::is_same_v<T, changed_user>) {
            result.expired = is_forgotten(from);
            if (result.expired) result.how.kind = outcome_kind::refused;
        }
        if (result.how.why == reason::user_not_found) result.how.why = missing;
        return result;
    }
    if (from.status != 200 || from.shape != body_shape::object) {
        return unreadable("the page is not whole JSON");
    }
    auto const items = json::array_at(from.body, "value");
    if (!items) return unreadable("the page has no list in it");
    std::size_t left_out = 0;
    for (auto const item : *items) {
        json::object row;
        bool const whole = item.get_object().get(row) == simdjson::SUCCESS;
        if (whole && !wanted(row)) continue;
        if (whole && read(row, result.items.emplace_back())) continue;
        auto what = whole ? wrong_entry(row)
                          : std::string{"an entry of the page lacks part of what was asked"};
        if (odd == odd_entry::spoils_page) return unreadable(std::move(what));
        if (whole) result.items.pop_back();
        if (++left_out == 1) result.unread = std::move(what);
    }
    // The last page may be one odd person alone; of several, all odd, none is a person.
    if (left_out > 1 && result.items.empty()) return unreadable(result.unread);
    auto next = link_at(from, "@odata.nextLink", graph_url, requested_url);
    if (!next.is_wrong) result.next = std::move(next.address);
    if constexpr (std::is_same_v<T, changed_user>) {
        // The same address as the one asked: nothing has changed since.
        auto link = link_at(from, "@odata.deltaLink", graph_url, "");
        if (link.is_wrong) {
            next = std::move(link);
        } else {
            result.link = std::move(link.address);
        }
        if (!next.is_wrong && result.next.empty() && result.link.empty()) {
            return unreadable("the page has neither a next one nor the link that ends the list");
        }
    }
    if (next.is_wrong) {
        page<T> refused;
        refused.how = std::move(next.wrong);
        return refused;
    }
    result.how = outcome_of(from);
    return result;
}

page<group> read_one_group(http_response const& reply, group_id id, wall_time wall_now) {
    operation asked;
    asked.kind = operation_kind::read_group;
    asked.group = id;
    page<group> made;
    made.how = read_outcome(asked, reply, wall_now);
    if (made.how.kind == outcome_kind::done) {
        made.items.push_back(*std::exchange(made.how.read_group, std::nullopt));
    } else if (made.how.why == reason::group_not_found) {
        made.how.kind = outcome_kind::done;
        made.how.why = reason::none;
        made.how.detail.clear();
    }
    return made;
}

}  // namespace

page<user> read_users_page(http_response const& reply, std::string_view graph_url,
                           std::string_view requested_url, wall_time wall_now) {
    return read_page<user>(reply, graph_url, requested_url, wall_now, read_user, nothing_missing,
                           odd_entry::is_left_out);
}

page<user> read_members_page(http_response const& reply, std::string_view graph_url,
                             std::string_view requested_url, wall_time wall_now) {
    return read_page<user>(reply, graph_url, requested_url, wall_now, read_user,
                           reason::group_not_found, odd_entry::spoils_page, is_user);
}

page<group> read_groups_page(http_response const& reply, std::string_view name,
                             std::string_view graph_url, std::string_view requested_url,
                             wall_time wall_now) {
    if (auto const id = group_id::parse(name)) return read_one_group(reply, *id, wall_now);
    auto made =
        read_page<group>(reply, graph_url, requested_url, wall_now, read_group, nothing_missing);
    std::erase_if(made.items, [name](group const& one) { return !same_word(one.name, name); });
    return made;
}

page<changed_user> read_changes_page(http_response const& reply, std::string_view graph_url,
                                     std::string_view requested_url, wall_time wall_now) {
    return read_page<changed_user>(reply, graph_url, requested_url, wall_now, read_changed_user,
                                   nothing_missing);
}

page<subscription> read_subscriptions_page(http_response const& reply, std::string_view graph_url,
                                           std::string_view requested_url, wall_time wall_now) {
    return read_page<subscription>(reply, graph_url, requested_url, wall_now, read_subscription,
                                   nothing_missing);
}

std::vector<subscription> sum_subscriptions(std::vector<subscription> rows) {
    std::ranges::stable_sort(rows, {}, &subscription::sku);
    std::vector<subscription> summed;
    std::unordered_set<plan_id> plans;  // of the last
    auto const is_new = [&plans](service_plan const& one) { return plans.insert(one.id).second; };
    for (auto& row : rows) {
        if (summed.empty() || summed.back().sku != row.sku) {
            summed.push_back(std::move(row));
            plans.clear();
            std::ranges::for_each(summed.back().plans, is_new);
            continue;
        }
        auto& to = summed.back();
        // It may be named in a later row only.
        if (to.part_number == to.sku.str()) to.part_number = std::move(row.part_number);
        to.enabled += row.enabled;
        to.warning += row.warning;
        to.suspended += row.suspended;
        to.locked_out += row.locked_out;
        to.consumed += row.consumed;
        to.for_users = to.for_users || row.for_users;
        if (row.capability_status == "Enabled") to.capability_status = row.capability_status;
        for (auto& plan : row.plans) {
            if (is_new(plan)) to.plans.push_back(std::move(plan));
        }
    }
    return summed;
}

}  // namespace allot::graph::wire
