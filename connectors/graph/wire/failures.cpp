#include "connectors/graph/wire/failures.hpp"

#include <array>

#include "connectors/graph/wire/limits.hpp"
#include "connectors/graph/wire/text.hpp"

namespace allot::graph::wire {

namespace {

constexpr std::size_t detail_max = 1000;     ///< bytes of the service's words that are kept
constexpr std::size_t request_id_max = 128;  ///< it is a GUID; a hostile one is cut
constexpr int inner_errors_max = 16;         ///< they nest two or three deep

/// An error body, read as far as it can be.
struct service_error {
    std::string code;     ///< the outermost that is not empty
    std::string message;  ///< likewise
    std::string words;    ///< all codes and messages in lower case, to look for known ones
    std::string request_id;
    std::string client_request_id;
};

void take_first(std::string& to, json::object const& from, std::string_view key,
                std::size_t size_max) {
    auto const text = json::text_at(from, key);
    if (!text) return;
    if (to.empty()) to = said(*text, size_max);
}

service_error read_error(answer const& from) {
    service_error read;
    auto level = from.shape == body_shape::object ? json::object_at(from.body, "error")
                                                  : std::optional<json::object>{};
    for (int depth = 0; level && depth < inner_errors_max; ++depth) {
        for (auto const* const key : {"code", "message"}) {
            auto const text = json::text_at(*level, key).value_or("");
            read.words += lowered(text.substr(0, detail_max));
            read.words += '\n';
        }
        take_first(read.code, *level, "code", detail_max);
        take_first(read.message, *level, "message", detail_max);
        take_first(read.request_id, *level, "request-id", request_id_max);
        take_first(read.client_request_id, *level, "client-request-id", request_id_max);
        auto next = json::object_at(*level, "innerError");
        level = next ? next : json::object_at(*level, "innererror");
    }
    return read;
}

/// What a 400 says, by the words in it: the service has one code for all of them, so there is
/// nothing else to go by. First the messages of assignLicense, then the codes of the cloud
/// licensing API. In the order in which they are looked for.
struct known_refusal {
    std::string_view words;
    reason why;
};
constexpr std::array known_refusals{
    known_refusal{"does not have any available licenses", reason::no_seats},
    known_refusal{"does not correspond to a valid company license", reason::sku_not_owned},
    known_refusal{"invalid usage location", reason::usage_location_missing},
    known_refusal{"depends on the service plan", reason::plan_dependency},
    known_refusal{"mutually exclusive", reason::plan_conflict},
    known_refusal{"inherited from a group", reason::inherited_from_group},
    known_refusal{"because they are inherited", reason::inherited_from_group},
    known_refusal{"another object with the same value", reason::uniqueness_violation},
    known_refusal{"does not have a corresponding license", reason::not_as_asked},
    known_refusal{"noavailablelicenses", reason::no_seats},
    known_refusal{"invalidusagelocation", reason::usage_location_missing},
    known_refusal{"mutuallyexclusiveserviceplans", reason::plan_conflict},
    known_refusal{"proxyaddressconflict", reason::uniqueness_violation},
};

reason refusal_reason(service_error const& error) {
    for (auto const& known : known_refusals) {
        if (error.words.find(known.words) != std::string::npos) return known.why;
    }
    return reason::refused;
}

/// All GUIDs in a text, each once, in the order of the text.
std::vector<sku_id> skus_in(std::string_view text) {
    constexpr std::size_t guid_size = 36;
    std::vector<sku_id> found;
    for (std::size_t at = 0; at + guid_size <= text.size(); ++at) {
        auto const sku = sku_id::parse(text.substr(at, guid_size));
        if (!sku) continue;
        if (std::ranges::find(found, *sku) == found.end()) found.push_back(*sku);
        at += guid_size - 1;
    }
    return found;
}

void refuse(outcome& to, service_error const& error) {
    to.kind = outcome_kind::refused;
    to.why = refusal_reason(error);
    // Other refusals name service plans.
    if (to.why == reason::no_seats || to.why == reason::sku_not_owned) {
        to.skus = skus_in(error.message);
    }
}

/// The outcome of a write whose reply comes from something before the service that does not know.
void unknown_if_written(outcome& to, effect on_tenant) {
    bool const writes = on_tenant == effect::writes;
    to.kind = writes ? outcome_kind::lost : outcome_kind::transient;
    to.why = writes ? reason::lost_reply : reason::service_error;
}

void judge_client_error(outcome& to, int status, service_error const& error) {
    auto const code = lowered(error.code);
    to.kind = outcome_kind::refused;
    to.why = reason::refused;
    if (status == 400) {
        refuse(to, error);
    } else if (status == 401) {
        to.kind = outcome_kind::stopped;
        to.why = reason::sign_in_refused;
    } else if (status == 403) {
        to.why = reason::permission_refused;
        bool const denied = code == "authorization_requestdenied" ||
                            error.words.find("missingrequiredpermission") != std::string::npos;
        if (denied) to.kind = outcome_kind::stopped;
    } else if (status == 404 && code == "request_resourcenotfound") {
        to.why = reason::user_not_found;
    } else if (status == 429) {
        to.kind = outcome_kind::throttled;
        to.why = reason::throttled;
    } else if (status == 408 || status == 424) {
        to.kind = outcome_kind::transient;
        to.why = reason::service_error;
    }
}

void judge_server_error(outcome& to, int status, effect on_tenant) {
    to.kind = outcome_kind::transient;
    to.why = reason::service_error;
    if (status == 500 || status == 503 || status == 509) return;
    if (status == 501 || status == 507) {
        to.kind = outcome_kind::refused;
        to.why = reason::refused;
        return;
    }
    unknown_if_written(to, on_tenant);
}

std::string words_for(answer const& from, service_error const& error) {
    if (from.status >= 300 && from.status < 400) {
        return "HTTP " + std::to_string(from.status) + ": a redirect, which is not followed";
    }
    if (!error.message.empty()) return error.message;
    if (!error.code.empty()) return error.code;
    return "HTTP " + std::to_string(from.status) + " without a readable explanation";
}

}  // namespace

answer answer_of(http_response const& reply) {
    answer parsed{reply.status, reply.headers};
    if (reply.body.empty()) return parsed;
    auto const body = json::parse_object(reply.body);
    parsed.shape = body ? body_shape::object : body_shape::other;
    if (body) parsed.body = *body;
    return parsed;
}

outcome outcome_of(answer const& from) {
    outcome made;
    made.kind = outcome_kind::done;
    made.seen.http_status = from.status;
    if (auto const* const id = find_header(from.headers, "request-id")) {
        made.seen.request_id = said(*id, request_id_max);
    }
    if (auto const* const id = find_header(from.headers, "client-request-id")) {
        made.seen.client_request_id = said(*id, request_id_max);
    }
    made.resource_units = number_header(from.headers, "x-ms-resource-unit", resource_units_max);
    made.limit_fraction =
        number_header(from.headers, "x-ms-throttle-limit-percentage", limit_fraction_max);
    return made;
}

outcome failure_of(answer const& from, effect on_tenant, wall_time wall_now) {
    auto made = outcome_of(from);
    auto const error = read_error(from);
    made.detail = words_for(from, error);
    if (made.seen.request_id.empty()) made.seen.request_id = error.request_id;
    if (made.seen.client_request_id.empty()) made.seen.client_request_id = error.client_request_id;
    auto const waiting = retry_after(from.headers, wall_now);
    bool const concurrency = lowered(error.code) == "directory_concurrencyviolation";
    if (concurrency || (from.status == 409 && waiting)) {
        made.kind = outcome_kind::transient;
        made.why = reason::service_error;
    } else if (from.status >= 400 && from.status < 500) {
        judge_client_error(made, from.status, error);
    } else if (from.status >= 500 && from.status < 600) {
        judge_server_error(made, from.status, on_tenant);
    } else if (from.status >= 300 && from.status < 400 && on_tenant == effect::reads) {
        // Of a change, whoever redirects does not say what became of it.
        made.kind = outcome_kind::refused;
        made.why = reason::service_error;
    } else {
        unknown_if_written(made, on_tenant);
    }
    if (made.kind == outcome_kind::throttled) made.scope = scope_of(from.headers);
    if (made.kind == outcome_kind::throttled || made.kind == outcome_kind::transient) {
        made.retry_after = waiting;
    }
    return made;
}

outcome unbelievable(answer const& from, effect on_tenant, std::string what) {
    auto made = outcome_of(from);
    made.detail = std::move(what);
    unknown_if_written(made, on_tenant);
    if (made.kind == outcome_kind::transient) made.why = reason::unreadable;
    return made;
}

}  // namespace allot::graph::wire
