#pragma once

#include <array>
#include <string_view>

/// The words of a saved plan for what is an enumeration in the engine, in its order.
namespace allot::documents {

inline constexpr std::string_view plan_prefix = "{\"allot_plan\":";
inline constexpr unsigned plan_version = 1;
inline constexpr std::string_view hash_member = "\"sha256\":\"";
inline constexpr std::array<std::string_view, 4> standing_words{"as_desired", "to_change",
                                                                "blocked", "unreadable"};
inline constexpr std::array<std::string_view, 3> sighting_words{"seen", "not_found", "unreadable"};

}  // namespace allot::documents
