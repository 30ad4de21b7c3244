#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/message.hpp"
#include "tests/fuzz/fuzzing.hpp"

/// HTTP replies from the fuzzer's bytes, and what must hold of what is read of them.
namespace allot::fuzzing {

/// The status on a line, then `name: value` lines, an empty one, and the body: as on the wire.
inline http_response reply_of(input& from) {
    http_response made;
    auto const status = from.line();
    std::from_chars(status.data(), status.data() + status.size(), made.status);
    // The transport gives no others.
    made.status = std::clamp(made.status, 100, 599);
    for (auto line = from.line(); !line.empty(); line = from.line()) {
        auto const colon = std::min(line.find(':'), line.size());
        auto value = line.substr(std::min(colon + 1, line.size()));
        if (value.starts_with(' ')) value.remove_prefix(1);
        made.headers.emplace_back(line.substr(0, colon), value);
    }
    made.body = from.rest();
    return made;
}

inline void check_user(user const& of) {
    must(of.usage_location.empty() || of.usage_location.size() == 2, "a location is two letters",
         of.usage_location);
    for (std::size_t at = 0; at < of.licences.size(); ++at) {
        auto const& one = of.licences[at];
        must(std::is_sorted(one.disabled_plans.begin(), one.disabled_plans.end()),
             "plans are sorted");
        must(at == 0 || of.licences[at - 1].sku <= one.sku, "licences are sorted by SKU");
    }
}

}  // namespace allot::fuzzing
