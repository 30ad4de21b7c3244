#include "connectors/simulated/model/service.hpp"

#include <algorithm>
#include <utility>

#include "connectors/port/base64.hpp"
#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/identity.hpp"
#include "connectors/simulated/model/json_text.hpp"

namespace allot::simulated {

namespace {

/// What comes from something before the service, for people.
http_response html_page(int status, std::string_view title) {
    http_response made;
    made.status = status;
    made.headers.emplace_back("Content-Type", "text/html; charset=us-ascii");
    made.body = "<!DOCTYPE html><html><head><title>" + std::string{title} +
                "</title></head><body><h1>" + std::string{title} + "</h1></body></html>";
    return made;
}

/// The status and words of a 5xx; status 0 for other faults.
refusal server_error(fault what) {
    switch (what) {
        case fault::error_500:
            return {500, "InternalServerError", "An internal server error occurred."};
        case fault::error_502:
            return {502, "BadGateway", "The gateway got no valid answer."};
        case fault::error_503:
            return {503, "ServiceUnavailable", "The service is temporarily unavailable."};
        case fault::error_504:
            return {504, "GatewayTimeout", "The gateway got no answer in time."};
        default:
            return {0, "", ""};
    }
}

bool is_throttling(fault what) {
    return what == fault::throttled_integer || what == fault::throttled_decimal ||
           what == fault::throttled_dated || what == fault::throttled_absent;
}

/// False when the caller never sees what the directory answered.
bool answer_arrives(fault what) {
    switch (what) {
        case fault::error_502:
        case fault::error_504:
        case fault::part_missing:
        case fault::reset_during:
        case fault::reply_lost:
        case fault::silent:
        case fault::not_json:
        case fault::truncated:
            return false;
        default:
            return true;
    }
}

/// Makes of the answer what the fault leaves of it.
void carry(reply& to, http_response response, fault what) {
    to.response = std::move(response);
    switch (what) {
        case fault::reset_before:
            to.how = delivery::reset_before;
            break;
        case fault::reset_during:
            to.how = delivery::reset_during;
            break;
        case fault::reply_lost:
            to.how = delivery::lost;
            break;
        case fault::silent:
            to.how = delivery::silent;
            break;
        case fault::not_json:
            to.response = html_page(200, "Welcome");
            break;
        case fault::truncated:
            if (to.response->status == 200) to.response->body.resize(to.response->body.size() / 2);
            break;
        case fault::connection_close:
            to.close = true;
            break;
        default:
            break;
    }
    bool const has_response = to.how == delivery::delivered || to.how == delivery::reset_during;
    if (!has_response) to.response.reset();
}

}  // namespace

tenant::service::service(tenant_description of, options chosen)
    : settings(std::move(chosen)),
      held(of.skus, std::move(of.users)),
      all_groups(std::move(of.groups), held, {of.dependencies, of.exclusions},
                 random{settings.seed, 7}),
      counted(of.counted),
      tenant_id_(std::move(of.tenant_id)),
      domain_(std::move(of.domain)),
      client_id_(std::move(of.client_id)),
      rules_{std::move(of.dependencies), std::move(of.exclusions)},
      faults_(settings.seed, 1),
      part_faults_(settings.seed, 2),
      latency_(settings.seed, 3),
      order_(settings.seed, 4),
      ids_(settings.seed, 5),
      waits_(settings.seed, 6) {
    issued.grant(settings.roles);
}

reply tenant::service::handle(http_request const& request, time_point now, wall_time wall) {
    ++counted.requests;
    auto const where = split_address(request.url);
    auto const sign_in_to = sign_in_tenant(where.path);
    auto const to = sign_in_to ? route{} : route_of(request.method, where.path);
    auto const& shares = sign_in_to ? settings.login_faults : settings.faults;
    fault_target const target{.part = false, .write = to.writes(), .list = to.lists_users()};
    auto const what = draw_fault(faults_, shares, target);
    if (what != fault::none) ++counted.faults;

    current_ = exchange{};
    current_.now = now;
    current_.wall = wall;
    current_.root = where.root;
    current_.request_id = draw_guid(ids_);
    current_.reply_timeout = request.reply_timeout;
    all_groups.process(as_of());
    current_.arrives = answer_arrives(what);
    if (what == fault::slow) current_.held_up = latency_.around(shares.slow_median);
    answer_after(draw_latency());
    auto response =
        sign_in_to ? sign_in_or_fail(request, *sign_in_to, what) : answer(request, to, what);
    finish(response, request);
    reply made;
    made.delay = current_.delay;
    carry(made, std::move(response), what);
    return made;
}

duration tenant::service::draw_latency() {
    auto const drawn = latency_.around(settings.latency_median);
    if (settings.latency_median <= duration::zero()) return drawn;
    auto const at_least = std::max(drawn, settings.latency_shortest);
    return settings.latency_longest ? std::min(at_least, *settings.latency_longest) : at_least;
}

/// Sets when the caller has the answer.
void tenant::service::answer_after(duration latency) {
    current_.delay = latency + current_.held_up;
    current_.answered = current_.now + std::min(current_.delay, current_.reply_timeout);
    current_.told.reset();
    if (current_.arrives && current_.delay <= current_.reply_timeout) {
        current_.told = current_.answered + settings.announcement_travel;
    }
}

http_response tenant::service::answer(http_request const& request, route const& to, fault what) {
    call of;
    of.to = to;
    of.query = split_address(request.url).query;
    if (auto const* const id = find_header(request.headers, "client-request-id")) {
        of.client_request_id = *id;
    }
    of.empty_page = what == fault::empty_page;
    http_response real;
    if (applied_under(what, faults_)) real = answer_whole(request, of);
    auto const server = server_error(what);
    if (server.status != 0 && faults_.chance(settings.faults.html)) {
        return html_page(server.status, server.message);
    }
    auto instead = answer_instead(what, of);
    return instead ? std::move(*instead) : real;
}

http_response tenant::service::answer_whole(http_request const& request, call of) {
    if (auto refused = refuse_token(request)) return std::move(*refused);
    if (of.to.kind == route_kind::batch) return answer_batch(request);
    if (!of.to.writes()) return serve(of);
    auto const* const type = find_header(request.headers, "content-type");
    if (type == nullptr || !lower(*type).starts_with("application/json")) return serve(of);
    auto const body = read_body(request.body);
    of.body = std::get_if<sent_body>(&body);
    return serve(of);
}

std::optional<http_response> tenant::service::answer_instead(fault what, call const& of) {
    if (is_throttling(what)) return throttle_by_chance(what, of);
    if (what == fault::concurrency) return refuse(concurrency_violation(), of.client_request_id);
    auto const server = server_error(what);
    if (server.status == 0) return std::nullopt;
    return error(server, of.client_request_id);
}

http_response tenant::service::sign_in_or_fail(http_request const& request, std::string_view name,
                                               fault what) {
    ++counted.token_requests;
    login_terms const terms{tenant_id_, domain_,          client_id_,
                            settings,   used_assertions_, challenge_};
    http_response real;
    if (applied_under(what, faults_)) {
        real = sign_in(request, name, terms, issued, ids_, current_.now, current_.wall);
    }
    if (is_throttling(what)) {
        auto refused = login_error(429, "temporarily_unavailable", 90055,
                                   "The tenant sent too many requests.", ids_, current_.wall);
        if (what != fault::throttled_absent) {
            refused.headers.emplace_back("Retry-After", std::to_string(1 + waits_.below(10)));
        }
        return refused;
    }
    auto const server = server_error(what);
    if (server.status == 0) return real;
    if (faults_.chance(settings.login_faults.html)) return html_page(server.status, server.message);
    return login_error(server.status, "temporarily_unavailable", 90033,
                       "A transient error has occurred. Please try again.", ids_, current_.wall);
}

std::optional<http_response> tenant::service::refuse_token(http_request const& request) {
    constexpr std::string_view scheme = "Bearer ";
    auto const* const sent = find_header(request.headers, "authorization");
    bool const bears = sent != nullptr && sent->size() > scheme.size() &&
                       equal_whatever_case(sent->substr(0, scheme.size()), scheme);
    std::string_view message = "Access token is empty.";
    if (bears) {
        auto const standing =
            issued.look_up(std::string_view{*sent}.substr(scheme.size()), current_.now);
        if (standing == tokens::standing::good) {
            return challenge(request, std::string_view{*sent}.substr(scheme.size()));
        }
        message = standing == tokens::standing::expired
                      ? "Lifetime validation failed, the token is expired."
                      : "Access token validation failure.";
    }
    auto const* const id = find_header(request.headers, "client-request-id");
    auto made = refuse({401, "InvalidAuthenticationToken", std::string{message}},
                       id == nullptr ? std::string_view{} : *id);
    made.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"\"");
    return made;
}

