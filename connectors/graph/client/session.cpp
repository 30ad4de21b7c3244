#include "connectors/graph/client/session.hpp"

#include <algorithm>
#include <utility>

#include "connectors/graph/wire/challenge.hpp"
#include "connectors/graph/wire/identity.hpp"
#include "connectors/port/withhold.hpp"

namespace allot::graph {

namespace {

using namespace std::chrono_literals;

constexpr duration renew_ahead_max = 5min;
constexpr duration hold_max = 30s;
/// The endpoint is on this very machine.
constexpr duration identity_patience = 10s;

outcome refused_sign_in(std::string why) {
    outcome made;
    made.kind = outcome_kind::stopped;
    made.why = reason::sign_in_refused;
    made.detail = std::move(why);
    return made;
}

}  // namespace

/// While it lives, a renewal is in flight; whoever waits for it is woken when it goes, however it
/// goes.
class session::renewal {
 public:
    explicit renewal(session& of) : of_(of) { of_.renewing_ = true; }
    ~renewal() {
        of_.renewing_ = false;
        of_.wake_all();
    }
    renewal(renewal const&) = delete;
    renewal& operator=(renewal const&) = delete;

 private:
    session& of_;
};

outcome unanswered(transport_failure const& failed, bool writes) {
    outcome made;
    made.detail = failed.what;
    made.why = reason::service_error;
    if (failed.permanent) {
        made.kind = outcome_kind::stopped;
    } else if (failed.maybe_received && writes) {
        made.kind = outcome_kind::lost;
        made.why = reason::lost_reply;
    } else {
        made.kind = outcome_kind::transient;
    }
    return made;
}

session::session(client_options options, http::transport& through, clock& time)
    : options_(std::move(options)), through_(through), time_(time), random_(options_.seed) {}

boost::asio::awaitable<std::optional<outcome>> session::have_token() {
    std::optional<outcome> failed;
    for (;;) {
        auto const now = time_.now();
        bool const valid = !token_.empty() && now < expires_at_;
        bool const held = failure_ && now < hold_until_;
        // A token that still holds is good enough while the sign-in service is not, and while
        // somebody asks for the next one.
        if (valid && (now < renew_at_ || held || renewing_)) co_return failed;
        if (held) {
            failed = failure_;
            if (failed->kind == outcome_kind::transient) failed->retry_after = hold_until_ - now;
            co_return failed;
        }
        if (renewing_) {
            std::shared_ptr<alarm> const woken = time_.make_alarm();
            waiting_.push_back(woken);
            co_await woken->wait_until(now + options_.reply_timeout);
            continue;
        }
        co_await renew();
        // However short it lives, it has just come.
        if (!failure_) co_return failed;
    }
}

void session::reject(std::uint64_t token_number, std::string const& claims) {
    if (token_number != token_number_) return;
    token_ = wire::secret{};
    // They stay for later renewals, which would be challenged like this one.
    if (!claims.empty()) claims_ = wire::claims_to_send(claims);
}

namespace {

/// Takes the secrets of a sign-in's form, as they stand in it, out of a text.
void withhold_form(std::string& text, std::string_view form) {
    while (!form.empty()) {
        auto const field = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(form.size(), field.size() + 1));
        auto const name = field.substr(0, field.find('='));
        if (name != "client_secret" && name != "client_assertion") continue;
        withhold(text, field.substr(std::min(field.size(), name.size() + 1)));
    }
}

}  // namespace

boost::asio::awaitable<void> session::renew() {
    renewal const in_flight{*this};
    auto const with = options_.signs_in_with;
    token_reply reply{transport_failure{}, time_.now()};
    // What goes out and proves who we are: an answer may repeat it.
    std::string sent;
    if (with == wire::credential_kind::managed_identity) {
        reply = co_await ask_identity();
    } else {
        auto request = login_request();
        if (!request) {
            settle_failure(refused_sign_in(request.error().message));
            co_return;
        }
        sent = request->body;
        reply = co_await ask_login(std::move(*request));
    }
    if (!reply.came) {
        auto failed = unanswered(reply.came.error(), false);
        bool const never = token_number_ == 0;
        if (with == wire::credential_kind::managed_identity && never) {
            failed = refused_sign_in(
                "no managed identity endpoint answers, so this is no machine or app in Azure that "
                "has one: choose another kind with --auth (" +
                failed.detail + ")");
        }
        settle_failure(std::move(failed));
        co_return;
    }
    withhold_sent(reply.came->body, sent);
    for (auto& [name, value] : reply.came->headers) withhold_sent(value, sent);
    auto read = wire::read_token(*reply.came, time_.wall_now(), with);
    if (read.how.kind == outcome_kind::done) {
        settle(std::move(read.token), read.lifetime, reply.sent);
    } else {
        // Several may be around: which one was taken is half of the mend.
        if (read.how.why == reason::sign_in_refused && !options_.credential_source.empty()) {
            read.how.detail += "; the credential is the one of " + options_.credential_source;
        }
        settle_failure(std::move(read.how));
    }
}

