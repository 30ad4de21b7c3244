#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace allot {

/// Shorter ones are no secrets, and may be part of any word.
inline constexpr std::size_t withheld_size_min = 8;
/// Puts `(withheld)` wherever the text repeats the secret. Some servers, and what stands before
/// them, tell in an error what they were sent; it must not go on into a log or a report.
inline void withhold(std::string& text, std::string_view secret) {
    constexpr std::string_view instead = "(withheld)";
    if (secret.size() < withheld_size_min) return;
    auto at = text.find(secret);
    if (at == std::string::npos) return;
    std::string told;
    std::size_t from = 0;
    for (; at != std::string::npos; at = text.find(secret, from)) {
        told.append(text, from, at - from);
        told += instead;
        from = at + secret.size();
    }
    told.append(text, from);
    text = std::move(told);
}

}  // namespace allot
