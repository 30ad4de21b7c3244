#pragma once

#include <string>
#include <string_view>

namespace allot {

/// Shorter ones are no secrets, and may be part of any word.
inline constexpr std::size_t withheld_size_min = 8;
/// In a longer text nothing is looked for: it is a list of the tenant's, and no words about a
/// request. Bytes.
inline constexpr std::size_t withheld_text_max = 1024 * 1024;

/// Puts `(withheld)` wherever the text repeats the secret. Some servers, and what stands before
/// them, tell in an error what they were sent; it must not go on into a log or a report.
inline void withhold(std::string& text, std::string_view secret) {
    constexpr std::string_view instead = "(withheld)";
    if (secret.size() < withheld_size_min || text.size() > withheld_text_max) return;
    for (auto at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + instead.size())) {
        text.replace(at, secret.size(), instead);
    }
}

}  // namespace allot
