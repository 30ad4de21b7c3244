#pragma once

#include <algorithm>
#include <cstring>
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
    auto const next = [&text](std::size_t from, std::string_view what) {
        auto const* const found =
            ::memmem(text.data() + from, text.size() - from, what.data(), what.size());
        return found == nullptr
                   ? std::string::npos
                   : static_cast<std::size_t>(static_cast<char const*>(found) - text.data());
    };
    // Every reply is looked through. The end of a token is no word of any, and soon looked for.
    constexpr std::size_t end_size = 32;
    auto const end = secret.substr(secret.size() - std::min(secret.size(), end_size));
    if (next(0, end) == std::string::npos) return;
    std::string told;
    std::size_t from = 0;
    for (auto at = next(0, secret); at != std::string::npos; at = next(from, secret)) {
        told.append(text, from, at - from);
        told += instead;
        from = at + secret.size();
    }
    told.append(text, from);
    text = std::move(told);
}

}  // namespace allot
