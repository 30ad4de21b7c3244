#include "connectors/graph/wire/replies.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "connectors/graph/wire/entities.hpp"
#include "connectors/graph/wire/failures.hpp"
#include "connectors/graph/wire/group_failures.hpp"
#include "connectors/graph/wire/text.hpp"

namespace allot::graph::wire {

namespace {

effect effect_of(operation const& asked) {
    return only_reads(asked.kind) ? effect::reads : effect::writes;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 128; });
}

/// Whether an id or a principal name that a reply gives is certainly not of the user that the
/// operation named. Two names with other letters than ASCII may be the same in another case.
bool is_another(std::string_view asked, user_id id, std::string_view upn) {
    if (auto const asked_id = user_id::parse(asked)) return id != *asked_id;
    bool const named = asked.find('@') != std::string_view::npos && !upn.empty();
    return named && is_ascii(asked) && is_ascii(upn) && !same_word(asked, upn);
}

/// Whether the reply to a change of a user shows another user than the one changed.
bool shows_another(operation const& asked, json::object const& body) {
    user_id id;
    return !asked.user.empty() && json::read_id(body, "id", id) &&
           is_another(asked.user, id, json::text_at(body, "userPrincipalName").value_or(""));
}

/// A user that is whole and the one whom the operation named.
outcome read_user_outcome(operation const& asked, answer const& from) {
    if (from.status != 200 || from.shape != body_shape::object) {
        return unbelievable(from, effect::reads, "the reply with the user is not whole JSON");
    }
    auto made = outcome_of(from);
    user read;
    if (!read_user(from.body, read)) {
        return unbelievable(from, effect::reads,
                            "the user in the reply " + std::string{wrong_with(from.body)});
    }
    if (is_another(asked.user, read.id, read.upn)) {
        return unbelievable(from, effect::reads, "the reply is about another user");
    }
    made.read = std::move(read);
    return made;
}

/// A group that is whole and the one that was asked for.
outcome read_group_outcome(operation const& asked, answer const& from) {
    if (from.status != 200 || from.shape != body_shape::object) {
        return unbelievable(from, effect::reads, "the reply with the group is not whole JSON");
    }
    group read;
    if (!read_group(from.body, read)) {
        return unbelievable(from, effect::reads,
                            "the group in the reply " + std::string{wrong_with(from.body)});
    }
    if (read.id != asked.group) {
        return unbelievable(from, effect::reads, "the reply is about another group");
    }
    auto made = outcome_of(from);
    made.read_group = std::move(read);
    return made;
}

/// One page of the members in error, each whole. Where the next page is does not matter.
outcome read_members_outcome(answer const& from) {
    auto const items = from.status == 200 && from.shape == body_shape::object
                           ? json::array_at(from.body, "value")
                           : std::nullopt;
    if (!items) {
        return unbelievable(from, effect::reads, "the page of members is not whole JSON");
    }
    std::vector<user> read;
    for (auto const item : *items) {
        json::object row;
        if (item.get_object().get(row) != simdjson::SUCCESS) {
            return unbelievable(from, effect::reads,
                                "a member of the group lacks part of what was asked");
        }
        if (!is_user(row)) continue;
        if (!read_user(row, read.emplace_back())) {
            return unbelievable(from, effect::reads,
                                "a member of the group " + std::string{wrong_with(row)});
        }
    }
    auto made = outcome_of(from);
    simdjson::dom::element next;
    made.more_members =
        from.body.at_key("@odata.nextLink").get(next) == simdjson::SUCCESS && !next.is_null();
    made.read_members = std::move(read);
    return made;
}

/// The status is the confirmation (what the body of assignLicense holds varies), but it must come
/// from the service: a page of HTML with status 200 does not.
outcome write_outcome(operation const& asked, answer const& from, bool body_may_be_absent) {
    bool const confirmed = from.status == 200 || from.status == 201 || from.status == 202;
    bool const fitting =
        (from.shape == body_shape::absent && (from.status == 204 || body_may_be_absent)) ||
        (from.shape == body_shape::object && !json::object_at(from.body, "error") &&
         !shows_another(asked, from.body));
    if ((confirmed || from.status == 204) && fitting) return outcome_of(from);
    return unbelievable(from, effect::writes, "the reply to the change is not the service's");
}

outcome judge(operation const& asked, answer const& from, bool body_may_be_absent,
              wall_time wall_now) {
    if (from.status >= 200 && from.status < 300) {
        if (asked.kind == operation_kind::read_user) return read_user_outcome(asked, from);
        if (asked.kind == operation_kind::read_group) return read_group_outcome(asked, from);
        if (asked.kind == operation_kind::read_members_in_error) return read_members_outcome(from);
        return write_outcome(asked, from, body_may_be_absent);
    }
    auto made = failure_of(from, effect_of(asked), wall_now);
    tell_of_group(made, asked);
    bool const about_sku = made.why == reason::no_seats || made.why == reason::sku_not_owned;
    // The text that names the SKU varies; with one SKU in the call there is no doubt.
    if (about_sku && made.skus.empty() && asked.adds.size() == 1) {
        made.skus.push_back(asked.adds.front().sku);
    }
    return made;
}

