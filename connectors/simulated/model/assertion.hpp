#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "connectors/port/time.hpp"
#include "connectors/simulated/model/options.hpp"

/// How the login service checks a client assertion (graph-facts 6.2, 6.3), more strictly than the
/// real one where that is not known.
namespace allot::simulated {

struct assertion_terms {
    std::string_view address;  ///< of the token endpoint, as it was asked
    std::string_view client_id;
    options const& registered;    ///< certificate and federated token
    std::set<std::string>& used;  ///< ids of assertions; a good one adds its own
    wall_time now{};
};

struct assertion_refusal {
    int code = 0;  ///< AADSTS
    std::string message;
};

/// Empty when the assertion is good: one that the application issued itself is held against its
/// certificate, any other against its federated credential.
std::optional<assertion_refusal> refuse_assertion(std::string_view assertion,
                                                  assertion_terms const& terms);

}  // namespace allot::simulated
