#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace allot::jobs {

/// A place in the file, as editors show it.
struct place {
    std::uint32_t line = 0;    ///< from 1
    std::uint32_t column = 0;  ///< in characters from 1

    bool operator==(place const&) const = default;
};

/// Text of the file, and where it starts.
struct origin {
    std::string_view text;  ///< valid UTF-8 up to any place that is asked for
    place start{1, 1};
    bool simple = false;  ///< one line of ASCII only: places need no counting

    /// The place of a byte of the text. LF, CRLF and a lone CR each end a line.
    [[nodiscard]] place at(std::size_t offset) const;
};

}  // namespace allot::jobs
