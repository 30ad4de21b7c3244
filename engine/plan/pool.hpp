#pragma once

#include <cstdint>
#include <deque>

#include "connectors/port/shared.hpp"
#include "engine/jobs/index_table.hpp"
#include "engine/plan/diff.hpp"

namespace allot::plan {

std::uint64_t hash_of(account const& of);
std::uint64_t hash_of(change const& of);

/// Values of which there are many alike, each kept once and numbered. They stay where they are.
template <class T>
class pool {
 public:
    std::uint32_t number(T const& of) {
        auto const hash = hash_of(of);
        auto const found = known_.find(hash, [&](std::uint32_t at) { return *kept_[at] == of; });
        if (found) return *found;
        auto const at = static_cast<std::uint32_t>(kept_.size());
        kept_.emplace_back(of);
        known_.add(hash, at);
        return at;
    }
    shared<T> keep(T const& of) { return kept_[number(of)]; }
    [[nodiscard]] shared<T> const& operator[](std::uint32_t number) const { return kept_[number]; }

 private:
    std::deque<shared<T>> kept_;
    jobs::index_table known_;
};

}  // namespace allot::plan
