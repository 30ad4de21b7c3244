#pragma once

#include <initializer_list>
#include <vector>

#include "connectors/port/random_stream.hpp"
#include "connectors/port/time.hpp"

namespace allot::simulation {

/// Draws in the words of the generator, of one stream.
class draws {
 public:
    draws(std::uint64_t seed, std::uint64_t number) : from_{seed, number} {}

    /// Evenly, both ends included.
    std::int64_t between(std::int64_t least, std::int64_t most) {
        auto const span = static_cast<std::uint64_t>(most - least) + 1;
        return least + static_cast<std::int64_t>(from_.below(span));
    }
    bool chance(double share) { return from_.chance(share); }
    double fraction(double most) { return most * from_.fraction(); }
    duration time(duration least, duration most) {
        auto const span = std::chrono::floor<std::chrono::milliseconds>(most - least).count();
        return least + std::chrono::milliseconds{between(0, span)};
    }
    template <class T>
    T one_of(std::initializer_list<T> some) {
        return *(some.begin() + between(0, static_cast<std::int64_t>(some.size()) - 1));
    }
    template <class T>
    T const& one_of(std::vector<T> const& some) {
        return some[static_cast<std::size_t>(
            between(0, static_cast<std::int64_t>(some.size()) - 1))];
    }

 private:
    random_stream from_;
};

}  // namespace allot::simulation
