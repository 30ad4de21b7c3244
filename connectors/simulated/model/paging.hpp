#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "connectors/port/message.hpp"
#include "connectors/simulated/model/refusal.hpp"

/// What all lists of the directory have in common (graph-facts section 5).
namespace allot::simulated {

/// 200 with this body and the headers of the directory.
http_response json_answer(std::string body);

refusal unsupported_query();

/// Which part of a list a query asks for.
struct wanted_page {
    std::size_t size = 0;     ///< 1 to 999
    std::uint32_t start = 0;  ///< what the list's own token said; 0: the beginning
};

/// Reads `$top` and `$skiptoken`.
std::variant<wanted_page, refusal> read_wanted_page(std::string_view query);

/// `,"@odata.nextLink":…`: the same list from `start` on. `address` is without the query, of which
/// `$select`, `$filter` and `$top` are kept.
void append_next_link(std::string& to, std::string_view address, std::string_view query,
                      std::uint32_t start);

}  // namespace allot::simulated
