#include "connectors/simulated/model/paging.hpp"

#include <charconv>

#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/json_text.hpp"
#include "connectors/simulated/model/random.hpp"

namespace allot::simulated {

namespace {

constexpr std::size_t page_size_default = 100;
constexpr std::size_t page_size_max = 999;
constexpr std::size_t skip_token_size = 16;
constexpr char again = 'n';  ///< behind a token, for each page that came empty

/// Where a page begins, as an opaque text: the number, and a check that it was not made up.
std::string skip_token(std::uint32_t from) {
    constexpr std::string_view digits = "0123456789abcdef";
    auto bits = random{from}.next() & 0xFFFF'FFFF;
    bits |= std::uint64_t{from} << 32;
    std::string token;
    for (int at = 60; at >= 0; at -= 4) token += digits[bits >> at & 15];
    return token;
}

/// Where the page begins that a token stands for; empty for a token that was not given out.
std::optional<std::uint32_t> page_start(std::string_view token) {
    std::uint32_t from = 0;
    auto const half = token.substr(0, 8);
    auto const [end, wrong] = std::from_chars(half.data(), half.data() + half.size(), from, 16);
    if (wrong != std::errc{} || end != half.data() + 8) return std::nullopt;
    bool const given_out = token.starts_with(skip_token(from)) &&
                           token.find_first_not_of(again, skip_token_size) == token.npos;
    return given_out ? std::optional{from} : std::nullopt;
}

/// 1 to 999; empty for anything else.
std::optional<std::size_t> page_size(std::string_view top) {
    std::size_t size = 0;
    auto const [end, wrong] = std::from_chars(top.data(), top.data() + top.size(), size);
    bool const whole = wrong == std::errc{} && end == top.data() + top.size();
    return whole && size >= 1 && size <= page_size_max ? std::optional{size} : std::nullopt;
}

}  // namespace

http_response json_answer(std::string body) {
    http_response made;
    made.status = 200;
    made.headers.emplace_back("Cache-Control", "no-cache");
    made.headers.emplace_back("OData-Version", "4.0");
    made.headers.emplace_back(
        "Content-Type",
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;"
        "charset=utf-8");
    made.body = std::move(body);
    return made;
}

refusal unsupported_query() {
    return {400, "Request_UnsupportedQuery", "Unsupported Query."};
}

std::variant<wanted_page, refusal> read_wanted_page(std::string_view query) {
    wanted_page made;
    auto const top = query_value(query, "$top");
    auto const size = top ? page_size(*top) : page_size_default;
    if (!size) {
        return refusal{.message = "Invalid page size specified: '" + std::string{*top} +
                                  "'. Must be between 1 and 999 inclusive."};
    }
    made.size = *size;
    auto const token = query_value(query, "$skiptoken");
    auto const start = token ? page_start(*token) : 0;
    if (!start) return refusal{.message = "Skip token is not valid."};
    made.start = *start;
    return made;
}

void append_next_link(std::string& to, std::string_view address, std::string_view query,
                      std::uint32_t start) {
    auto link = std::string{address} + "?";
    for (auto const* const kept : {"$select", "$filter", "$top"}) {
        if (auto const value = query_value(query, kept)) {
            link += kept;
            link += "=" + std::string{*value} + "&";
        }
    }
    auto token = skip_token(start);
    // A page that came empty is followed by the same, but never by itself.
    auto const asked = query_value(query, "$skiptoken").value_or("");
    if (asked.starts_with(token)) token = std::string{asked} + again;
    to += R"(,"@odata.nextLink":)";
    append_said_text(to, link + "$skiptoken=" + token);
}

}  // namespace allot::simulated
