#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/id.hpp"
#include "connectors/port/message.hpp"
#include "connectors/simulated/model/random.hpp"

namespace allot::simulated {

/// The access tokens that were issued.
class tokens {
 public:
    enum class standing { good, expired, unknown };

    std::string issue(random& from, time_point until);
    [[nodiscard]] standing look_up(std::string_view token, time_point now) const;
    void revoke_all() { issued_.clear(); }

 private:
    struct issued {
        std::string text;
        time_point until;
    };
    std::vector<issued> issued_;
};

/// Whom the login service lets in.
struct login_terms {
    std::string_view tenant_id;
    std::string_view domain;
    std::string_view client_id;
    std::string_view client_secret;
    duration token_lifetime;
};

/// Answers `POST /{tenant}/oauth2/v2.0/token`: client credentials with a secret (graph-facts 6.1).
/// `tenant` is what stands in the path.
http_response sign_in(http_request const& request, std::string_view tenant,
                      login_terms const& terms, tokens& issued, random& from, time_point now,
                      wall_time wall);

/// An error of the login service, in its shape; the message without the code before it.
http_response login_error(int status, std::string_view error, int code, std::string_view message,
                          random& from, wall_time wall);

/// A GUID drawn from the stream, of version 4.
guid draw_guid(random& from);

}  // namespace allot::simulated
