#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace allot::jobs {

/// How many bytes `find_marks` looks at.
inline constexpr std::size_t marks_width = 64;

/// A bit, from the lowest, for each of the 64 bytes at `text` that is the separator, a quote or
/// part of a line end.
inline std::uint64_t find_marks(char const* text, char separator) {
    std::uint64_t found = 0;
#if defined(__SSE2__)
    auto const separators = _mm_set1_epi8(separator);
    auto const quotes = _mm_set1_epi8('"');
    auto const feeds = _mm_set1_epi8('\n');
    auto const returns = _mm_set1_epi8('\r');
    for (std::size_t at = 0; at < marks_width; at += sizeof(__m128i)) {
        auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(text + at));
        auto const inner =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, separators), _mm_cmpeq_epi8(bytes, quotes));
        auto const outer =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, feeds), _mm_cmpeq_epi8(bytes, returns));
        auto const bits = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(inner, outer)));
        found |= std::uint64_t{bits} << at;
    }
#else
    for (std::size_t at = 0; at < marks_width; ++at) {
        auto const byte = text[at];
        bool const is_mark = byte == separator || byte == '"' || byte == '\n' || byte == '\r';
        found |= std::uint64_t{is_mark} << at;
    }
#endif
    return found;
}

}  // namespace allot::jobs
