#include "engine/documents/rules.hpp"

#include <algorithm>

#include "engine/documents/change_members.hpp"
#include "engine/documents/reading.hpp"
#include "engine/documents/writing.hpp"

namespace allot::documents {

void append_group_rules(std::string& out, plan::rules const& of) {
    object_text made{out};
    made.flag_unless(false, "drop_direct", of.drop_direct);
    made.flag_unless(false, "hold_directly", of.hold_directly);
    if (of.via.empty()) return;
    auto separator = '[';
    made.member("via");
    for (auto const& [sku, through] : of.via) {
        out += separator;
        object_text one{out};
        one.text("sku", sku.str());
        one.text("group", through.group.str());
        one.text("name", through.name);
        one.ids_if_any("off", through.disabled_plans);
        if (!through.also.empty()) append_adds(one.member("also"), through.also);
        separator = ',';
    }
    out += ']';
}

bool take_group_rules(json_object const& from, plan::rules& to) {
    if (!read_if_given(from, "drop_direct", to.drop_direct) ||
        !read_if_given(from, "hold_directly", to.hold_directly)) {
        return false;
    }
    std::optional<json_array> groups;
    if (!read_if_given(from, "via", groups)) return false;
    if (!groups) return true;
    for (auto const item : *groups) {
        json_object members;
        sku_id sku;
        plan::via_group one;
        if (!take(item, members) || !read(members, "sku", sku) ||
            !read(members, "group", one.group) || !read(members, "name", one.name) ||
            !read_if_given(members, "off", one.disabled_plans) ||
            !read_if_given(members, "also", one.also)) {
            return false;
        }
        std::ranges::sort(one.disabled_plans);
        std::ranges::sort(one.also, {}, &licence_add::sku);
        if (!to.via.emplace(sku, std::move(one)).second) return false;
    }
    return true;
}

result<void> parse_group_rules(std::string_view text, plan::rules& into) {
    json_object members;
    auto const root = parse_json(text);
    if (!root || !take(*root, members) || !take_group_rules(members, into)) {
        return failure{errc::could_not_run,
                       "what is kept of the rules for groups is not as allot writes it"};
    }
    return {};
}

}  // namespace allot::documents
