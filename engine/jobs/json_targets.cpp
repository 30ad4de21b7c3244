#include "engine/jobs/json_targets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/jobs/checks.hpp"
#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

/// Keys that are remembered; more than any sound file has.
constexpr std::size_t keys_max = 256;

/// Whether a text cannot be carried along: as CSV, the job could not be read again.
bool has_nul(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

fault type_fault(field which) {
    switch (which) {
        case field::priority:
            return {"wrong type", "write a whole number"};
        case field::disabled_plans:
            return {"wrong type", "write a text, or a list of texts"};
        default:
            return {"wrong type", "write a text in quotes"};
    }
}

bool has_right_type(json_member const& member, field which) {
    switch (member.is) {
        case json_member::kind::text:
            return true;
        case json_member::kind::literal:
            return which == field::priority && member.value != "true" && member.value != "false";
        case json_member::kind::list:
            return which == field::disabled_plans;
        case json_member::kind::null:
        case json_member::kind::other:
            break;
    }
    return false;
}

}  // namespace

void json_targets::report(json_member const& member, std::string_view field, fault what) {
    into_.problems.add(record_.from.at(member.offset), field, member.value, std::move(what));
}

bool json_targets::parse(origin const& from, std::size_t readable) {
    ++objects_;
    record_ = {from, {}};
    extras_.assign(into_.into.extra_columns.size(), {});
    auto const stopped = object_.parse(from.text, readable);
    std::size_t position = 0;
    for (auto const& member : object_.members()) take_member(member, position++);
    if (!stopped) return true;
    into_.problems.add(from.at(stopped->offset), {}, {}, stopped->what);
    return false;
}

void json_targets::read(origin const& from, std::size_t readable) {
    if (!parse(from, readable)) return;
    apply_defaults();
    if (!into_.targets.add(record_)) return;
    if (widths_.empty() || widths_.back().second != extras_.size()) {
        widths_.emplace_back(into_.into.targets.size() - 1, extras_.size());
    }
    for (auto const extra : extras_) into_.into.extra_cells.add(extra);
}

void json_targets::read_defaults(origin const& from, std::size_t readable) {
    if (!parse(from, readable)) {
        for (auto& cell : defaults_.cells) cell.is = cell::state::faulty;
        return;
    }
    into_.targets.check_defaults(record_);
    defaults_ = record_;
    for (std::size_t at = 0; at < field_count; ++at) {
        default_texts_[at] = defaults_.cells[at].text;
        defaults_.cells[at].text = default_texts_[at];
        defaults_.cells[at].offset = 0;
    }
    default_extras_.assign(extras_.begin(), extras_.end());
}

void json_targets::apply_defaults() {
    auto const value_of = [this](field which) -> cell& { return record_.cells[index_of(which)]; };
    for (auto const which : all_fields) {
        auto& own = value_of(which);
        if (own.is == cell::state::absent) own = defaults_.cells[index_of(which)];
        // A removal has no service plans to switch off: a default for them is for the others.
        bool const removes = which == field::disabled_plans &&
                             read_action(trim(value_of(field::action).text)) == action::remove;
        // Nor has a group a usage location.
        bool const of_group =
            which == field::usage_location && (!trim(value_of(field::group).text).empty() ||
                                               group_in(trim(value_of(field::user).text)));
        bool const is_default = own.text.data() == default_texts_[index_of(which)].data();
        if ((removes || of_group) && is_default) own = {};
    }
    for (std::size_t at = 0; at < default_extras_.size(); ++at) {
        if (extras_seen_[at] != objects_) extras_[at] = default_extras_[at];
    }
}

void json_targets::take_member(json_member const& member, std::size_t position) {
    auto const of = meaning_of(member, position);
    if (of.is == meaning::use::passed_over) return;
    if (was_seen(of)) {
        report(member, of.is == meaning::use::field ? name_of(of.which) : member.key,
               {"the same key twice in one object", "keep one of the two"});
        return;
    }
    if (of.is == meaning::use::field) {
        take_field(member, of.which);
    } else {
        take_extra(member, of.extra);
    }
}

