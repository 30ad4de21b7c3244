#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Standard error as a terminal: a block of lines at its end that is drawn anew in place, and what
/// is written above it.
namespace allot::commands {

/// Whether stderr is a terminal that can move its cursor.
bool screen_draws();
/// Whether it is to be coloured: it draws, and NO_COLOR is not set (no-color.org).
bool screen_colours();
/// The columns that a line may take: one less than the terminal has, so that none wraps; 79 where
/// it does not say.
std::size_t screen_columns();

/// Draws the block in place of the one before.
void draw_block(std::vector<std::string> lines);
/// Takes the block away.
void wipe_block();
/// Writes to stderr; a whole line goes above the block.
void write_error(std::string_view text);

}  // namespace allot::commands
