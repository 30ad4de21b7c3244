#include "connectors/graph/client/client.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "connectors/graph/client/session.hpp"
#include "connectors/graph/wire/address.hpp"
#include "connectors/graph/wire/challenge.hpp"
#include "connectors/graph/wire/replies.hpp"
#include "connectors/graph/wire/requests.hpp"

namespace allot::graph {

namespace {

using boost::asio::awaitable;

/// A tenant has one of subscriptions, and of groups of one name; more is a server going in circles.
constexpr int pages_max = 100;
constexpr int sendings_max = 2;  ///< once, and once more after a 401

/// What is kept of such a list at most; no tenant has as much.
constexpr std::size_t items_max = 3'000;
constexpr std::size_t parts_max = 200'000;  ///< service plans of SKUs, licences of groups

std::size_t parts_in(subscription const& of) {
    return of.plans.size();
}

std::size_t parts_in(group const& of) {
    auto parts = of.licences.size();
    for (auto const& each : of.licences) parts += each.disabled_plans.size();
    return parts;
}

template <class T>
bool is_too_much(std::vector<T> const& list) {
    std::size_t parts = 0;
    for (auto const& one : list) parts += parts_in(one);
    return list.size() > items_max || parts > parts_max;
}

outcome endless(std::string_view list, std::string_view why) {
    outcome made;
    made.kind = outcome_kind::refused;
    made.why = reason::service_error;
    made.detail = "the list of ";
    made.detail += list;
    made.detail += why;
    return made;
}

constexpr std::string_view no_last_page = " has no last page";
constexpr std::string_view too_much =
    " is longer than any tenant's: more than 3,000 entries, or 200,000 plans or licences in them";

bool got_401(outcome const& of) {
    return of.seen.http_status == 401;
}

bool writes(operation const& asked) {
    return !only_reads(asked.kind);
}

/// Some of the operations of a batch, with what they depend on named by the new places. What is not
/// among them has been done.
std::vector<operation> chosen(std::vector<operation> const& from,
                              std::vector<std::size_t> const& indices) {
    std::vector<operation> some;
    some.reserve(indices.size());
    for (auto const index : indices) {
        auto& added = some.emplace_back(from[index]);
        if (!added.depends_on) continue;
        auto const at = std::ranges::find(indices, *added.depends_on);
        added.depends_on.reset();
        if (at != indices.end()) {
            added.depends_on = static_cast<std::size_t>(at - indices.begin());
        }
    }
    return some;
}

/// Those of `sent` that got a 401 and can be sent again. One that depends on another which neither
/// succeeded nor is sent again would run without it: it becomes transient instead.
std::vector<std::size_t> refused_with_401(std::vector<operation> const& operations,
                                          std::vector<std::size_t> const& sent,
                                          std::vector<outcome>& outcomes) {
    std::vector<std::size_t> again;
    for (auto const index : sent) {
        if (!got_401(outcomes[index])) continue;
        auto const before = operations[index].depends_on;
        bool const safe = !before || outcomes[*before].kind == outcome_kind::done ||
                          std::ranges::find(again, *before) != again.end();
        if (safe) {
            again.push_back(index);
        } else {
            outcomes[index].kind = outcome_kind::transient;
            outcomes[index].why = reason::service_error;
        }
    }
    return again;
}

/// What a sending came to.
struct answers {
    std::vector<outcome> outcomes;
    std::string claims;  ///< that the service asks for; empty: none
};

/// A token that was had with the claims asked for is challenged again: there is no end to it.
void end_challenges(outcome& of) {
    if (!got_401(of)) return;
    of.detail =
        "the service asks for the sign-in again although it has just been done as it wanted (a "
        "claims challenge): ask who keeps the Conditional Access policies of this application";
}

/// One sending of 1 to 20 operations.
awaitable<answers> ask(session& through, std::vector<operation> operations) {
    std::vector<std::string> ids;
    for (std::size_t part = 0; part < operations.size(); ++part) ids.push_back(through.fresh_id());
    auto const& root = through.options().graph_url;
    bool const batch = operations.size() > 1;
    auto request = batch ? wire::batch_request(root, operations, ids)
                         : wire::operation_request(root, operations.front());
    auto const envelope_id = batch ? through.fresh_id() : ids.front();
    auto const reply = co_await through.send(std::move(request), envelope_id);
    answers made;
    auto& outcomes = made.outcomes;
    if (!reply) {
        for (auto const& each : operations) {
            outcomes.push_back(unanswered(reply.error(), writes(each)));
        }
    } else if (batch) {
        outcomes = wire::read_batch(operations, *reply, through.wall_now());
    } else {
        outcomes.push_back(wire::read_outcome(operations.front(), *reply, through.wall_now()));
    }
    for (std::size_t part = 0; part < outcomes.size(); ++part) {
        auto& id = outcomes[part].seen.client_request_id;
        if (!batch || id.empty()) id = ids[part];
    }
    if (reply && std::ranges::any_of(outcomes, got_401)) {
        made.claims = wire::claims_challenge(*reply).value_or("");
    }
    co_return made;
}

/// One page, with one renewal of the token where the service wants it.
template <class T, class Read>
awaitable<wire::page<T>> ask_page(session& through, http_request request, Read read) {
    wire::page<T> page;
    for (int sending = 0; sending < sendings_max; ++sending) {
        auto const failed = co_await through.have_token();
        if (failed) {
            page.how = *failed;
            break;
        }
        auto const token = through.token_number();
        auto const id = through.fresh_id();
        auto copy = request;
        auto const reply = co_await through.send(std::move(copy), id);
        if (!reply) {
            page.how = unanswered(reply.error(), false);
        } else {
            page = read(*reply, through.options().graph_url, request.url, through.wall_now());
        }
        page.how.seen.client_request_id = id;
        if (!got_401(page.how)) break;
        auto const claims = reply ? wire::claims_challenge(*reply).value_or("") : std::string{};
        if (!claims.empty() && sending + 1 == sendings_max) end_challenges(page.how);
        through.reject(token, claims);
    }
    co_return page;
}

/// A page of users, of whichever list `first` begins; `from` as in `directory::read_users`.
template <class Read>
awaitable<reading<user_page>> ask_users(session& through, http_request first, std::string from,
                                        Read read_page) {
    reading<user_page> read;
    if (!from.empty()) {
        if (!wire::same_origin(from, through.options().graph_url)) {
            read.how.kind = outcome_kind::refused;
            read.how.why = reason::service_error;
            read.how.detail = "a page of users on another host than the configured one is not read";
            co_return read;
        }
        first.url = std::move(from);
    }
    auto page = co_await ask_page<user>(through, std::move(first), read_page);
    read.how = std::move(page.how);
    read.value.users = std::move(page.items);
    read.value.unread = std::move(page.unread);
    read.value.next = std::move(page.next);
    co_return read;
}

/// Reads pages of groups of one name.
class groups_of_name {
 public:
    explicit groups_of_name(std::string name) : name_(std::move(name)) {}

