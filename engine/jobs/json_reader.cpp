#include "engine/jobs/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "engine/jobs/did_you_mean.hpp"
#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

/// What the parser may look at behind an object.
constexpr std::size_t padding = 64;
constexpr std::array<std::string_view, 2> outer_keys{"defaults", "targets"};

bool is_outer_key(std::string_view key) {
    return std::find(outer_keys.begin(), outer_keys.end(), key) != outer_keys.end();
}

fault too_long_fault() {
    return {fmt::format("a target of more than {} KiB", object_bytes_max / 1024),
            "look for a brace or quote that is not closed"};
}

}  // namespace

json_reader::json_reader(gathering& into, std::size_t pass_size)
    : into_(into), targets_(into), pass_size_(pass_size), wanted_(pass_size) {}

void json_reader::feed(std::string_view utf_8) {
    while (!utf_8.empty() && stage_ != stage::stopped) {
        if (at_ != 0) buffer_.erase(0, std::exchange(at_, 0));
        bool const all = stage_ == stage::document;
        auto const part = all ? utf_8 : utf_8.substr(0, wanted_ - buffer_.size());
        buffer_ += part;
        utf_8.remove_prefix(part.size());
        if (all || buffer_.size() < wanted_) return;
        read_pass(false);
        // As in CSV: what is left is looked at again only when there is twice as much.
        wanted_ = rest().size() + std::max(rest().size(), pass_size_);
    }
}

void json_reader::finish() {
    read_pass(true);
    targets_.finish();
}

place json_reader::place_of(std::size_t offset_in_rest) const {
    return origin{rest(), here_}.at(offset_in_rest);
}

void json_reader::advance(std::size_t bytes) {
    here_ = place_of(bytes);
    at_ += bytes;
}

/// True when something else follows in what has come.
bool json_reader::skip_space(bool last) {
    auto bytes = jobs::skip_space(rest(), 0);
    // The LF of a CRLF may still come, and the two are one line end.
    if (!last && bytes != 0 && bytes == rest().size() && rest().back() == '\r') --bytes;
    advance(bytes);
    return !rest().empty() && (last || rest() != "\r");
}

void json_reader::report(std::size_t offset_in_rest, std::string_view value, fault what) {
    into_.problems.add(place_of(offset_in_rest), {}, value, std::move(what));
}

bool json_reader::stop(std::size_t offset_in_rest, fault what) {
    report(offset_in_rest, rest().substr(offset_in_rest, 1), std::move(what));
    stage_ = stage::stopped;
    return false;
}

void json_reader::read_pass(bool last) {
    buffer_.reserve(buffer_.size() + padding);
    for (bool goes_on = true; goes_on;) {
        switch (stage_) {
            case stage::start:
                goes_on = read_start(last);
                break;
            case stage::first:
            case stage::next:
            case stage::after_comma:
                goes_on = read_array(last);
                break;
            case stage::lines:
                goes_on = read_line(last);
                break;
            case stage::document:
                goes_on = false;
                if (last) read_document();
                break;
            case stage::end:
                goes_on = false;
                if (skip_space(last)) stop(0, {"text after the end of the array", "leave it out"});
                break;
            case stage::stopped:
                goes_on = false;
                break;
        }
    }
}

/// True once the form is known, and there is more to read.
bool json_reader::read_start(bool last) {
    if (!skip_space(last)) {
        if (last)
            stop(0, {"the file is empty", "write an array of objects, or one object per line"});
        return false;
    }
    if (rest().front() == '[') {
        advance(1);
        stage_ = stage::first;
        return true;
    }
    if (rest().front() != '{')
        return stop(0, json_syntax_fault("[ or { at the start of a job in JSON"));
    auto const line_end = rest().find('\n');
    if (line_end == std::string_view::npos && !last) return false;
    stage_ = is_document(rest().substr(0, line_end)) ? stage::document : stage::lines;
    return true;
}

/// Tells an object with `targets` from the first of many objects by its first line.
bool json_reader::is_document(std::string_view line) {
    auto const outer = read_outer_object(line, 0);
    if (std::any_of(outer.members.begin(), outer.members.end(),
                    [](outer_member const& member) { return is_outer_key(member.key); })) {
        return true;
    }
    // Cut short by the line's end: spread over lines, or a target with something left out.
    return outer.stopped && (outer.members.empty() || !field_named(outer.members.front().key));
}

