#pragma once

#include <span>
#include <string>
#include <string_view>

/// Small text helpers for the messages of this folder.
namespace allot::config {

/// The candidate nearest to a mistyped word, whatever its case; empty when none is near enough to
/// be what was meant (more than one edit in three characters).
std::string_view nearest(std::string_view word, std::span<std::string_view const> candidates);

/// ` (did you mean --NAME?)` with `before` in front of the nearest candidate; empty when none is
/// near.
std::string did_you_mean(std::string_view word, std::span<std::string_view const> candidates,
                         std::string_view before = "");

/// The value in double quotes, fit to be shown: at most 60 bytes, control characters as `?`.
std::string in_quotes(std::string_view value);

/// Without spaces, tabs, CR and LF at both ends.
std::string_view trimmed(std::string_view text);

/// ASCII upper and lower case; other characters stay.
std::string upper(std::string_view text);
std::string lower(std::string_view text);

/// `a, b, c`.
std::string listed(std::span<std::string_view const> words);

}  // namespace allot::config
