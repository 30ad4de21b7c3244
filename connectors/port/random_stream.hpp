#pragma once

#include <cstdint>

namespace allot {

/// A small generator whose sequence is the same with every library (SplitMix64, Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). One stream per component,
/// so that a draw more in one of them does not shift the others. Not for secrets.
class random_stream {
 public:
    explicit random_stream(std::uint64_t seed) : state_{seed} {}
    /// Stream `number` of those that belong to one seed.
    random_stream(std::uint64_t seed, std::uint64_t number)
        : state_{random_stream{seed ^ (number << 56)}.next()} {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        auto mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31);
    }

    /// Evenly in [0, 1).
    double fraction() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    /// Evenly in [0, limit); `limit` is positive and small against 2^64.
    std::uint64_t below(std::uint64_t limit) { return next() % limit; }
    bool chance(double share) { return fraction() < share; }

 private:
    std::uint64_t state_;
};

}  // namespace allot
