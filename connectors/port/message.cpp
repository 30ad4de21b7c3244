#include "connectors/port/message.hpp"

#include <algorithm>
#include <stdexcept>

namespace allot {

std::string const* find_header(http_headers const& headers, std::string_view name) {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    for (auto const& [key, value] : headers) {
        if (std::ranges::equal(key, name, {}, lower, lower)) return &value;
    }
    return nullptr;
}

void throw_exception_from_error(transport_failure const& error, boost::source_location const&) {
    throw std::runtime_error(error.what);
}

}  // namespace allot