/// True when the object has had that key already.
bool json_targets::was_seen(meaning of) {
    auto& last =
        of.is == meaning::use::field ? fields_seen_[index_of(of.which)] : extras_seen_[of.extra];
    return std::exchange(last, objects_) == objects_;
}

void json_targets::take_field(json_member const& member, field which) {
    if (member.is == json_member::kind::null) return;
    auto& into = record_.cells[index_of(which)];
    into = {member.value, member.offset, cell::state::given};
    if (!has_right_type(member, which)) {
        report(member, name_of(which), type_fault(which));
        into = {{}, member.offset, cell::state::faulty};
    } else if (member.is == json_member::kind::list && member.value.empty()) {
        report(member, name_of(which),
               {"an empty list",
                "write \"none\" to switch every plan on; leave it out to keep what is off"});
        into = {{}, member.offset, cell::state::faulty};
    }
}

void json_targets::take_extra(json_member const& member, std::size_t number) {
    switch (member.is) {
        case json_member::kind::null:
            return;
        case json_member::kind::text:
        case json_member::kind::literal:
            break;
        case json_member::kind::list:
        case json_member::kind::other:
            report(member, member.key,
                   {"wrong type",
                    "an unknown key is carried along when its value is a text, "
                    "a number, true or false"});
            return;
    }
    if (has_nul(member.value)) {
        report(member, member.key, {"a NUL character", "leave it out"});
        return;
    }
    extras_[number] = member.value;
}

json_targets::meaning json_targets::meaning_of(json_member const& member, std::size_t position) {
    if (position < keys_.size() && keys_[position].first == member.key)
        return keys_[position].second;
    for (auto const& [key, of] : keys_) {
        if (key == member.key) return of;
    }
    auto const of = find_meaning(member);
    if (keys_.size() < keys_max) keys_.emplace_back(member.key, of);
    return of;
}

json_targets::meaning json_targets::find_meaning(json_member const& member) {
    if (auto const which = field_named(member.key)) return {meaning::use::field, *which, 0};
    auto& names = into_.into.extra_columns;
    auto const same = std::find_if(names.begin(), names.end(), [&](std::string const& name) {
        return equal_ignoring_case(name, trim(member.key));
    });
    auto const number = static_cast<std::size_t>(same - names.begin());
    if (same != names.end()) return {meaning::use::extra, field::user, number};
    if (names.size() == extra_keys_max) {
        report(member, shown(member.key),
               {fmt::format("more than {} unknown keys in the file", extra_keys_max),
                "leave out what is not about licences"});
        return {};
    }
    if (trim(member.key).empty()) {
        report(member, {}, {"a value under a key without a name", "name the key, or leave it out"});
        return {};
    }
    if (has_nul(member.key)) {
        report(member, shown(member.key), {"a NUL character in the key", "leave it out"});
        return {};
    }
    into_.say_unknown(record_.from.at(member.offset), trim(member.key), "key");
    if (into_.strict) return {};
    names.emplace_back(trim(member.key));
    extras_.emplace_back();
    extras_seen_.push_back(0);
    return {meaning::use::extra, field::user, number};
}

void json_targets::finish() {
    auto& all = into_.into;
    auto const width = all.extra_columns.size();
    if (widths_.empty() || (widths_.size() == 1 && widths_.front().second == width)) return;
    string_list padded;
    std::size_t next_width = 0;
    std::size_t cell_at = 0;
    std::size_t given = 0;
    for (std::size_t target = 0; target < all.targets.size(); ++target) {
        if (next_width < widths_.size() && widths_[next_width].first == target) {
            given = widths_[next_width++].second;
        }
        for (std::size_t at = 0; at < given; ++at) padded.add(all.extra_cells[cell_at++]);
        for (std::size_t at = given; at < width; ++at) padded.add({});
    }
    all.extra_cells = std::move(padded);
}

}  // namespace allot::jobs
