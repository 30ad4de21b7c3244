#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "connectors/simulated/model/assign.hpp"
#include "connectors/simulated/model/refusal.hpp"

/// Reading what requests carry.
namespace allot::simulated {

/// A JSON body, read for both writes: the address decides which of the two is meant.
struct sent_body {
    assignment wanted;
    std::optional<refusal> not_assignable;  ///< why it is no body for assignLicense
    std::string location;                   ///< two letters in upper case
    std::optional<refusal> not_a_location;  ///< why it is no body for a PATCH of the usage location
};

/// A part of a batch. Defaults stand for what is absent.
struct sent_part {
    std::string id;
    std::string method;
    std::string url;
    std::string client_request_id;
    bool typed = false;  ///< its headers say `Content-Type: application/json`
    std::optional<sent_body> body;
    std::vector<std::string> depends_on;
};

/// The body of a single write.
std::variant<sent_body, refusal> read_body(std::string const& text);

/// The parts of an envelope in their order: 1 to 20, each with an id of its own (whatever the
/// case), a method and a relative URL. A refusal is of the whole envelope.
std::variant<std::vector<sent_part>, refusal> read_batch(std::string const& text);

}  // namespace allot::simulated
