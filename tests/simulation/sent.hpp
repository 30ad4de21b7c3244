#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/message.hpp"

/// HTTP requests and replies as an onlooker reads them; shares no code with the client.
namespace allot::simulation {

enum class asked_for : std::uint8_t {
    sign_in,
    subscriptions,
    users,
    user,
    group,
    location,
    licences,
    joining,  ///< of a group
    leaving
};

/// One request, or one part of a batch.
struct sent_part {
    std::string id;  ///< in its batch; empty outside
    asked_for what = asked_for::users;
    std::string user;                  ///< object id or UPN
    std::string group;                 ///< object id; of a group's requests
    std::vector<std::string> members;  ///< object ids: who is to join or to leave it
    std::string location;              ///< location only
    std::vector<licence_add> adds;
    std::vector<sku_id> removes;

    [[nodiscard]] bool writes() const {
        return what == asked_for::location || what == asked_for::licences ||
               what == asked_for::joining || what == asked_for::leaving;
    }
    /// Who is written to, or read.
    [[nodiscard]] std::vector<std::string> people() const {
        return members.empty() ? std::vector{user} : members;
    }
};

struct sent_request {
    std::vector<sent_part> parts;
    std::string error;  ///< what is wrong with it; empty when it can be understood

    [[nodiscard]] bool writes() const;
};

sent_request read_request(http_request const& request);

/// What came back for one part.
struct part_answer {
    int status = 0;  ///< 0: none
    http_headers headers;
};

/// One for each part of the request, in its order.
std::vector<part_answer> read_answers(sent_request const& request, http_response const& reply);

}  // namespace allot::simulation
