#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "connectors/port/id.hpp"

namespace allot::survey {

/// The most pages that a list may have: a hundred million users at 999 to a page.
inline constexpr std::uint64_t pages_max = 100'000;
/// So many pages in a row may have nobody on them. The service does send such pages, a few at a
/// time: learn.microsoft.com/graph/paging.
inline constexpr std::uint64_t barren_pages_max = 1'000;

/// Looks on while a list is followed from page to page, and tells when it cannot have an end: a
/// server that links in circles, or to ever new pages, is not followed for ever. Remembers one user
/// (Brent's way to find a circle), so a list of any length costs it nothing.
class page_chain {
 public:
    /// A page of a list on which nobody occurs twice, with the first user on it, if any. Empty when
    /// the next may be asked for; else why not, as the end of a sentence.
    std::optional<std::string_view> follow(std::optional<user_id> first) {
        if (auto const wrong = count(first.has_value())) return wrong;
        if (!first) return std::nullopt;
        if (mark_ == first) return "begins again with a page that was there before";
        if (++since_mark_ < reach_) return std::nullopt;
        mark_ = first;
        since_mark_ = 0;
        reach_ *= 2;
        return std::nullopt;
    }

    /// A page of a list on which users may occur again.
    std::optional<std::string_view> count(bool somebody) {
        barren_ = somebody ? 0 : barren_ + 1;
        if (barren_ >= barren_pages_max) return "goes on and on with nobody on its pages";
        if (++pages_ >= pages_max) return "has more pages than any tenant fills";
        return std::nullopt;
    }

 private:
    std::uint64_t pages_ = 0;
    std::uint64_t barren_ = 0;  ///< pages without anybody, in a row
    std::optional<user_id> mark_;
    std::uint64_t since_mark_ = 0;
    std::uint64_t reach_ = 1;  ///< pages until another user is remembered
};

}  // namespace allot::survey
