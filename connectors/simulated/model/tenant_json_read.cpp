#include <simdjson.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/counts_fields.hpp"
#include "connectors/simulated/model/tenant_json.hpp"

namespace allot::simulated {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// What is wrong, and where: the words are thrown within this file only, and end in a `result`.
struct unreadable {
    std::string words;
};

[[noreturn]] void fail(std::string_view place, std::string_view words) {
    throw unreadable{std::string{place} + (place.empty() ? "" : ": ") + std::string{words}};
}

/// An object with its place, for messages: `users[3]`.
struct node {
    object is;
    std::string const& place;

    [[nodiscard]] std::optional<element> at(std::string_view name) const {
        element found;
        if (is.at_key(name).get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
        return found;
    }
    [[noreturn]] void wrong(std::string_view name, std::string_view what) const {
        fail(place, std::string{name} + " " + std::string{what});
    }

    void read(std::string_view name, std::string& to) const {
        auto const found = at(name);
        if (!found) return;
        std::string_view text;
        if (found->get_string().get(text) != simdjson::SUCCESS) wrong(name, "is not a text");
        to = text;
    }
    void read(std::string_view name, bool& to) const {
        auto const found = at(name);
        if (found && found->get_bool().get(to) != simdjson::SUCCESS) {
            wrong(name, "is neither true nor false");
        }
    }
    template <class Number>
    void read_number(std::string_view name, Number& to) const {
        auto const found = at(name);
        if (!found) return;
        std::uint64_t number = 0;
        bool const whole = found->get_uint64().get(number) == simdjson::SUCCESS;
        if (!whole || !std::in_range<Number>(number)) wrong(name, "is not a whole number in range");
        to = static_cast<Number>(number);
    }
    void read_time(std::string_view name, std::optional<wall_time>& to) const {
        std::string text;
        read(name, text);
        if (text.empty()) return;
        to = parse_iso_8601(text);
        if (!to) wrong(name, "is not a time like 2026-01-05T08:00:00Z");
    }
    template <class Id>
    std::optional<Id> read_id(std::string_view name) const {
        std::string text;
        read(name, text);
        if (text.empty()) return std::nullopt;
        auto const id = Id::parse(text);
        if (!id) wrong(name, "is not a GUID");
        return id;
    }
    template <class Id>
    Id need_id(std::string_view name) const {
        auto const id = read_id<Id>(name);
        if (!id) wrong(name, "is missing");
        return *id;
    }
    template <class Id>
    void read_ids(std::string_view name, std::vector<Id>& to) const {
        auto const items = list(name);
        if (!items) return;
        for (auto const item : *items) {
            std::string_view text;
            auto const id =
                item.get_string().get(text) == simdjson::SUCCESS ? Id::parse(text) : std::nullopt;
            if (!id) wrong(name, "holds something that is not a GUID");
            to.push_back(*id);
        }
        std::ranges::sort(to);
    }
    /// Each object of a list, with its place.
    template <class Each>
    void for_each(std::string_view name, Each each) const {
        auto const items = list(name);
        if (!items) return;
        std::size_t index = 0;
        for (auto const item : *items) {
            auto inner = place.empty() ? std::string{name} : place + "." + std::string{name};
            inner += "[" + std::to_string(index++) + "]";
            object one;
            if (item.get_object().get(one) != simdjson::SUCCESS) fail(inner, "is not an object");
            each(node{one, inner});
        }
    }
    /// Empty when it is absent.
    [[nodiscard]] std::optional<array> list(std::string_view name) const {
        auto const found = at(name);
        if (!found) return std::nullopt;
        array items;
        if (found->get_array().get(items) != simdjson::SUCCESS) wrong(name, "is not a list");
        return items;
    }
};

bool applies_to_users(node const& from) {
    std::string applies = "User";
    from.read("appliesTo", applies);
    if (applies != "User" && applies != "Company")
        from.wrong("appliesTo", "is neither User nor Company");
    return applies == "User";
}

described_sku read_sku(node const& from) {
    described_sku made;
    auto& bought = made.bought;
    bought.sku = from.need_id<sku_id>("skuId");
    from.read("skuPartNumber", bought.part_number);
    bought.capability_status = "Enabled";
    from.read("capabilityStatus", bought.capability_status);
    bought.for_users = applies_to_users(from);
    from.read("assignable", made.assignable);
    from.read_number("enabled", bought.enabled);
    from.read_number("warning", bought.warning);
    from.read_number("suspended", bought.suspended);
    from.read_number("lockedOut", bought.locked_out);
    from.read_number("consumed", bought.consumed);
    from.for_each("servicePlans", [&](node const& plan) {
        auto& one = bought.plans.emplace_back();
        one.id = plan.need_id<plan_id>("servicePlanId");
        plan.read("servicePlanName", one.name);
        one.for_users = applies_to_users(plan);
    });
    return made;
}

described_user read_user(node const& from) {
    described_user made;
    made.who.id = from.need_id<user_id>("id");
    from.read("userPrincipalName", made.who.upn);
    from.read("accountEnabled", made.who.account_enabled);
    from.read("usageLocation", made.who.usage_location);
    from.for_each("licenses", [&](node const& licence) {
        auto& one = made.who.licences.emplace_back();
        one.sku = licence.need_id<sku_id>("skuId");
        licence.read_ids("disabledPlans", one.disabled_plans);
        one.by_group = licence.read_id<group_id>("assignedByGroup");
        licence.read("active", one.active);
        licence.read("error", one.error);
    });
    from.read_time("appearsAt", made.appears_at);
    from.read_time("changedAt", made.changed_at);
    from.read("addressClash", made.address_clash);
    from.read_number("writesAccepted", made.writes_accepted);
    return made;
}

/// Finds users by what people write of them.
class known_users {
 public:
    explicit known_users(std::vector<described_user> const& users) : users_(users) {}

