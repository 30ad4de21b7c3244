#include "engine/commands/screen.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "engine/progress/block.hpp"

namespace allot::commands {

namespace {

std::vector<std::string> drawn;  ///< the block as it stands at the end of the terminal

std::size_t terminal_columns() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    auto const* const told = std::getenv("COLUMNS");
    auto const columns = told == nullptr ? 0 : std::strtoul(told, nullptr, 10);
    return columns > 0 && columns < 1000 ? columns : 80;
}

/// In one write, so that a terminal never shows half of it.
void put(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

}  // namespace

bool screen_draws() {
    auto const* const kind = std::getenv("TERM");
    bool const able = kind != nullptr && std::string_view{kind} != "dumb";
    return able && ::isatty(STDERR_FILENO) == 1;
}

bool screen_colours() {
    auto const* const unwanted = std::getenv("NO_COLOR");
    return screen_draws() && (unwanted == nullptr || *unwanted == '\0');
}

std::size_t screen_columns() {
    return terminal_columns() - 1;
}

void draw_block(std::vector<std::string> lines) {
    auto const text =
        progress::erasure(drawn, terminal_columns()) + fmt::format("{}", fmt::join(lines, "\n"));
    drawn = std::move(lines);
    put(text);
}

void wipe_block() {
    if (drawn.empty()) return;
    put(progress::erasure(drawn, terminal_columns()));
    drawn.clear();
}

void write_error(std::string_view text) {
    if (drawn.empty()) return put(text);
    auto const above = progress::erasure(drawn, terminal_columns()) + std::string{text};
    // A question stands at the end of the terminal, where it is answered.
    if (!text.ends_with('\n')) {
        drawn.clear();
        return put(above);
    }
    put(above + fmt::format("{}", fmt::join(drawn, "\n")));
}

}  // namespace allot::commands
