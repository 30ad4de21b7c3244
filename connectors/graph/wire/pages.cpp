#include <algorithm>
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

/// `missing` is what a 404 means. Items that `wanted` is false for are passed over.
template <class T, class Read>
page<T> read_page(http_response const& reply, std::string_view graph_url,
                  std::string_view requested_url, wall_time wall_now, Read read, reason missing,
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
        if (result.how.why == reason::user_not_found) result.how.why = missing;
        return result;
    }
    if (from.status != 200 || from.shape != body_shape::object) {
        return unreadable("the page is not whole JSON");
    }
    auto const items = json::array_at(from.body, "value");
    if (!items) return unreadable("the page has no list in it");
    for (auto const item : *items) {
        json::object row;
        bool whole = item.get_object().get(row) == simdjson::SUCCESS;
        if (whole && !wanted(row)) continue;
        whole = whole && read(row, result.items.emplace_back());
        if (!whole) return unreadable("an entry of the page lacks part of what was asked");
    }
    simdjson::dom::element link;
    if (from.body.at_key("@odata.nextLink").get(link) == simdjson::SUCCESS && !link.is_null()) {
        std::string_view next;
        if (link.get_string().get(next) != simdjson::SUCCESS) {
            return unreadable("the address of the next page is no text");
        }
        auto const wrong = wrong_next(next, graph_url, requested_url);
        if (!wrong.empty()) {
            page<T> refused;
            refused.how = unbelievable(from, effect::reads, std::string{wrong});
            refused.how.kind = outcome_kind::refused;
            refused.how.why = reason::service_error;
            return refused;
        }
        result.next = next;
    }
    result.how = outcome_of(from);
    return result;
}

/// A directory object whose kind is not said is what the list is of.
bool is_user(json::object const& of) {
    auto const type = json::text_at(of, "@odata.type");
    return !type || same_word(*type, "#microsoft.graph.user");
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
    return read_page<user>(reply, graph_url, requested_url, wall_now, read_user, nothing_missing);
}

page<user> read_members_page(http_response const& reply, std::string_view graph_url,
                             std::string_view requested_url, wall_time wall_now) {
    return read_page<user>(reply, graph_url, requested_url, wall_now, read_user,
                           reason::group_not_found, is_user);
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

page<subscription> read_subscriptions_page(http_response const& reply, std::string_view graph_url,
                                           std::string_view requested_url, wall_time wall_now) {
    return read_page<subscription>(reply, graph_url, requested_url, wall_now, read_subscription,
                                   nothing_missing);
}

std::vector<subscription> sum_subscriptions(std::vector<subscription> rows) {
    std::ranges::stable_sort(rows, {}, &subscription::sku);
    std::vector<subscription> summed;
    for (auto& row : rows) {
        if (summed.empty() || summed.back().sku != row.sku) {
            summed.push_back(std::move(row));
            continue;
        }
        auto& to = summed.back();
        to.enabled += row.enabled;
        to.warning += row.warning;
        to.suspended += row.suspended;
        to.locked_out += row.locked_out;
        to.consumed += row.consumed;
        to.for_users = to.for_users || row.for_users;
        if (row.capability_status == "Enabled") to.capability_status = row.capability_status;
        for (auto& plan : row.plans) {
            auto const known = std::ranges::find(to.plans, plan.id, &service_plan::id);
            if (known == to.plans.end()) to.plans.push_back(std::move(plan));
        }
    }
    return summed;
}

}  // namespace allot::graph::wire
