#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

/// What the fuzz targets share. Each target makes sense of the fuzzer's bytes, calls what it is
/// about, and says what must hold of the result.
namespace allot::fuzzing {

/// Ends the process, which the fuzzer reports with the input, unless the property holds. `seen` is
/// what shows that it does not.
inline void must(bool holds, std::string_view property, std::string_view seen = {}) {
    if (holds) return;
    std::fprintf(stderr, "broken property: %.*s\nseen: %.*s\n", static_cast<int>(property.size()),
                 property.data(), static_cast<int>(seen.size()), seen.data());
    std::abort();
}

/// The input, taken from its front; what is past its end is zeros and empty texts.
class input {
 public:
    input(std::uint8_t const* data, std::size_t size)
        : left_{reinterpret_cast<char const*>(data), size} {}

    std::uint8_t byte() {
        if (left_.empty()) return 0;
        auto const first = static_cast<std::uint8_t>(left_.front());
        left_.remove_prefix(1);
        return first;
    }
    /// 0 to `end` - 1; `end` is at most 256.
    std::size_t below(std::size_t end) { return byte() % end; }
    bool flag() { return (byte() & 1U) != 0; }
    /// Up to the next line end, which is taken too: seeds and dictionaries stay readable.
    std::string_view line() {
        auto const found = left_.find('\n');
        auto const taken = left_.substr(0, found);
        left_.remove_prefix(found == std::string_view::npos ? left_.size() : found + 1);
        return taken;
    }
    std::string_view rest() { return std::exchange(left_, {}); }
    [[nodiscard]] bool empty() const { return left_.empty(); }

 private:
    std::string_view left_;
};

/// Hands the text to `take` in blocks whose sizes follow from `how`: 0 is all at once, 1 a byte at
/// a time, else a mixture.
template <class Take>
void in_blocks(std::string_view text, std::uint8_t how, Take take) {
    std::uint32_t state = how;
    while (!text.empty()) {
        state = state * 1'103'515'245U + 12'345U;
        std::size_t const mixed = (state >> 16U) % (std::size_t{how} + 2) + 1;
        auto const size = how == 0 ? text.size() : how == 1 ? std::size_t{1} : mixed;
        auto const block = text.substr(0, size);
        // A copy of its own: what is read beyond a block is seen.
        std::string const own{block};
        take(std::string_view{own});
        text.remove_prefix(block.size());
    }
}

}  // namespace allot::fuzzing
