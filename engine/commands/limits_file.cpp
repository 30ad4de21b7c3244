#include "engine/commands/limits_file.hpp"

#include <fmt/format.h>

#include "engine/commands/console.hpp"
#include "engine/commands/files.hpp"

namespace allot::commands {

namespace {

std::string path_in(std::string const& state_dir) {
    return state_dir + "/limits.json";
}

result<limits::learned_limits> read(std::string const& path) {
    auto const text = read_file(path);
    if (!text) return text.error();
    if (!*text) return limits::learned_limits{};
    auto found = limits::parse(**text);
    if (!found)
        return failure{found.error().code, fmt::format("{} {}", path, found.error().message)};
    return found;
}

}  // namespace

limits::learned_limits read_limits(std::string const& state_dir) {
    auto found = read(path_in(state_dir));
    if (found) return std::move(*found);
    note(fmt::format("allot: what earlier runs learned of the limits is not used: {}",
                     printable(found.error().message)));
    return {};
}

void keep_limits(std::string const& state_dir, limits::ended_run const& run) {
    // Read again, because runs against other tenants may have ended meanwhile.
    auto const path = path_in(state_dir);
    auto const before = read(path);
    auto known = before ? *before : limits::learned_limits{};
    if (!limits::remember(known, run)) return;
    auto kept = make_folder(state_dir);
    if (kept) kept = write_file(path, limits::to_text(known));
    if (kept) return;
    note(fmt::format("allot: what this run learned of the limits is not kept: {}",
                     printable(kept.error().message)));
}

}  // namespace allot::commands
