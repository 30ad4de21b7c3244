#pragma once

#include <optional>
#include <string>
#include <vector>

namespace allot::graph::wire {

/// The application permissions that an access token grants: its claim `roles`, none where it has no
/// such claim. Empty when the token is no JSON Web Token: then it says nothing, and the service
/// alone knows. The signature is the service's to check.
/// Source: learn.microsoft.com/entra/identity-platform/access-token-claims-reference.
std::optional<std::vector<std::string>> read_roles(std::string const& token);

}  // namespace allot::graph::wire
