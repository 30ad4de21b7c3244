#include "config/config_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/options.hpp"
#include "config/words.hpp"

namespace allot::config {

namespace {

std::vector<std::string_view> known_keys() {
    std::vector<std::string_view> keys;
    for (auto const& each : all_options()) {
        if (each.lasting) keys.push_back(each.name);
    }
    return keys;
}

/// Reads one file; the first failure ends it.
class file_reader {
 public:
    explicit file_reader(std::string path) {
        read_.path = std::move(path);
        read_.sections.emplace_back();
    }

    result<void> take(std::string_view text) {
        ++line_;
        auto const content = trimmed(text);
        if (content.empty() || content[0] == '#' || content[0] == ';') return {};
        return content[0] == '[' ? take_section(content) : take_entry(content);
    }

    config_file finish() { return std::move(read_); }

 private:
    failure wrong(std::string_view what) const {
        return failure{errc::invalid_input, fmt::format("{}:{}: {}", read_.path, line_, what)};
    }

    result<void> take_section(std::string_view content) {
        auto const section = trimmed(content.substr(1, content.find(']') - 1));
        // Profiles are listed in messages.
        bool const shown = std::ranges::none_of(
            section, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
        bool const whole = content.find(']') == content.size() - 1;
        if (!whole || !shown || section.empty()) {
            return wrong("this is not a profile's name: write it like [contoso]");
        }
        if (auto const* const earlier = read_.find(section)) {
            return wrong(fmt::format("profile {} was begun on line {} already: join the two",
                                     in_quotes(section), earlier->line));
        }
        read_.sections.push_back({std::string{section}, line_, {}});
        return {};
    }

    result<void> take_entry(std::string_view content) {
        auto const equals = content.find('=');
        if (equals == std::string_view::npos) {
            return wrong(
                "this is neither [PROFILE] nor KEY = VALUE: add what is missing, or begin "
                "the line with # to make it a comment");
        }
        auto const key = trimmed(content.substr(0, equals));
        auto const value = trimmed(content.substr(equals + 1));
        if (auto const checked = check_key(key); !checked) return checked.error();
        auto& entries = read_.sections.back().entries;
        auto const earlier = std::ranges::find(entries, key, &config_entry::key);
        if (earlier != entries.end()) {
            return wrong(
                fmt::format("{}: was given on line {} already: keep one", key, earlier->line));
        }
        if (value.empty()) {
            return wrong(fmt::format("{}: has no value: write one, or take the line out", key));
        }
        entries.push_back({std::string{key}, std::string{value}, line_});
        return {};
    }

    result<void> check_key(std::string_view key) const {
        auto const keys = known_keys();
        auto const in_profile = !read_.sections.back().name.empty();
        if (key == "profile" && in_profile) {
            return wrong(
                "profile: has no meaning inside a profile: move it above the first [PROFILE]");
        }
        if (std::ranges::find(keys, key) != keys.end()) return {};
        auto const word = lower(key);
        if (word.find("secret") != std::string::npos ||
            word.find("password") != std::string::npos) {
            return wrong(
                fmt::format("{}: a secret does not belong in this file: put it in a file "
                            "that only you can read, and write client-secret-file = FILE",
                            in_quotes(key)));
        }
        return wrong(fmt::format("{}: unknown key{}: keys are the names of flags, without --",
                                 in_quotes(key), did_you_mean(key, keys)));
    }

    config_file read_;
    std::size_t line_ = 0;
};

}  // namespace

config_section const* config_file::find(std::string_view name) const {
    auto const found = std::ranges::find(sections, name, &config_section::name);
    return found == sections.end() ? nullptr : &*found;
}

result<config_file> parse_config_file(std::string path, std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    file_reader reader{std::move(path)};
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        if (auto const taken = reader.take(text.substr(0, end)); !taken) return taken.error();
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return reader.finish();
}

}  // namespace allot::config
