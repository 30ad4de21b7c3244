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

}  // namespace

void append_user(std::string& out, allot::user const& of) {
    object_text made{out};
    made.text("id", of.id.str());
    made.text_if_any("upn", of.upn);
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
    // The location is as the service has it, which need not be two letters.
    return take(from, members) && read(members, "id", to.id) &&
           read_if_given(members, "upn", to.upn) &&
           read_if_given(members, "enabled", to.account_enabled) &&
           read_if_given(members, "location", to.usage_location) &&
           read_if_given(members, "licences", to.licences);
}

result<allot::user> parse_user(std::string_view text) {
    allot::user read;
    auto const root = parse_json(text);
    if (!root || !take(*root, read)) {
        return failure{errc::could_not_run, "what is kept of a user is not as allot writes it"};
    }
    return read;
}

}  // namespace allot::documents
