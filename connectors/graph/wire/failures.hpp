#pragma once

#include <string>

#include "connectors/graph/wire/json.hpp"
#include "connectors/port/directory_words.hpp"
#include "connectors/port/message.hpp"
#include "connectors/port/time.hpp"

/// Statuses and error bodies to outcomes. For this folder only.
namespace allot::graph::wire {

/// What a request does to the tenant: it decides what a missing answer means.
enum class effect { reads, writes };

/// What a body turned out to be.
enum class body_shape {
    absent,  ///< none, or null
    object,
    other  ///< not JSON, not whole, or no object
};

/// A reply or one part of a batch, its body parsed.
struct answer {
    int status = 0;
    http_headers const& headers;
    body_shape shape = body_shape::absent;
    json::object body{};  ///< when `shape` is object
};

/// The body of a whole response, parsed.
answer answer_of(http_response const& reply);

/// What every outcome has from its reply: evidence, what was charged, how near the limit is.
/// The kind is done; the caller says otherwise.
outcome outcome_of(answer const& from);

/// The outcome of a status that is no success.
outcome failure_of(answer const& from, effect on_tenant, wall_time wall_now);

/// The outcome of a success whose body cannot be believed: a reading is tried again, a write is
/// lost.
outcome unbelievable(answer const& from, effect on_tenant, std::string what);

}  // namespace allot::graph::wire
