#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/port/id.hpp"
#include "connectors/port/message.hpp"
#include "connectors/simulated/model/options.hpp"
#include "connectors/simulated/model/random.hpp"

namespace allot::simulated {

/// The access tokens that were issued.
class tokens {
 public:
    enum class standing { good, expired, unknown };

    /// What the tokens grant from now on: they tell it as a JSON Web Token's claim `roles`.
    void grant(std::vector<std::string> roles) { roles_ = std::move(roles); }
    /// `answers_challenge`: the sign-in sent the claims that a challenge asked for.
    std::string issue(random& from, time_point until, bool answers_challenge = false);
    [[nodiscard]] bool answers_challenge(std::string_view token) const;
    [[nodiscard]] standing look_up(std::string_view token, time_point now) const;
    void revoke_all() { issued_.clear(); }

 private:
    struct issued {
        std::string text;
        time_point until;
        bool answers_challenge = false;
    };
    [[nodiscard]] issued const* find(std::string_view token) const;

    std::vector<issued> issued_;
    std::vector<std::string> roles_;
};

/// Whom the login service lets in.
struct login_terms {
    std::string_view tenant_id;
    std::string_view domain;
    std::string_view client_id;
    options const& chosen;        ///< secret, certificate, federated token, lifetime
    std::set<std::string>& used;  ///< ids of assertions
    std::string_view challenge;   ///< the claims that were asked for; empty: none were
};

/// The claims, as JSON, that a challenge of this moment asks for: a token that is newer.
std::string challenge_claims(wall_time since);

/// Answers `POST /{tenant}/oauth2/v2.0/token`: client credentials with a secret or an assertion
/// (graph-facts 6.1 to 6.3).
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
