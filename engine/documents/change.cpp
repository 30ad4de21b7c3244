#include "engine/documents/change.hpp"

#include <algorithm>

#include "engine/documents/change_members.hpp"
#include "engine/documents/reading.hpp"
#include "engine/documents/writing.hpp"

namespace allot::documents {

void append_adds(std::string& out, std::vector<licence_add> const& of) {
    auto separator = '[';
    for (auto const& one : of) {
        out += separator;
        object_text add{out};
        add.text("sku", one.sku.str());
        add.ids_if_any("off", one.disabled_plans);
        separator = ',';
    }
    out += ']';
}

void append_change_members(object_text& made, plan::change const& of) {
    made.text_if_any("location", of.usage_location);
    if (!of.adds.empty()) append_adds(made.member("add"), of.adds);
    made.ids_if_any("remove", of.removes);
    made.ids_if_any("join", of.joins);
    made.ids_if_any("leave", of.leaves);
}

void append_change(std::string& out, plan::change const& of) {
    object_text made{out};
    append_change_members(made, of);
}

bool take(json_element const& from, licence_add& to) {
    json_object members;
    bool const whole = take(from, members) && read(members, "sku", to.sku) &&
                       read_if_given(members, "off", to.disabled_plans);
    std::ranges::sort(to.disabled_plans);
    return whole;
}

bool take(json_object const& from, plan::change& to) {
    return read_location_if_given(from, "location", to.usage_location) &&
           read_if_given(from, "add", to.adds) && read_if_given(from, "remove", to.removes) &&
           read_if_given(from, "join", to.joins) && read_if_given(from, "leave", to.leaves);
}

bool take(json_element const& from, plan::change& to) {
    json_object members;
    return take(from, members) && take(members, to);
}

result<plan::change> parse_change(std::string_view text) {
    plan::change read;
    auto const root = parse_json(text);
    if (!root || !take(*root, read)) {
        return failure{errc::could_not_run, "what is kept of a change is not as allot writes it"};
    }
    return read;
}

}  // namespace allot::documents