/// What a token that is good otherwise is challenged with; empty when it is not.
std::optional<http_response> tenant::service::challenge(http_request const& request,
                                                        std::string_view token) {
    if (settings.challenges == challenging::never) return std::nullopt;
    bool const answered = issued.answers_challenge(token);
    if (settings.challenges == challenging::once && answered) return std::nullopt;
    if (challenge_.empty() || answered) challenge_ = challenge_claims(current_.wall);
    auto const* const id = find_header(request.headers, "client-request-id");
    auto made = refuse({401, "InvalidAuthenticationToken",
                        "Continuous access evaluation resulted in challenge with result: "
                        "InteractionRequired."},
                       id == nullptr ? std::string_view{} : *id);
    // Not alone, and in no order that a caller could rely on.
    made.headers.emplace_back("WWW-Authenticate", "PoP nonce=\"simulated\"");
    made.headers.emplace_back("WWW-Authenticate",
                              "Bearer claims=\"" + base64url(challenge_) +
                                  "\", realm=\"\", authorization_uri=\"https://login.example/"
                                  "common/oauth2/authorize\", error=\"insufficient_claims\"");
    return made;
}

reply tenant::service::handle_identity(http_request const& request, time_point now,
                                       wall_time wall) {
    ++counted.requests;
    ++counted.token_requests;
    identity_terms const terms{client_id_, settings.identity_header, settings.token_lifetime};
    reply made;
    made.response = answer_identity(request, terms, issued, ids_, now, wall);
    made.close = true;
    return made;
}

