#include "connectors/simulated/model/bodies.hpp"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/group_bodies.hpp"

namespace allot::simulated {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t parts_max = 20;

refusal refused(std::string message) {
    return {.message = std::move(message)};
}

/// Valid until the next call.
std::optional<object> parse_object(std::string const& text) {
    thread_local simdjson::dom::parser parser;
    object parsed;
    if (parser.parse(text).get_object().get(parsed) != simdjson::SUCCESS) return std::nullopt;
    return parsed;
}

std::optional<std::string_view> text_at(object const& from, std::string_view key) {
    std::string_view text;
    if (from.at_key(key).get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
    return text;
}

template <class Id>
std::optional<refusal> append_id(std::vector<Id>& to, element const& from) {
    std::string_view text;
    if (from.get_string().get(text) != simdjson::SUCCESS) {
        return refused("An 'Edm.Guid' was expected.");
    }
    auto const id = Id::parse(text);
    if (!id) {
        return refused("Cannot convert the literal '" + std::string{text} +
                       "' to the expected type 'Edm.Guid'.");
    }
    to.push_back(*id);
    return std::nullopt;
}

std::optional<refusal> append_add(std::vector<licence_add>& to, element const& from) {
    std::vector<sku_id> sku;
    element id;
    if (from.at_key("skuId").get(id) != simdjson::SUCCESS) {
        return refused("A license to add has no 'skuId'.");
    }
    if (auto wrong = append_id(sku, id)) return wrong;
    auto& made = to.emplace_back();
    made.sku = sku.front();
    element disabled;
    if (from.at_key("disabledPlans").get(disabled) != simdjson::SUCCESS) return std::nullopt;
    array plans;
    if (disabled.get_array().get(plans) != simdjson::SUCCESS) {
        return refused("The property 'disabledPlans' is not a collection.");
    }
    for (auto const plan : plans) {
        if (auto wrong = append_id(made.disabled_plans, plan)) return wrong;
    }
    std::ranges::sort(made.disabled_plans);
    return std::nullopt;
}

std::optional<refusal> read_assignment(object const& from, assignment& to) {
    array adds;
    array removes;
    bool const has_adds = from.at_key("addLicenses").get_array().get(adds) == simdjson::SUCCESS;
    bool const has_removes =
        from.at_key("removeLicenses").get_array().get(removes) == simdjson::SUCCESS;
    if (!has_adds || !has_removes) {
        std::string missing = has_adds ? "" : "addLicenses";
        if (!has_removes) missing += has_adds ? "removeLicenses" : ",removeLicenses";
        return refused(
            "One or more parameters of the operation 'assignLicense' are missing from the request "
            "payload. The missing parameters are: " +
            missing + ".");
    }
    for (auto const one : adds) {
        if (auto wrong = append_add(to.adds, one)) return wrong;
    }
    for (auto const one : removes) {
        if (auto wrong = append_id(to.removes, one)) return wrong;
    }
    return std::nullopt;
}

std::optional<refusal> read_location(object const& from, std::string& to) {
    for (auto const field : from) {
        if (field.key != "usageLocation") {
            return refused("The property '" + std::string{field.key} + "' cannot be set here.");
        }
    }
    auto const text = text_at(from, "usageLocation");
    auto const is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    if (!text || text->size() != 2 || !std::ranges::all_of(*text, is_letter)) {
        return refused("Invalid value specified for property 'usageLocation' of resource 'User'.");
    }
    to = *text;
    for (auto& c : to) {
        if (c >= 'a') c = static_cast<char>(c - 32);
    }
    return std::nullopt;
}

sent_body read_object(object const& from) {
    sent_body made;
    made.not_assignable = read_assignment(from, made.wanted);
    made.not_a_location = read_location(from, made.location);
    read_new_members(from, made);
    return made;
}

void read_headers(object const& from, sent_part& to) {
    for (auto const field : from) {
        std::string_view value;
        if (field.value.get_string().get(value) != simdjson::SUCCESS) continue;
        if (equal_whatever_case(field.key, "content-type")) {
            to.typed = lower(value).starts_with("application/json");
        } else if (equal_whatever_case(field.key, "client-request-id")) {
            to.client_request_id = value;
        }
    }
}

std::optional<refusal> read_depends_on(object const& from, sent_part& to) {
    element value;
    if (from.at_key("dependsOn").get(value) != simdjson::SUCCESS) return std::nullopt;
    array ids;
    if (value.get_array().get(ids) != simdjson::SUCCESS) {
        return refused("The property 'dependsOn' is not a collection.");
    }
    for (auto const one : ids) {
        std::string_view id;
        if (one.get_string().get(id) != simdjson::SUCCESS) {
            return refused("The property 'dependsOn' holds something that is no id.");
        }
        to.depends_on.emplace_back(id);
    }
    return std::nullopt;
}

std::optional<refusal> read_part(element const& from, sent_part& to) {
    object part;
    if (from.get_object().get(part) != simdjson::SUCCESS) return refused("A request is no object.");
    to.id = text_at(part, "id").value_or("");
    to.method = text_at(part, "method").value_or("");
    to.url = text_at(part, "url").value_or("");
    if (to.id.empty() || to.method.empty() || to.url.empty()) {
        return refused("A request of the batch lacks its id, method or url.");
    }
    if (to.url.find("://") != std::string::npos) {
        return refused("The url of request '" + to.id + "' is not relative.");
    }
    object headers;
    if (part.at_key("headers").get_object().get(headers) == simdjson::SUCCESS) {
        read_headers(headers, to);
    }
    element body;
    if (part.at_key("body").get(body) == simdjson::SUCCESS) {
        if (!to.typed) {
            return refused("Request '" + to.id + "' has a body and no header Content-Type.");
        }
        object content;
        if (body.get_object().get(content) != simdjson::SUCCESS) {
            return refused("The body of request '" + to.id + "' is not a JSON object.");
        }
        to.body = read_object(content);
    }
    return read_depends_on(part, to);
}

}  // namespace

std::variant<sent_body, refusal> read_body(std::string const& text) {
    auto const parsed = parse_object(text);
    if (!parsed) return refused("Unable to read JSON request payload.");
    return read_object(*parsed);
}

std::variant<std::vector<sent_part>, refusal> read_batch(std::string const& text) {
    auto const parsed = parse_object(text);
    if (!parsed) return refused("Unable to read JSON request payload.");
    array requests;
    if (parsed->at_key("requests").get_array().get(requests) != simdjson::SUCCESS) {
        return refused("The batch has no list 'requests'.");
    }
    std::vector<sent_part> parts;
    parts.reserve(parts_max);
    for (auto const one : requests) {
        if (parts.size() == parts_max) {
            return refused("The number of batch requests exceeds the maximum of 20.");
        }
        sent_part part;
        if (auto wrong = read_part(one, part)) return *wrong;
        for (auto const& before : parts) {
            if (equal_whatever_case(before.id, part.id)) {
                return refused("The request id '" + part.id + "' is there twice.");
            }
        }
        parts.push_back(std::move(part));
    }
    if (parts.empty()) return refused("The batch has no requests.");
    return parts;
}

}  // namespace allot::simulated
