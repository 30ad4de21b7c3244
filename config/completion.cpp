#include "config/completion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "config/help.hpp"
#include "config/options.hpp"

namespace allot::config {

namespace {

/// Where the words come from that complete a value.
enum class source { none, words, files, folders, profiles, skus };

source source_of(option const& of) {
    if (of.name == "profile") return source::profiles;
    if (of.name == "sku") return source::skus;
    if (!listed_values(of).empty()) return source::words;
    if (of.value == "FILE") return source::files;
    return of.value == "FOLDER" ? source::folders : source::none;
}

/// What completes an operand: the name of a list, or `files`.
std::string_view operand_list(command what) {
    switch (operand_of(what)) {
        case operand::job:
            return "files";
        case operand::run:
        case operand::run_or_none:
            return "runs";
        case operand::topic:
        case operand::topic_or_none:
        case operand::none:
            break;
    }
    return {};
}

std::string help_of(option const& of) {
    return std::string{of.help};
}

/// In single quotes, as bash and zsh read it.
std::string shell_word(std::string_view text) {
    std::string out = "'";
    for (auto const c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

std::string fish_word(std::string_view text) {
    std::string out = "'";
    for (auto const c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string joined(std::vector<std::string_view> const& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

std::vector<std::string_view> flags_of(command what, std::vector<std::string>& kept) {
    std::vector<std::string_view> flags;
    for (auto const& each : all_options()) {
        if (!fits(each, what)) continue;
        kept.push_back(fmt::format("--{}", each.name));
    }
    for (auto const& each : kept) flags.push_back(each);
    return flags;
}

/// The flags that take a value, by what completes it in a command: `apply:--output|apply:-o`.
std::map<std::string, std::vector<std::string>> patterns(source which) {
    std::map<std::string, std::vector<std::string>> by_words;
    for (auto const what : all_commands) {
        for (auto const& each : all_options()) {
            if (!fits(each, what) || source_of(each) != which) continue;
            auto& into = by_words[joined(listed_values(each))];
            into.push_back(fmt::format("{}:--{}", name(what), each.name));
            if (each.letter != 0) into.push_back(fmt::format("{}:-{}", name(what), each.letter));
        }
    }
    return by_words;
}

/// What a shell does with the names that `allot completion LIST` gives, one to a line. Some come
/// from the tenant: no shell may take them for anything but words.
using offer_names = std::string (*)(std::string_view list);

std::string bash_names(std::string_view list) {
    return fmt::format("_allot_names {}", list);
}

/// zsh does not expand what a command gave, and quotes what it inserts.
std::string zsh_names(std::string_view list) {
    return fmt::format("compadd -- ${{(f)\"$(allot completion {} 2>/dev/null)\"}}", list);
}

/// The cases that bash and zsh share. `words`, `files`, `folders`: how the shell's own function for
/// them is called, with what follows as its words.
std::string value_cases(std::string_view words, std::string_view files, std::string_view folders,
                        offer_names names) {
    std::string out;
    auto const add = [&](source which, auto const& reaction) {
        for (auto const& [listed, flags] : patterns(which)) {
            out += fmt::format("        {})\n            {}\n            return ;;\n",
                               fmt::join(flags, "|"), reaction(listed));
        }
    };
    auto const list_of = [&](std::string_view list) {
        return [names, list](std::string const&) { return names(list); };
    };
    add(source::words,
        [&](std::string const& listed) { return fmt::format("{} {}", words, listed); });
    add(source::files, [&](std::string const&) { return std::string{files}; });
    add(source::folders, [&](std::string const&) { return std::string{folders}; });
    add(source::profiles, list_of("profiles"));
    add(source::skus, list_of("skus"));
    // A value that nothing is known of is not a flag either.
    std::vector<std::string> others;
    for (auto const what : all_commands) {
        for (auto const& each : all_options()) {
            if (!fits(each, what) || each.value.empty() || source_of(each) != source::none)
                continue;
            others.push_back(fmt::format("{}:--{}", name(what), each.name));
        }
    }
    return out + fmt::format("        {})\n            return ;;\n", fmt::join(others, "|"));
}

std::string operand_cases(std::string_view words, std::string_view files, offer_names names) {
    std::string out;
    for (auto const what : all_commands) {
        auto const topics = topics_of(what);
        auto const list = operand_list(what);
        std::string reaction;
        if (list == "files") reaction = files;
        if (list == "runs") reaction = names("runs");
        if (!topics.empty()) reaction = fmt::format("{} {}", words, fmt::join(topics, " "));
        if (!reaction.empty()) out += fmt::format("        {}) {} ;;\n", name(what), reaction);
    }
    return out;
}

std::vector<std::string_view> names_of_commands() {
    std::vector<std::string_view> words;
    for (auto const each : all_commands) words.push_back(name(each));
    return words;
}

std::string bash_script() {
    std::string flags;
    for (auto const what : all_commands) {
        std::vector<std::string> kept;
        flags += fmt::format("            {}) _allot_words {} ;;\n", name(what),
                             joined(flags_of(what, kept)));
    }
    return fmt::format(
        R"bash(# bash completion for allot; made by `allot completion bash`
_allot_words() {{
    COMPREPLY=($(compgen -W "$*" -- "$cur"))
}}
_allot_names() {{
    local name
    while IFS= read -r name; do
        [[ $name == "$cur"* ]] && COMPREPLY+=("$(printf %q "$name")")
    done < <(allot completion "$1" 2>/dev/null)
}}
_allot_files() {{
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$cur"))
}}
_allot_folders() {{
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -d -- "$cur"))
}}
_allot() {{
    local IFS=$' \t\n' cur=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
    COMPREPLY=()
    # bash cuts --output=json in three.
    if [ "$cur" = = ]; then
        cur=
    elif [ "$before" = = ] && [ "$COMP_CWORD" -gt 2 ]; then
        before=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    if [ "$COMP_CWORD" = 1 ]; then
        _allot_words {commands} --help --version --verbose
        return
    fi
    local command=${{COMP_WORDS[1]}}
    case $command:$before in
{values}    esac
    if [[ $cur == -* ]]; then
        case $command in
{flags}        esac
        return
    fi
    case $command in
{operands}    esac
}}
complete -F _allot allot
)bash",
        fmt::arg("commands", joined(names_of_commands())),
        fmt::arg("values",
                 value_cases("_allot_words", "_allot_files", "_allot_folders", bash_names)),
        fmt::arg("flags", flags),
        fmt::arg("operands", operand_cases("_allot_words", "_allot_files", bash_names)));
}

/// `'--output:the form of results'`, as _describe reads it.
std::string described(std::string_view word, std::string_view help) {
    std::string text;
    for (auto const c : word) {
        if (c == ':') text += '\\';
        text += c;
    }
    return shell_word(fmt::format("{}:{}", text, help));
}

std::string zsh_script() {
    std::string commands;
    std::string flags;
    for (auto const what : all_commands) {
        commands += fmt::format("        {}\n", described(name(what), words_of(what).does));
        flags += fmt::format("            {})\n                flags=(\n", name(what));
        for (auto const& each : all_options()) {
            if (!fits(each, what)) continue;
            flags += fmt::format("                    {}\n",
                                 described(fmt::format("--{}", each.name), help_of(each)));
        }
        flags += "                ) ;;\n";
    }
    return fmt::format(
        R"(#compdef allot
# zsh completion for allot; made by `allot completion zsh`
_allot() {{
    local cur=${{words[CURRENT]}} before=${{words[CURRENT-1]}} command=${{words[2]}}
    local -a commands flags
    commands=(
{commands}    )
    if (( CURRENT == 2 )); then
        _describe command commands
        compadd -- --help --version --verbose
        return
    fi
    if [[ $cur == --*=* ]]; then
        before=${{cur%%=*}}
        compset -P '*='
    fi
    case $command:$before in
{values}    esac
    if [[ $cur == -* ]]; then
        case $command in
{flags}        esac
        _describe flag flags
        return
    fi
    case $command in
{operands}    esac
}}
if [ "$funcstack[1]" = _allot ]; then
    _allot "$@"
else
    compdef _allot allot
fi
)",
        fmt::arg("commands", commands),
        fmt::arg("values", value_cases("compadd --", "_files", "_files -/", zsh_names)),
        fmt::arg("flags", flags),
        fmt::arg("operands", operand_cases("compadd --", "_files", zsh_names)));
}

/// One line for an option of fish, for the commands in which it means the same.
std::string fish_option(option const& of) {
    std::vector<std::string_view> commands;
    for (auto const what : all_commands) {
        if (fits(of, what)) commands.push_back(name(what));
    }
    auto const where = commands.empty() ? std::string{"__fish_use_subcommand"}
                                        : "__fish_seen_subcommand_from " + joined(commands);
    auto line = fmt::format("complete -c allot -n '{}' -l {}", where, of.name);
    if (of.letter != 0) line += fmt::format(" -s {}", of.letter);
    switch (source_of(of)) {
        case source::words:
            line += fmt::format(" -x -a {}", fish_word(joined(listed_values(of))));
            break;
        case source::files:
            line += " -r -F";
            break;
        case source::folders:
            line += " -x -a '(__fish_complete_directories)'";
            break;
        case source::profiles:
            line += " -x -a '(allot completion profiles 2>/dev/null)'";
            break;
        case source::skus:
            line += " -x -a '(allot completion skus 2>/dev/null)'";
            break;
        case source::none:
            if (!of.value.empty()) line += " -x";
            break;
    }
    return line + fmt::format(" -d {}\n", fish_word(help_of(of)));
}

std::string fish_script() {
    std::string out =
        "# fish completion for allot; made by `allot completion fish`\n"
        "complete -c allot -f\n";
    for (auto const what : all_commands) {
        out += fmt::format("complete -c allot -n __fish_use_subcommand -a {} -d {}\n", name(what),
                           fish_word(words_of(what).does));
        auto const seen =
            fmt::format("complete -c allot -n '__fish_seen_subcommand_from {}'", name(what));
        auto const topics = topics_of(what);
        auto const list = operand_list(what);
        if (list == "files") out += seen + " -F\n";
        if (list == "runs") out += seen + " -a '(allot completion runs 2>/dev/null)'\n";
        if (!topics.empty()) out += fmt::format("{} -a '{}'\n", seen, fmt::join(topics, " "));
    }
    for (auto const& each : all_options()) out += fish_option(each);
    return out;
}

}  // namespace

std::string completion_script(std::string_view shell) {
    if (shell == "bash") return bash_script();
    return shell == "zsh" ? zsh_script() : fish_script();
}

}  // namespace allot::config
