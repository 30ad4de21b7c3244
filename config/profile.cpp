#include "config/profile.hpp"

#include <fmt/format.h>

#include <vector>

#include "config/environment.hpp"
#include "config/words.hpp"

namespace allot::config {

namespace {

failure wrong(std::string message) {
    return failure{errc::invalid_input, std::move(message)};
}

std::string const* flag(command_line const& line, std::string_view name) {
    auto const found = line.flags.find(name);
    return found == line.flags.end() ? nullptr : &found->second;
}

result<config_file> load_named(surroundings const& from, std::string const& source,
                               std::string const& path) {
    auto const contents = from.file(path);
    if (!contents) {
        return wrong(fmt::format("{}: {} cannot be read: {}", source, in_quotes(path),
                                 contents.error().message));
    }
    if (!*contents) {
        return wrong(
            fmt::format("{}: there is no file {}: correct the name", source, in_quotes(path)));
    }
    return parse_config_file(path, **contents);
}

/// The places of a file that nobody named, the first that exists counts.
std::vector<std::string> usual_places(surroundings const& from) {
    std::vector<std::string> places;
    if (auto const folder = xdg_folder(from, "XDG_CONFIG_HOME", ".config")) {
        places.push_back(*folder + "/allot/allot.conf");
    }
    places.emplace_back("/etc/allot/allot.conf");
    return places;
}

result<std::optional<config_file>> load_usual(surroundings const& from) {
    for (auto const& path : usual_places(from)) {
        auto const contents = from.file(path);
        if (!contents) {
            return wrong(fmt::format("{} cannot be read: {}", path, contents.error().message));
        }
        if (!*contents) continue;
        auto parsed = parse_config_file(path, **contents);
        if (!parsed) return parsed.error();
        return std::optional{std::move(*parsed)};
    }
    return std::optional<config_file>{};
}

result<std::optional<config_file>> load(surroundings const& from, command_line const& line) {
    auto const* const flagged = flag(line, "config");
    auto const set = variable(from, "ALLOT_CONFIG");
    if (flagged == nullptr && !set) return load_usual(from);
    auto read = flagged != nullptr ? load_named(from, "--config", *flagged)
                                   : load_named(from, "ALLOT_CONFIG", *set);
    if (!read) return read.error();
    return std::optional{std::move(*read)};
}

failure no_such_profile(surroundings const& from, chosen_profile const& chosen,
                        std::string_view source) {
    std::vector<std::string_view> names{simulated_profile};
    if (!chosen.file) {
        return wrong(fmt::format(
            "{}: there is no profile {}{}: no configuration file was found (looked for {})", source,
            in_quotes(chosen.name), did_you_mean(chosen.name, names),
            fmt::join(usual_places(from), ", ")));
    }
    for (auto const& section : chosen.file->sections) {
        if (!section.name.empty() && section.name != simulated_profile) {
            names.push_back(section.name);
        }
    }
    return wrong(fmt::format("{}: there is no profile {}{}: {} has {} ({} is built in)", source,
                             in_quotes(chosen.name), did_you_mean(chosen.name, names),
                             chosen.file->path, listed(names), simulated_profile));
}

}  // namespace

result<chosen_profile> choose_profile(surroundings const& from, command_line const& line) {
    auto loaded = load(from, line);
    if (!loaded) return loaded.error();
    chosen_profile chosen;
    chosen.file = std::move(*loaded);
    std::string source;
    if (auto const* const given = flag(line, "profile")) {
        source = "--profile";
        chosen.name = *given;
    } else if (auto const set = variable(from, "ALLOT_PROFILE")) {
        source = "ALLOT_PROFILE";
        chosen.name = *set;
    } else if (chosen.file) {
        for (auto const& entry : chosen.file->sections.front().entries) {
            if (entry.key != "profile") continue;
            source = fmt::format("{}:{}: profile", chosen.file->path, entry.line);
            chosen.name = entry.value;
        }
    }
    auto const exists = chosen.name.empty() || chosen.name == simulated_profile ||
                        (chosen.file && chosen.file->find(chosen.name) != nullptr);
    if (!exists) return no_such_profile(from, chosen, source);
    return chosen;
}

}  // namespace allot::config
