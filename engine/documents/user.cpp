#include "engine/documents/user.hpp"

#include <algorithm>

#include "engine/documents/reading.hpp"
#include "engine/documents/writing.hpp"

namespace allot::documents {

namespace {

void append_licence(std::string& out, licence_state const& of) {
    object_text made{out};
    made.text("sku", of.sku.str());
    made.ids_if_any("off", of.disabled_plans);
    if (of.by_group) made.text("group", of.by_group->str());
    made.flag_unless(true, "active", of.active);
    made.text_if_any("error", of.error);
}

void append_members(object_text& made, std::string& out, account const& of) {
    made.flag_unless(true, "enabled", of.account_enabled);
    made.text_if_any("location", of.usage_location);
    if (of.licences.empty()) return;
    auto separator = '[';
    made.member("licences");
    for (auto const& one : of.licences) {
        out += separator;
        append_licence(out, one);
        separator = ',';
    }
    out += ']';
}

bool read_account(json_object const& members, account& to) {
    // The location is as the service has it, which need not be two letters.
    return read_if_given(members, "enabled", to.account_enabled) &&
           read_if_given(members, "location", to.usage_location) &&
           read_if_given(members, "licences", to.licences);
}

failure broken_user() {
    return failure{errc::could_not_run, "what is kept of a user is not as allot writes it"};
}

}  // namespace

void append_user(std::string& out, allot::user const& of) {
    object_text made{out};
    made.text("id", of.id.str());
    made.text_if_any("upn", of.upn);
    append_members(made, out, of);
}

void append_account(std::string& out, account const& of) {
    object_text made{out};
    append_members(made, out, of);
}

bool take(json_element const& from, licence_state& to) {
    json_object members;
    bool const whole = take(from, members) && read(members, "sku", to.sku) &&
                       read_if_given(members, "off", to.disabled_plans) &&
                       read_if_given(members, "group", to.by_group) &&
                       read_if_given(members, "active", to.active) &&
                       read_if_given(members, "error", to.error);
    std::ranges::sort(to.disabled_plans);
    return whole;
}

bool take(json_element const& from, allot::user& to) {
    json_object members;
    return take(from, members) && read(members, "id", to.id) &&
           read_if_given(members, "upn", to.upn) && read_account(members, to);
}

result<allot::user> parse_user(std::string_view text) {
    allot::user read;
    auto const root = parse_json(text);
    if (!root || !take(*root, read)) return broken_user();
    return read;
}

result<account> parse_account(std::string_view text) {
    account read;
    json_object members;
    auto const root = parse_json(text);
    if (!root || !take(*root, members) || !read_account(members, read)) return broken_user();
    return read;
}

}  // namespace allot::documents