/// Takes what proves who we are out of a text of the sign-in service.
void session::withhold_sent(std::string& text, std::string_view form) const {
    withhold(text, options_.client_secret.reveal());
    withhold(text, options_.identity.header.reveal());
    withhold_form(text, form);
}

/// The request of a token, with what proves who we are.
result<http_request> session::login_request() {
    wire::sign_in_as who{.login_url = options_.login_url,
                         .graph_url = options_.graph_url,
                         .tenant = options_.tenant,
                         .client_id = options_.client_id,
                         .client_secret = options_.client_secret.reveal()};
    who.claims = claims_;
    wire::secret assertion;
    if (options_.signs_in_with != wire::credential_kind::client_secret) {
        auto const audience = wire::token_url(options_.login_url, options_.tenant);
        auto const id = fresh_id();
        auto made = options_.assertion({audience, options_.client_id, id, time_.wall_now()});
        if (!made) return made.error();
        assertion = std::move(*made);
        who.client_assertion = assertion.reveal();
    }
    return wire::token_request(who);
}

boost::asio::awaitable<session::token_reply> session::ask_login(http_request request) {
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("client-request-id", fresh_id());
    request.reply_timeout = options_.reply_timeout;
    auto const sent = time_.now();
    auto reply = co_await through_.send(std::move(request));
    token_reply made{std::move(reply), sent};
    co_return made;
}

/// Asks until there is an answer, as often as the endpoint's own rules say.
boost::asio::awaitable<session::token_reply> session::ask_identity() {
    auto const first = time_.now();
    for (int tries = 1;; ++tries) {
        auto request =
            wire::identity_request(options_.identity, options_.graph_url, options_.client_id);
        request.reply_timeout = std::min(options_.reply_timeout, identity_patience);
        auto const sent = time_.now();
        auto reply = co_await through_.send(std::move(request));
        token_reply made{std::move(reply), sent};
        bool const pointless = !made.came && made.came.error().permanent;
        auto const status = made.came ? made.came->status : 0;
        auto const wait = wire::identity_retry(tries, status, time_.now() - first);
        if (status == 200 || pointless || !wait) co_return made;
        co_await time_.sleep_until(time_.now() + *wait);
    }
}

void session::settle(wire::secret token, duration lifetime, time_point sent) {
    token_ = std::move(token);
    ++token_number_;
    expires_at_ = sent + lifetime;
    renew_at_ = expires_at_ - std::min(lifetime / 5, renew_ahead_max);
    failure_.reset();
    failures_ = 0;
}

void session::settle_failure(outcome failed) {
    // 1 s, 2 s, 4 s … 30 s, and what the service asks for. A refusal is not asked for again soon at
    // all.
    duration hold = hold_max;
    if (failed.kind == outcome_kind::transient) {
        hold = std::min(hold_max, duration{1s} * (1 << std::min(failures_, 5U)));
        hold = std::max(hold, failed.retry_after.value_or(0s));
    }
    ++failures_;
    hold_until_ = time_.now() + hold;
    failure_ = std::move(failed);
}

void session::wake_all() {
    auto const woken = std::exchange(waiting_, {});
    for (auto const& each : woken) {
        if (auto const waits = each.lock()) waits->ring();
    }
}

boost::asio::awaitable<http::answer> session::send(http_request request,
                                                   std::string client_request_id) {
    request.headers.emplace_back("Authorization", "Bearer " + token_.reveal());
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("client-request-id", client_request_id);
    // A bulk run gives way to people who wait. Source: learn.microsoft.com/graph/throttling.
    request.headers.emplace_back("x-ms-throttle-priority", "Low");
    request.reply_timeout = options_.reply_timeout;
    // The one that is sent: another may have taken its place when the reply comes.
    wire::secret const token{token_.reveal()};
    auto reply = co_await through_.send(std::move(request));
    if (reply) {
        withhold(reply->body, token.reveal());
        for (auto& [name, value] : reply->headers) withhold(value, token.reveal());
    }
    co_return reply;
}

std::string session::fresh_id() {
    guid made;
    for (std::size_t half = 0; half < 2; ++half) {
        auto const bits = random_();
        for (std::size_t byte = 0; byte < 8; ++byte) {
            made.bytes[half * 8 + byte] = static_cast<std::uint8_t>(bits >> (8 * byte));
        }
    }
    made.bytes[6] = static_cast<std::uint8_t>((made.bytes[6] & 0x0F) | 0x40);
    made.bytes[8] = static_cast<std::uint8_t>((made.bytes[8] & 0x3F) | 0x80);
    return made.str();
}

}  // namespace allot::graph
