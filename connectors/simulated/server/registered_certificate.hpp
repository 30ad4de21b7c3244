#pragma once

#include <string_view>

#include "connectors/port/result.hpp"
#include "connectors/simulated/model/options.hpp"

namespace allot::simulated {

/// The first certificate of a PEM text, as the tenant's application registration keeps it: its
/// public part, and how to check what its key has signed. Errors: `invalid_input` when there is
/// none with an RSA key, without the file's name.
result<certificate_on_file> register_certificate(std::string_view pem);

}  // namespace allot::simulated
