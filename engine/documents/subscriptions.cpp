#include "engine/documents/subscriptions.hpp"

#include "engine/documents/reading.hpp"
#include "engine/documents/writing.hpp"

namespace allot::documents {

void append_subscription(std::string& out, subscription const& of) {
    object_text made{out};
    made.text("sku", of.sku.str());
    made.text("part_number", of.part_number);
    made.text_if_any("status", of.capability_status);
    made.flag_unless(true, "for_users", of.for_users);
    made.number("enabled", of.enabled);
    made.number_if_any("warning", of.warning);
    made.number_if_any("suspended", of.suspended);
    made.number_if_any("locked_out", of.locked_out);
    made.number("consumed", of.consumed);
    if (of.plans.empty()) return;
    auto separator = '[';
    made.member("plans");
    for (auto const& one : of.plans) {
        out += separator;
        object_text part{out};
        part.text("id", one.id.str());
        part.text("name", one.name);
        part.flag_unless(true, "for_users", one.for_users);
        separator = ',';
    }
    out += ']';
}

void append_subscriptions(std::string& out, std::vector<subscription> const& of) {
    out += '[';
    for (auto const& one : of) {
        out += &one == of.data() ? "\n" : ",\n";
        append_subscription(out, one);
    }
    out += "\n]";
}

bool take(json_element const& from, service_plan& to) {
    json_object members;
    return take(from, members) && read(members, "id", to.id) && read(members, "name", to.name) &&
           read_if_given(members, "for_users", to.for_users);
}

bool take(json_object const& from, subscription& to) {
    return read(from, "sku", to.sku) && read(from, "part_number", to.part_number) &&
           read_if_given(from, "status", to.capability_status) &&
           read_if_given(from, "for_users", to.for_users) && read(from, "enabled", to.enabled) &&
           read_if_given(from, "warning", to.warning) &&
           read_if_given(from, "suspended", to.suspended) &&
           read_if_given(from, "locked_out", to.locked_out) &&
           read(from, "consumed", to.consumed) && read_if_given(from, "plans", to.plans);
}

bool take(json_element const& from, subscription& to) {
    json_object members;
    return take(from, members) && take(members, to);
}

result<std::vector<subscription>> parse_subscriptions(std::string_view text) {
    std::vector<subscription> read;
    auto const root = parse_json(text);
    if (!root || !take(*root, read)) {
        return failure{errc::could_not_run,
                       "what is kept of the subscriptions is not as allot writes it"};
    }
    return read;
}

}  // namespace allot::documents
