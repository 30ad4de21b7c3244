#include "config/environment.hpp"

#include <fmt/format.h>

namespace allot::config {

namespace {

std::optional<std::string> absolute_folder(surroundings const& from, std::string const& name) {
    auto value = variable(from, name);
    if (value && !value->starts_with('/')) value.reset();
    return value;
}

}  // namespace

std::optional<std::string> variable(surroundings const& from, std::string const& name) {
    auto value = from.variable(name);
    if (value && value->empty()) value.reset();
    return value;
}

std::optional<std::string> home_folder(surroundings const& from) {
    return absolute_folder(from, "HOME");
}

std::optional<std::string> xdg_folder(surroundings const& from, std::string const& name,
                                      std::string_view under_home) {
    if (auto folder = absolute_folder(from, name)) return folder;
    auto const home = home_folder(from);
    if (!home) return std::nullopt;
    return fmt::format("{}/{}", *home, under_home);
}

}  // namespace allot::config