/// An answer that says no for good; counted.
http_response tenant::service::refuse(refusal const& why, std::string_view client_request_id) {
    ++counted.refusals;
    return error(why, client_request_id);
}

http_response tenant::service::error(refusal const& why, std::string_view client_request_id) {
    http_response made;
    made.status = why.status;
    made.headers.emplace_back("Content-Type", "application/json");
    made.body =
        error_body(why.code, why.message, {current_.wall, current_.request_id, client_request_id});
    return made;
}

/// The headers that every answer has.
void tenant::service::finish(http_response& to, http_request const& request) const {
    auto const shift = std::chrono::duration_cast<wall_time::duration>(settings.date_shift);
    to.headers.emplace_back("Date", http_date(current_.wall + shift));
    to.headers.emplace_back("request-id", current_.request_id.str());
    if (auto const* const id = find_header(request.headers, "client-request-id")) {
        to.headers.emplace_back("client-request-id", *id);
    }
    to.headers.emplace_back("x-ms-ags-diagnostic",
                            R"({"ServerInfo":{"DataCenter":"Simulated","Slice":"E","Ring":"1"}})");
}

void tenant::service::take_seats(sku_id of, std::int64_t seats, time_point now) {
    // What was due before it comes before it.
    auto const since = std::chrono::floor<std::chrono::milliseconds>(now - current_.now);
    all_groups.process({now, current_.wall + since, settings.read_lag});
    auto const sku = held.find_sku(of);
    if (sku) held.take_seats(*sku, seats, {now, wall_time{}, settings.read_lag});
}

tenant_description tenant::service::describe() const {
    tenant_description made;
    made.tenant_id = tenant_id_;
    made.domain = domain_;
    made.client_id = client_id_;
    for (auto const& sku : held.skus()) {
        made.skus.push_back(sku.is);
        made.skus.back().bought.consumed = sku.consumed();
    }
    made.dependencies = rules_.dependencies;
    made.exclusions = rules_.exclusions;
    made.users.reserve(held.size());
    for (user_index which = 0; which < held.size(); ++which) {
        if (!held.at(which).removed) made.users.push_back(held.described(which));
    }
    for (std::size_t which = 0; which < all_groups.size(); ++which) {
        made.groups.push_back(all_groups.described(static_cast<group_index>(which)));
    }
    made.counted = counted;
    return made;
}

}  // namespace allot::simulated
