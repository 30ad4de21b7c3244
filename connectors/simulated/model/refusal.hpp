#pragma once

#include <string>
#include <string_view>

namespace allot::simulated {

/// Why the directory does not do what it was asked to.
struct refusal {
    int status = 400;
    std::string_view code = "Request_BadRequest";  ///< a literal
    std::string message;
};

/// No user of that id or UPN, or none yet.
inline refusal no_such_user(std::string_view key) {
    return {
        404, "Request_ResourceNotFound",
        "Resource '" + std::string{key} +
            "' does not exist or one of its queried reference-property objects are not present."};
}

inline refusal concurrency_violation() {
    return {409, "Directory_ConcurrencyViolation",
            "Error due to concurrent requests being made to the tenant. Please wait briefly and "
            "retry."};
}

inline refusal unknown_property() {
    return {.message =
                "Could not find a property that was selected on type 'microsoft.graph.user'."};
}

}  // namespace allot::simulated
