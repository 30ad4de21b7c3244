#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace allot {

/// A GUID (RFC 9562). Compared by value; written in lower case with hyphens.
struct guid {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(guid const&) const = default;

    /// Reads the 36-character form `8-4-4-4-12`, any case; nothing around it. Anything else: empty.
    static std::optional<guid> parse(std::string_view text);
    /// The 36-character form in lower case.
    [[nodiscard]] std::string str() const;
};

/// A GUID that names one kind of thing, so that a SKU cannot be given where a user is wanted.
template <class Tag>
struct id {
    guid value;

    auto operator<=>(id const&) const = default;

    static std::optional<id> parse(std::string_view text) {
        if (auto parsed = guid::parse(text)) return id{*parsed};
        return std::nullopt;
    }
    [[nodiscard]] std::string str() const { return value.str(); }
};

using user_id = id<struct user_tag>;
using sku_id = id<struct sku_tag>;
using plan_id = id<struct plan_tag>;
using group_id = id<struct group_tag>;

}  // namespace allot

template <>
struct std::hash<allot::guid> {
    std::size_t operator()(allot::guid const& value) const noexcept;
};

template <class Tag>
struct std::hash<allot::id<Tag>> {
    std::size_t operator()(allot::id<Tag> const& of) const noexcept {
        return std::hash<allot::guid>{}(of.value);
    }
};
