#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace allot::jobs {

/// A hash index over things that are kept elsewhere and named by number: 8 bytes a slot, at most
/// three quarters full. Open addressing with linear probing.
class index_table {
 public:
    /// The index with that hash for which `is_same(index)` holds; else empty.
    template <class IsSame>
    [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t hash, IsSame is_same) const {
        if (slots_.empty()) return std::nullopt;
        auto const mark = mark_of(hash);
        for (auto at = first_slot(mark); slots_[at] != empty; at = next(at)) {
            auto const index = static_cast<std::uint32_t>(slots_[at]);
            if (slots_[at] - index == mark && is_same(index)) return index;
        }
        return std::nullopt;
    }

    /// Adds one that `find` does not find.
    void add(std::uint64_t hash, std::uint32_t index) {
        if ((used_ + 1) * 4 > slots_.size() * 3) grow();
        put(mark_of(hash) | index);
        ++used_;
    }

 private:
    static constexpr std::uint64_t empty = 0;
    static constexpr std::size_t slots_min = 64;

    /// The upper half of a slot: 32 bits of the hash, never all zero, so that no used slot is
    /// `empty`.
    static std::uint64_t mark_of(std::uint64_t hash) { return (hash | 1U) << 32; }
    [[nodiscard]] std::size_t first_slot(std::uint64_t mark) const {
        return static_cast<std::size_t>(mark >> 33) & (slots_.size() - 1);
    }

    [[nodiscard]] std::size_t next(std::size_t slot) const {
        return (slot + 1) & (slots_.size() - 1);
    }

    void put(std::uint64_t content) {
        auto at = first_slot(content);
        while (slots_[at] != empty) at = next(at);
        slots_[at] = content;
    }

    void grow() {
        std::vector<std::uint64_t> old(slots_.empty() ? slots_min : slots_.size() * 2, empty);
        std::swap(old, slots_);
        for (auto const content : old) {
            if (content != empty) put(content);
        }
    }

    std::vector<std::uint64_t> slots_;  ///< a power of two of them: mark and index
    std::size_t used_ = 0;
};

}  // namespace allot::jobs
