#include "engine/plan/pool.hpp"

namespace allot::plan {

namespace {

class mixer {
 public:
    void add(std::uint64_t value) {
        hash_ = (hash_ ^ value) * 0x9E3779B97F4A7C15ULL;
        hash_ ^= hash_ >> 32;
    }
    void add(std::string_view text) {
        for (auto const letter : text) add(static_cast<std::uint8_t>(letter));
        add(text.size());
    }
    template <class Tag>
    void add(id<Tag> const& of) {
        add(std::hash<id<Tag>>{}(of));
    }
    template <class Tag>
    void add(std::vector<id<Tag>> const& of) {
        for (auto const& one : of) add(one);
        add(of.size());
    }
    [[nodiscard]] std::uint64_t hash() const { return hash_; }

 private:
    std::uint64_t hash_ = 0;
};

}  // namespace

std::uint64_t hash_of(account const& of) {
    mixer all;
    all.add(of.account_enabled ? 1 : 2);
    all.add(of.usage_location);
    for (auto const& one : of.licences) {
        all.add(one.sku);
        all.add(one.disabled_plans);
        if (one.by_group) all.add(*one.by_group);
        all.add(one.active ? 1 : 2);
    }
    return all.hash();
}

std::uint64_t hash_of(change const& of) {
    mixer all;
    all.add(of.usage_location);
    for (auto const& one : of.adds) {
        all.add(one.sku);
        all.add(one.disabled_plans);
    }
    all.add(of.removes);
    all.add(of.joins);
    all.add(of.leaves);
    return all.hash();
}

}  // namespace allot::plan