    /// By object id, or by user principal name whatever its case.
    std::optional<user_id> find(std::string_view id_or_upn) {
        if (auto const id = user_id::parse(id_or_upn)) return id;
        for (; read_ < users_.size(); ++read_) {
            by_upn_.emplace(lower(users_[read_].who.upn), users_[read_].who.id);
        }
        auto const found = by_upn_.find(lower(id_or_upn));
        return found == by_upn_.end() ? std::nullopt : std::optional{found->second};
    }

 private:
    std::vector<described_user> const& users_;
    std::size_t read_ = 0;
    std::unordered_map<std::string, user_id> by_upn_;
};

group_kind read_kind(node const& from) {
    std::string text = "assigned";
    from.read("kind", text);
    for (auto const kind : all_group_kinds) {
        if (name_of(kind) == text) return kind;
    }
    from.wrong("kind", "is none of assigned, dynamic, synced");
}

described_group read_group(node const& from, known_users& users) {
    described_group made;
    made.id = from.need_id<group_id>("id");
    from.read("displayName", made.name);
    made.kind = read_kind(from);
    from.for_each("licenses", [&](node const& licence) {
        auto& one = made.licences.emplace_back();
        one.sku = licence.need_id<sku_id>("skuId");
        licence.read_ids("disabledPlans", one.disabled_plans);
    });
    auto const members = from.list("members");
    if (!members) return made;
    for (auto const item : *members) {
        std::string_view text;
        if (item.get_string().get(text) != simdjson::SUCCESS) {
            from.wrong("members", "holds something that is not a text");
        }
        auto const who = users.find(text);
        if (!who) from.wrong("members", "names " + std::string{text} + ", who is not a user");
        made.members.push_back(*who);
    }
    return made;
}

counts read_counts(node const& from) {
    counts made;
    auto const found = from.at("counts");
    if (!found) return made;
    object is;
    if (found->get_object().get(is) != simdjson::SUCCESS) from.wrong("counts", "is not an object");
    std::string const place = "counts";
    node const inner{is, place};
    for (auto const& [name, field] : counts_fields) inner.read_number(name, made.*field);
    return made;
}

tenant_description read_tenant(std::string_view text) {
    simdjson::dom::parser parser;
    element root;
    auto const wrong = parser.parse(text.data(), text.size()).get(root);
    if (wrong != simdjson::SUCCESS) throw unreadable{simdjson::error_message(wrong)};
    object is;
    if (root.get_object().get(is) != simdjson::SUCCESS) throw unreadable{"it is not a JSON object"};
    std::string const place;
    node const from{is, place};
    tenant_description made;
    from.read("tenantId", made.tenant_id);
    from.read("domain", made.domain);
    from.read("clientId", made.client_id);
    from.for_each("skus", [&](node const& sku) { made.skus.push_back(read_sku(sku)); });
    from.for_each("dependencies", [&](node const& rule) {
        auto& one = made.dependencies.emplace_back();
        one.plan = rule.need_id<plan_id>("plan");
        rule.read_ids("needs", one.needs);
    });
    from.for_each("exclusions", [&](node const& rule) {
        auto& one = made.exclusions.emplace_back();
        one.one = rule.need_id<plan_id>("plan");
        one.other = rule.need_id<plan_id>("excludes");
    });
    made.counted = read_counts(from);
    if (auto const users = from.list("users")) made.users.reserve(users->size());
    from.for_each("users", [&](node const& user) { made.users.push_back(read_user(user)); });
    known_users users{made.users};
    from.for_each("groups",
                  [&](node const& group) { made.groups.push_back(read_group(group, users)); });
    return made;
}

failure not_a_tenant(std::string_view words) {
    failure made;
    made.code = errc::invalid_input;
    made.message = "The simulated tenant cannot be read: " + std::string{words};
    return made;
}

}  // namespace

result<tenant_description> from_json(std::string_view text) {
    try {
        auto made = read_tenant(text);
        if (auto const wrong = find_error(made)) return not_a_tenant(*wrong);
        return made;
    } catch (unreadable const& wrong) {
        return not_a_tenant(wrong.words);
    }
}

}  // namespace allot::simulated