    wire::page<group> operator()(http_response const& reply, std::string_view graph_url,
                                 std::string_view requested_url, wall_time wall_now) const {
        return wire::read_groups_page(reply, name_, graph_url, requested_url, wall_now);
    }

 private:
    std::string name_;
};

}  // namespace

client::client(client_options options, http::transport& through, clock& time)
    : session_(std::make_shared<session>(std::move(options), through, time)) {}

client::~client() = default;

awaitable<sign_in_trial> client::try_sign_in() {
    auto const held = session_;
    sign_in_trial tried;
    auto const failed = co_await held->have_token();
    if (failed) {
        tried.how = *failed;
    } else {
        tried.how.kind = outcome_kind::done;
        tried.lifetime = held->token_lifetime();
        tried.roles = held->token_roles();
    }
    co_return tried;
}

awaitable<reading<std::vector<subscription>>> client::read_subscriptions() {
    auto const held = session_;
    reading<std::vector<subscription>> read;
    auto request = wire::subscriptions_request(held->options().graph_url);
    std::vector<subscription> rows;
    for (int pages = 0; pages < pages_max; ++pages) {
        auto asked = request;
        auto page =
            co_await ask_page<subscription>(*held, std::move(asked), wire::read_subscriptions_page);
        read.how = std::move(page.how);
        if (read.how.kind != outcome_kind::done) co_return read;
        std::ranges::move(page.items, std::back_inserter(rows));
        if (is_too_much(rows)) {
            read.how = endless("subscriptions", too_much);
            co_return read;
        }
        if (page.next.empty()) {
            read.value = wire::sum_subscriptions(std::move(rows));
            co_return read;
        }
        request.url = std::move(page.next);
    }
    read.how = endless("subscriptions", no_last_page);
    co_return read;
}

awaitable<reading<user_page>> client::read_users(std::string from) {
    auto const held = session_;
    auto request = wire::users_request(held->options().graph_url);
    auto read =
        co_await ask_users(*held, std::move(request), std::move(from), wire::read_users_page);
    co_return read;
}

awaitable<reading<std::vector<group>>> client::find_groups(std::string name) {
    auto const held = session_;
    reading<std::vector<group>> read;
    auto request = wire::groups_request(held->options().graph_url, name);
    groups_of_name const read_page{std::move(name)};
    for (int pages = 0; pages < pages_max; ++pages) {
        auto asked = request;
        auto page = co_await ask_page<group>(*held, std::move(asked), read_page);
        read.how = std::move(page.how);
        if (read.how.kind != outcome_kind::done) {
            read.value.clear();
            co_return read;
        }
        std::ranges::move(page.items, std::back_inserter(read.value));
        if (is_too_much(read.value)) {
            read.value.clear();
            read.how = endless("groups", too_much);
            co_return read;
        }
        if (page.next.empty()) co_return read;
        request.url = std::move(page.next);
    }
    read.value.clear();
    read.how = endless("groups", no_last_page);
    co_return read;
}

awaitable<reading<user_page>> client::read_members(group_id of, bool in_error, std::string from) {
    auto const held = session_;
    auto request = wire::members_request(held->options().graph_url, of, in_error);
    auto read =
        co_await ask_users(*held, std::move(request), std::move(from), wire::read_members_page);
    co_return read;
}

awaitable<reading<user_changes>> client::read_changes(std::string from) {
    auto const held = session_;
    reading<user_changes> read;
    auto const& root = held->options().graph_url;
    auto request = wire::changes_request(root, from == changes_from_now);
    if (from != changes_from_the_beginning && from != changes_from_now) {
        if (!wire::same_origin(from, root)) {
            // A link of another day, from before the address was changed: of no use any more.
            read.how.kind = outcome_kind::refused;
            read.how.why = reason::service_error;
            read.how.detail = "changes on another host than the configured one are not read";
            read.value.expired = true;
            co_return read;
        }
        request.url = std::move(from);
    }
    auto page = co_await ask_page<changed_user>(*held, std::move(request), wire::read_changes_page);
    read.how = std::move(page.how);
    read.value.users = std::move(page.items);
    read.value.next = std::move(page.next);
    read.value.link = std::move(page.link);
    read.value.expired = page.expired;
    co_return read;
}

awaitable<std::vector<outcome>> client::perform(std::vector<operation> operations) {
    auto const held = session_;
    std::vector<outcome> outcomes(operations.size());
    std::vector<std::size_t> to_send(operations.size());
    for (std::size_t index = 0; index < to_send.size(); ++index) to_send[index] = index;
    for (int sending = 0; sending < sendings_max && !to_send.empty(); ++sending) {
        auto const failed = co_await held->have_token();
        if (failed) {
            for (auto const index : to_send) outcomes[index] = *failed;
            break;
        }
        auto const token = held->token_number();
        auto some = chosen(operations, to_send);
        auto came = co_await ask(*held, std::move(some));
        bool const challenged_again = !came.claims.empty() && sending + 1 == sendings_max;
        for (std::size_t place = 0; place < to_send.size(); ++place) {
            auto& each = outcomes[to_send[place]];
            each = std::move(came.outcomes[place]);
            if (challenged_again) end_challenges(each);
        }
        auto again = refused_with_401(operations, to_send, outcomes);
        if (!again.empty()) held->reject(token, came.claims);
        to_send = std::move(again);
    }
    co_return outcomes;
}

}  // namespace allot::graph
