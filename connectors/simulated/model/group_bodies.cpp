#include "connectors/simulated/model/group_bodies.hpp"

#include "connectors/simulated/model/address.hpp"

namespace allot::simulated {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t references_max = 20;

refusal refused(std::string message) {
    return {.message = std::move(message)};
}

/// `https://graph.microsoft.com/v1.0/directoryObjects/{id}`, or `users/{id}`.
std::optional<refusal> append_reference(std::vector<user_id>& to, element const& from) {
    std::string_view text;
    if (from.get_string().get(text) != simdjson::SUCCESS) {
        return refused("A reference to a directory object is a text.");
    }
    auto const where = split_address(text);
    std::string_view path = where.path;
    for (std::string_view const before : {"/v1.0/directoryObjects/", "/v1.0/users/"}) {
        if (where.root.empty() || !path.starts_with(before)) continue;
        auto const id = user_id::parse(path.substr(before.size()));
        if (!id) break;
        to.push_back(*id);
        return std::nullopt;
    }
    return refused("Invalid URL format specified in @odata.bind for members: '" +
                   std::string{text} + "'.");
}

std::optional<refusal> read_list(object const& from, std::vector<user_id>& to) {
    for (auto const field : from) {
        if (field.key != "members@odata.bind") {
            return refused("The property '" + std::string{field.key} + "' cannot be set here.");
        }
    }
    array references;
    auto const found = from.at_key("members@odata.bind").get_array().get(references);
    if (found != simdjson::SUCCESS || references.size() == 0) {
        return refused("The property 'members@odata.bind' is not a list of references.");
    }
    if (references.size() > references_max) {
        return refused("The number of references in 'members@odata.bind' exceeds 20.");
    }
    for (auto const one : references) {
        if (auto wrong = append_reference(to, one)) return wrong;
    }
    return std::nullopt;
}

}  // namespace

void read_new_members(object const& from, sent_body& to) {
    element one;
    bool const single = from.at_key("@odata.id").get(one) == simdjson::SUCCESS;
    if (single) {
        to.not_members = refused("The property '@odata.id' cannot be set here.");
        to.not_a_member = append_reference(to.members, one);
    } else {
        to.not_members = read_list(from, to.members);
        to.not_a_member = refused("The body has no '@odata.id'.");
    }
}

}  // namespace allot::simulated
