#pragma once

#include <memory>
#include <utility>

namespace allot {

/// A value that many have alike: its copies share it. It is never changed, only replaced.
template <class T>
class shared {
 public:
    shared() = default;
    shared(T of) : held_{std::make_shared<T const>(std::move(of))} {}

    T const& operator*() const {
        static T const none{};
        return held_ ? *held_ : none;
    }
    T const* operator->() const { return &**this; }
    operator T const&() const { return **this; }

    bool operator==(shared const& other) const { return held_ == other.held_ || **this == *other; }
    bool operator==(T const& other) const { return **this == other; }

 private:
    std::shared_ptr<T const> held_;  ///< empty: as `T` is from the beginning
};

}  // namespace allot
