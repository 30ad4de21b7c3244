#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace allot::simulated {

/// Finds the index of a thing by the hash of its key, at 4 to 16 bytes a thing: the keys stay where
/// they are. Nothing is ever taken out.
class lookup {
 public:
    /// Room for `count` things; call it once, before the first `add`.
    void reserve(std::size_t count) {
        std::size_t size = 16;
        while (size < count * 2) size *= 2;
        slots_.assign(size, free_slot);
    }

    void add(std::uint64_t hash, std::uint32_t index) {
        auto at = hash & (slots_.size() - 1);
        while (slots_[at] != free_slot) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = index;
    }

    /// The first index for which `is(index)` holds.
    template <class Is>
    [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t hash, Is is) const {
        auto at = hash & (slots_.size() - 1);
        for (; slots_[at] != free_slot; at = (at + 1) & (slots_.size() - 1)) {
            if (is(slots_[at])) return slots_[at];
        }
        return std::nullopt;
    }

 private:
    static constexpr std::uint32_t free_slot = 0xFFFF'FFFF;
    std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(16, free_slot);
};

}  // namespace allot::simulated
