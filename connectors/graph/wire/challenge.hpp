#pragma once

#include <optional>
#include <string>

#include "connectors/port/message.hpp"

/// Claims challenges: the service takes a token back before its end, because something about the
/// application or its network has changed, and says what the next sign-in must ask for.
/// Source: learn.microsoft.com/entra/identity-platform/claims-challenge.
namespace allot::graph::wire {

/// The claims that a 401, or a part of a batch with one, asks for: a JSON object. Empty when the
/// reply has no claims challenge that can be read.
std::optional<std::string> claims_challenge(http_response const& reply);

/// What to send as the field `claims` of the next sign-in: those claims (a JSON object, or empty
/// for none), and that this client can handle challenges (`xms_cc`: `cp1`).
std::string claims_to_send(std::string const& challenge);

}  // namespace allot::graph::wire
