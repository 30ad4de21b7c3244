#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "connectors/simulated/model/assign.hpp"
#include "connectors/simulated/model/refusal.hpp"

/// Reading what requests carry.
namespace allot::simulated {

/// A JSON body, read for all writes: the address decides which of them is meant.
struct sent_body {
    assignment wanted;
    std::optional<refusal> not_assignable;  ///< why it is no body for assignLicense
    std::string location;                   ///< two letters in upper case
    std::optional<refusal> not_a_location;  ///< why it is no body for a PATCH of the usage location
    std::vector<user_id> members;           ///< that are to be added to a group
    std::optional<refusal> not_members;     ///< why it is no body for a PATCH of a group
    std::optional<refusal> not_a_member;    ///< why it is no body for members/$ref
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
