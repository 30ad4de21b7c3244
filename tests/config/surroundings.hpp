#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.hpp"
#include "tests/support/catch.hpp"

/// A made-up machine for the tests of this folder.
namespace allot::config::testing {

inline constexpr auto tenant_id = "11111111-2222-3333-4444-555555555555";
inline constexpr auto client_id = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
inline constexpr auto secret = "Zq8~s3cr3t.value_42";

struct machine {
    std::vector<std::string> arguments;
    std::map<std::string, std::string> variables;
    std::map<std::string, std::string> files;
    std::map<std::string, std::string> unreadable;  ///< path to reason

    [[nodiscard]] surroundings seen() const {
        surroundings made;
        made.arguments = arguments;
        for (auto const& [name, value] : variables) {
            if (name.starts_with("ALLOT_")) made.own_variables.push_back(name);
        }
        made.variable = [this](std::string const& name) -> std::optional<std::string> {
            auto const found = variables.find(name);
            if (found == variables.end()) return std::nullopt;
            return found->second;
        };
        made.file = [this](std::string const& path) -> result<std::optional<std::string>> {
            auto const reason = unreadable.find(path);
            if (reason != unreadable.end()) return failure{errc::invalid_input, reason->second};
            auto const found = files.find(path);
            if (found == files.end()) return std::optional<std::string>{};
            return std::optional{found->second};
        };
        return made;
    }

    /// The settings; the test fails when there are none.
    [[nodiscard]] settings read() const {
        auto const from = seen();
        auto read = read_settings(from);
        INFO((read ? std::string{"read"} : read.error().message));
        REQUIRE(read.has_value());
        CHECK_FALSE(read->help.has_value());
        return read->values;
    }

    /// The failure's sentence; the test fails when there is none.
    [[nodiscard]] std::string failure_message() const {
        auto const from = seen();
        auto const read = read_settings(from);
        REQUIRE(read.has_error());
        CHECK(read.error().code == errc::invalid_input);
        return read.error().message;
    }
};

/// A machine on which `allot` can sign in, through its own variables.
inline machine able(std::vector<std::string> arguments) {
    machine made;
    made.arguments = std::move(arguments);
    made.variables = {{"HOME", "/home/ada"},
                      {"ALLOT_TENANT", tenant_id},
                      {"ALLOT_CLIENT_ID", client_id},
                      {"ALLOT_CLIENT_SECRET", secret}};
    return made;
}

/// A machine with nothing but a home folder.
inline machine bare(std::vector<std::string> arguments) {
    machine made;
    made.arguments = std::move(arguments);
    made.variables = {{"HOME", "/home/ada"}};
    return made;
}

inline bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace allot::config::testing
