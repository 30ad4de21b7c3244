#pragma once

#include <memory>
#include <string>

namespace allot {

/// A text that is nearly always empty, and then as small as a pointer.
class rare_text {
 public:
    rare_text() = default;
    rare_text(std::string text)
        : text_{text.empty() ? nullptr : std::make_unique<std::string>(std::move(text))} {}
    rare_text(char const* text) : rare_text{std::string{text}} {}
    rare_text(rare_text const& other) : rare_text{other.str()} {}
    rare_text(rare_text&&) noexcept = default;
    ~rare_text() = default;
    rare_text& operator=(rare_text const& other) {
        if (this != &other) *this = rare_text{other};
        return *this;
    }
    rare_text& operator=(rare_text&&) noexcept = default;

    [[nodiscard]] std::string const& str() const {
        static std::string const none;
        return text_ ? *text_ : none;
    }
    operator std::string const&() const { return str(); }
    [[nodiscard]] bool empty() const { return text_ == nullptr; }

    bool operator==(rare_text const& other) const { return str() == other.str(); }
    bool operator==(char const* other) const { return str() == other; }

 private:
    std::unique_ptr<std::string> text_;
};

}  // namespace allot
