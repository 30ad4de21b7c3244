#include "config/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace allot::config {

namespace {

/// How many characters must be inserted, removed, replaced or swapped with the next to make one of
/// the other (optimal string alignment).
std::size_t edits_between(std::string_view from, std::string_view to) {
    std::vector<std::size_t> before(to.size() + 1);
    std::vector<std::size_t> last(to.size() + 1);
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            auto const replaced = last[j] + (from[i] == to[j] ? 0 : 1);
            row[j + 1] = std::min({replaced, row[j] + 1, last[j + 1] + 1});
            bool const swapped = i > 0 && j > 0 && from[i] == to[j - 1] && from[i - 1] == to[j];
            if (swapped) row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
        }
        before.swap(last);
        last.swap(row);
    }
    return last[to.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<std::string_view const> candidates) {
    constexpr std::size_t word_length_max = 64;  // longer ones are no typing mistakes
    if (word.size() > word_length_max) return {};
    auto const typed = lower(word);
    std::string_view best;
    auto best_edits = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (auto const candidate : candidates) {
        auto const edits = edits_between(typed, lower(candidate));
        if (edits < best_edits) {
            best = candidate;
            best_edits = edits;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<std::string_view const> candidates,
                         std::string_view before) {
    auto const found = nearest(word, candidates);
    return found.empty() ? std::string{} : fmt::format(" (did you mean {}{}?)", before, found);
}

std::string in_quotes(std::string_view value) {
    constexpr std::size_t shown_max = 60;
    std::string shown{value.substr(0, shown_max)};
    // A multi-byte character is not cut in half.
    if (value.size() > shown_max) {
        auto cut = shown_max;
        while (cut > 0 && (static_cast<unsigned char>(value[cut]) & 0xC0U) == 0x80U) --cut;
        shown.resize(cut);
        shown += "...";
    }
    for (auto& c : shown) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    }
    return fmt::format("\"{}\"", shown);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    auto const first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string upper(std::string_view text) {
    std::string out{text};
    for (auto& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    }
    return out;
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (auto& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return out;
}

std::string listed(std::span<std::string_view const> words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace allot::config
