#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

/// The one table of everything that can be set: flags, variables, profile keys, help come from it.
namespace allot::config {

inline constexpr std::array all_commands{
    command::check,  command::plan,     command::apply,      command::verify, command::resume,
    command::undo,   command::runs,     command::report,     command::skus,   command::export_job,
    command::doctor, command::simulate, command::completion, command::man};

/// Where the help of a command shows an option.
enum class help_part { own, job, groups, waves, pace, runs, work, sign_in, tenant, output };

/// Which tenants an option speaks of.
enum class tenant_kind {
    any,
    account,   ///< has no meaning with the profile `simulated`
    simulated  ///< has a meaning only with it
};

/// What may be done with an option's text.
enum class value_kind {
    plain,
    path,     ///< in the configuration file, a relative one starts at that file's folder
    withheld  ///< never shown in a message: people paste a secret there by mistake
};

struct option {
    std::string_view name;       ///< `max-removals`: the flag and the profile key
    char letter = 0;             ///< the short flag; 0: none
    std::string_view value;      ///< how help names its value; empty: a switch
    std::uint32_t commands = 0;  ///< those in which it has a meaning: bits by `bit`
    bool lasting = false;        ///< also a variable `ALLOT_MAX_REMOVALS` and a profile key
    help_part shown = help_part::own;
    tenant_kind with = tenant_kind::any;
    value_kind kind = value_kind::plain;
    std::string_view help;  ///< in a command's help only where `shown` is own
    /// Stores the value; empty, or what is wrong with it and the mend, to follow the value:
    /// `is not a number: write digits only`.
    std::optional<std::string> (*set)(settings&, std::string_view) = nullptr;
    /// What can be written where `value` does not list it: `auto|by-name|pages`.
    std::string_view words = {};
};

constexpr std::uint32_t bit(command of) {
    return 1U << static_cast<unsigned>(of);
}

/// In the order of help; an option that others of the same source refine comes before them. A name
/// occurs twice only for different commands.
std::span<option const> all_options();

/// The option of that name for that command; nullptr when it has none.
option const* find_option(std::string_view name, command of);

/// Whether the option has a meaning in that command.
constexpr bool fits(option const& which, command of) {
    return (which.commands & bit(of)) != 0;
}

/// Every word that can be written as the option's value; empty when others can.
std::vector<std::string_view> listed_values(option const& of);

/// What a command takes beside its flags.
enum class operand { none, job, run, run_or_none, topic, topic_or_none };
operand operand_of(command what);
/// What `completion` and `man` can be asked for; empty for others.
std::span<std::string_view const> topics_of(command what);

/// `ALLOT_MAX_REMOVALS`.
std::string variable_name(option const& of);

}  // namespace allot::config