bool json_reader::read_array(bool last) {
    if (!skip_space(last)) {
        if (last) return stop(rest().size(), json_syntax_fault("] at the end of the array"));
        return false;
    }
    auto const letter = rest().front();
    if (letter == ']' && stage_ != stage::after_comma) {
        advance(1);
        stage_ = stage::end;
        return true;
    }
    if (stage_ == stage::next) {
        if (letter != ',') return stop(0, json_syntax_fault("a comma or ]"));
        advance(1);
        stage_ = stage::after_comma;
        return true;
    }
    if (letter == ',' || letter == ']' || letter == '}' || letter == ':') {
        return stop(0, json_syntax_fault("an object"));
    }
    return read_element(last);
}

bool json_reader::read_element(bool last) {
    auto end = end_of_value(rest(), 0);
    if (end == std::string_view::npos) {
        if (!last && rest().size() <= object_bytes_max) return false;
        end = rest().size();
    }
    if (end > object_bytes_max) return stop(0, too_long_fault());
    if (rest().front() == '{') {
        targets_.read({rest().substr(0, end), here_}, readable());
    } else {
        report(0, rest().substr(0, end), {"not an object", "each target is an object in braces"});
    }
    advance(end);
    stage_ = stage::next;
    return true;
}

bool json_reader::read_line(bool last) {
    auto const found = rest().find('\n');
    bool const is_whole = found != std::string_view::npos;
    auto const line = rest().substr(0, found);
    if (!is_whole && !last && line.size() <= object_bytes_max) return false;
    if (line.empty() && !is_whole) return false;
    auto const begin = jobs::skip_space(line, 0);
    if (!skipping_line_ && line.size() > object_bytes_max) {
        report(begin, {}, too_long_fault());
        skipping_line_ = true;
    }
    if (!skipping_line_ && begin < line.size()) {
        auto const end =
            line[begin] == '{' ? std::min(end_of_value(line, begin), line.size()) : begin;
        if (end != begin) {
            targets_.read({line.substr(begin, end - begin), place_of(begin)}, readable() - begin);
        }
        auto const next = jobs::skip_space(line, end);
        if (end == begin) {
            report(begin, line.substr(begin),
                   {"not an object", "each line holds one target, in braces"});
        } else if (next < line.size()) {
            report(next, line.substr(next),
                   {"text after the object", "each line holds one target and no comma"});
        }
    }
    if (is_whole) {
        // A lone CR ends a line too, as in every place that is told.
        auto const cr = line.find('\r');
        bool const one_line = cr == std::string_view::npos || cr + 1 == line.size();
        here_ = one_line ? place{here_.line + 1, 1} : place_of(line.size() + 1);
        ++at_;
        skipping_line_ = false;
    }
    at_ += line.size();
    return true;
}

void json_reader::read_document() {
    auto const outer = read_outer_object(rest(), 0);
    outer_member const* targets = nullptr;
    for (auto const& member : outer.members) read_member(outer, member, targets);
    auto const after = jobs::skip_space(rest(), outer.end);
    if (!outer.stopped && after != rest().size()) {
        report(after, rest().substr(after), {"text after the end of the object", "leave it out"});
    }
    if (outer.stopped) report(outer.stopped->offset, {}, outer.stopped->what);
    stage_ = stage::stopped;
    if (targets == nullptr) return;
    buffer_.resize(at_ + targets->end);
    advance(targets->begin + 1);
    stage_ = stage::first;
    read_pass(true);
}

/// A member of the outer object. `targets` becomes the one that holds them.
void json_reader::read_member(outer_object const& outer, outer_member const& member,
                              outer_member const*& targets) {
    auto const value = rest().substr(member.begin, member.end - member.begin);
    auto const key_place = place_of(member.key_begin);
    auto const report_key = [&](fault what) {
        into_.problems.add(key_place, shown(member.key), {}, std::move(what));
    };
    bool const is_twice =
        std::any_of(outer.members.data(), &member,
                    [&](outer_member const& earlier) { return earlier.key == member.key; });
    if (is_twice) {
        report_key({"the same key twice in one object", "keep one of the two"});
    } else if (member.key == "defaults" && value.front() == '{') {
        targets_.read_defaults({value, place_of(member.begin)}, readable() - member.begin);
    } else if (member.key == "targets" && value.front() == '[') {
        targets = &member;
    } else if (is_outer_key(member.key)) {
        report(
            member.begin, value,
            {fmt::format("{} of the wrong type", member.key),
             member.key == "targets" ? "targets is an array of objects" : "defaults is an object"});
    } else {
        auto const near = did_you_mean(member.key, outer_keys);
        auto const hint = near ? fmt::format(" (did you mean {}?)", *near) : std::string{};
        report_key({"unknown key", "a job has defaults and targets" + hint});
    }
}

}  // namespace allot::jobs
