#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace allot::graph::wire {

/// A client secret or a token. It has no way to be printed, compared or copied by accident, and its
/// memory is overwritten when it is no longer held.
class secret {
 public:
    secret() = default;
    explicit secret(std::string text) : text_(std::move(text)) {}
    secret(secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
    secret& operator=(secret&& other) noexcept {
        if (this != &other) {
            wipe();
            text_ = std::move(other.text_);
            other.wipe();
        }
        return *this;
    }
    secret(secret const&) = delete;
    secret& operator=(secret const&) = delete;
    ~secret() { wipe(); }

    [[nodiscard]] bool empty() const { return text_.empty(); }
    /// The text itself, for the one place that sends it. Never for a log or a message.
    [[nodiscard]] std::string const& reveal() const { return text_; }

 private:
    /// Writes through a volatile pointer, so that the compiler may not leave it out. A moved-from
    /// short string keeps its characters inside the object: the whole capacity is overwritten.
    void wipe() noexcept {
        text_.resize(text_.capacity());
        char volatile* at = text_.data();
        for (std::size_t left = text_.size(); left > 0; --left) *at++ = 0;
        text_.clear();
    }

    std::string text_;
};

}  // namespace allot::graph::wire