/// The headers of a part; values that are no strings are left out.
http_headers part_headers(json::object const& part) {
    http_headers headers;
    auto const object = json::object_at(part, "headers");
    if (!object) return headers;
    for (auto const field : *object) {
        std::string_view value;
        if (field.value.get_string().get(value) != simdjson::SUCCESS) continue;
        headers.emplace_back(std::string{field.key}, std::string{value});
    }
    return headers;
}

/// The index of the operation that a part answers; empty for an id that is not ours.
std::optional<std::size_t> index_of(json::object const& part, std::size_t count) {
    auto const id = json::text_at(part, "id");
    if (!id || id->empty() || id->size() > 2 || id->front() == '0') return std::nullopt;
    std::size_t number = 0;
    for (char const digit : *id) {
        if (digit < '0' || digit > '9') return std::nullopt;
        number = number * 10 + static_cast<std::size_t>(digit - '0');
    }
    if (number > count) return std::nullopt;
    return number - 1;
}

/// What a part says; empty when it has no status, which is as good as no part.
std::optional<outcome> part_outcome(operation const& asked, json::object const& part,
                                    wall_time wall_now) {
    std::int64_t status = 0;
    if (!json::read_count(part, "status", status) || status < 100 || status > 599) {
        return std::nullopt;
    }
    auto const headers = part_headers(part);
    answer parsed{static_cast<int>(status), headers};
    simdjson::dom::element body;
    if (part.at_key("body").get(body) == simdjson::SUCCESS && !body.is_null()) {
        bool const object = body.get_object().get(parsed.body) == simdjson::SUCCESS;
        parsed.shape = object ? body_shape::object : body_shape::other;
    }
    return judge(asked, parsed, true, wall_now);
}

outcome no_answer(answer const& envelope, std::string what) {
    auto made = outcome_of(envelope);
    // What the envelope was charged is not this part's.
    made.resource_units.reset();
    made.kind = outcome_kind::lost;
    made.why = reason::lost_reply;
    made.detail = std::move(what);
    return made;
}

std::vector<outcome> read_parts(std::span<operation const> asked, answer const& envelope,
                                json::array const& parts, wall_time wall_now) {
    std::vector<std::optional<outcome>> found(asked.size());
    std::vector<bool> contradicted(asked.size());
    for (auto const item : parts) {
        json::object part;
        if (item.get_object().get(part) != simdjson::SUCCESS) continue;
        auto const index = index_of(part, asked.size());
        if (!index) continue;
        auto made = part_outcome(asked[*index], part, wall_now);
        if (!made) continue;
        auto& known = found[*index];
        if (known && *known != *made) contradicted[*index] = true;
        if (!known) known = std::move(made);
    }
    std::vector<outcome> outcomes;
    outcomes.reserve(asked.size());
    auto const envelope_request_id = outcome_of(envelope).seen.request_id;
    for (std::size_t index = 0; index < asked.size(); ++index) {
        if (!found[index]) {
            outcomes.push_back(no_answer(envelope, "the batch came back without this part"));
        } else if (contradicted[index]) {
            outcomes.push_back(
                no_answer(envelope, "the batch came back with two different answers"));
        } else {
            outcomes.push_back(*std::move(found[index]));
        }
        // A part has an id of its own only where the service gives one.
        auto& seen = outcomes.back().seen;
        if (seen.request_id.empty()) seen.request_id = envelope_request_id;
    }
    return outcomes;
}

/// The envelope failed or cannot be read: nothing is known of any part.
outcome envelope_outcome(operation const& asked, answer const& envelope, wall_time wall_now) {
    if (envelope.status >= 200 && envelope.status < 300) {
        return unbelievable(envelope, effect_of(asked), "the reply to the batch is not whole JSON");
    }
    auto made = failure_of(envelope, effect_of(asked), wall_now);
    if (envelope.status == 424) {
        return unbelievable(envelope, effect_of(asked), std::move(made.detail));
    }
    // A batch refused as a whole says nothing of one user or SKU.
    if (made.kind == outcome_kind::refused && made.why != reason::service_error) {
        made.why = reason::refused;
        made.skus.clear();
        made.whole_batch = true;
    }
    made.resource_units.reset();
    return made;
}

}  // namespace

outcome read_outcome(operation const& asked, http_response const& reply, wall_time wall_now) {
    return judge(asked, answer_of(reply), false, wall_now);
}

std::vector<outcome> read_batch(std::span<operation const> asked, http_response const& reply,
                                wall_time wall_now) {
    auto const envelope = answer_of(reply);
    // 200 whatever the parts say; 424 is what older descriptions and simulators have.
    bool const has_parts = envelope.status == 200 || envelope.status == 424;
    if (has_parts && envelope.shape == body_shape::object) {
        if (auto const parts = json::array_at(envelope.body, "responses")) {
            return read_parts(asked, envelope, *parts, wall_now);
        }
    }
    std::vector<outcome> outcomes;
    outcomes.reserve(asked.size());
    for (auto const& each : asked) {
        outcomes.push_back(envelope_outcome(each, envelope, wall_now));
    }
    return outcomes;
}

}  // namespace allot::graph::wire
