#include "engine/jobs/json_object.hpp"

#include <simdjson.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

namespace ondemand = simdjson::ondemand;

/// What the parser says, in words of ours: its own change from version to version.
fault fault_of(simdjson::error_code error) {
    switch (error) {
        case simdjson::STRING_ERROR:
            return {"JSON syntax error", "write a valid escape after the backslash"};
        case simdjson::NUMBER_ERROR:
            return {"JSON syntax error", "write a number, or put quotes around the text"};
        case simdjson::INCORRECT_TYPE:
        case simdjson::T_ATOM_ERROR:
        case simdjson::F_ATOM_ERROR:
        case simdjson::N_ATOM_ERROR:
            return {"JSON syntax error", "put quotes around the text"};
        case simdjson::DEPTH_ERROR:
            return {"JSON nested too deep", "a target is an object of plain values"};
        default:
            break;
    }
    return {"JSON syntax error", "look for a missing or misplaced comma, colon, quote or brace"};
}

}  // namespace

struct json_object::state {
    ondemand::parser parser;
    std::vector<json_member> members;
    std::string lists;            ///< what the members' lists are views of
    char const* begin = nullptr;  ///< of the text
    std::size_t last_offset = 0;  ///< of the key or value that was read last

    [[nodiscard]] std::size_t offset_of(char const* at) const {
        return static_cast<std::size_t>(at - begin);
    }
    simdjson::error_code read_all(ondemand::document& document);
    simdjson::error_code read_member(ondemand::field& from);
    simdjson::error_code read_value(ondemand::value& from, json_member& into);
    simdjson::error_code read_list(ondemand::value& from, json_member& into);
};

simdjson::error_code json_object::state::read_list(ondemand::value& from, json_member& into) {
    auto const list_begin = lists.size();
    ondemand::array list;
    if (auto const error = from.get_array().get(list)) return error;
    into.is = json_member::kind::list;
    bool first = true;
    for (auto element : list) {
        ondemand::value value;
        if (auto const error = std::move(element).get(value)) return error;
        ondemand::json_type type{};
        if (auto const error = value.type().get(type)) return error;
        if (type != ondemand::json_type::string) {
            into.is = json_member::kind::other;
            continue;
        }
        std::string_view text;
        if (auto const error = value.get_string().get(text)) return error;
        if (!first) lists += ';';
        first = false;
        lists += text;
    }
    if (into.is == json_member::kind::list) into.value = std::string_view{lists}.substr(list_begin);
    return simdjson::SUCCESS;
}

simdjson::error_code json_object::state::read_value(ondemand::value& from, json_member& into) {
    ondemand::json_type type{};
    if (auto const error = from.type().get(type)) return error;
    switch (type) {
        case ondemand::json_type::string:
            into.is = json_member::kind::text;
            return from.get_string().get(into.value);
        case ondemand::json_type::number: {
            into.is = json_member::kind::literal;
            double checked = 0;
            return from.get_double().get(checked);
        }
        case ondemand::json_type::boolean: {
            into.is = json_member::kind::literal;
            bool checked = false;
            return from.get_bool().get(checked);
        }
        case ondemand::json_type::null: {
            into.is = json_member::kind::null;
            bool checked = false;
            if (auto const error = from.is_null().get(checked)) return error;
            return checked ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
        }
        case ondemand::json_type::array:
            return read_list(from, into);
        case ondemand::json_type::object:
            into.is = json_member::kind::other;
            return simdjson::SUCCESS;
        default:
            break;
    }
    return simdjson::TAPE_ERROR;
}

simdjson::error_code json_object::state::read_member(ondemand::field& from) {
    json_member member;
    last_offset = offset_of(from.key().raw()) - 1;
    if (auto const error = from.unescaped_key().get(member.key)) return error;
    auto& value = from.value();
    auto const token = value.raw_json_token();
    member.offset = offset_of(token.data());
    last_offset = member.offset;
    member.value = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
    if (auto const error = read_value(value, member)) return error;
    members.push_back(member);
    return simdjson::SUCCESS;
}

simdjson::error_code json_object::state::read_all(ondemand::document& document) {
    ondemand::object object;
    if (auto const error = document.get_object().get(object)) return error;
    for (auto next : object) {
        ondemand::field member;
        if (auto const error = std::move(next).get(member)) return error;
        if (auto const error = read_member(member)) return error;
    }
    // Without this, what follows the closing brace would not be looked at.
    auto const at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    return at_end ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

json_object::json_object() : state_(std::make_unique<state>()) {}
json_object::~json_object() = default;

std::span<json_member const> json_object::members() const {
    return state_->members;
}

std::optional<json_fault> json_object::parse(std::string_view text, std::size_t readable) {
    auto& own = *state_;
    own.members.clear();
    own.lists.clear();
    // Members are views of it: it must not move while the object is read.
    own.lists.reserve(text.size());
    own.begin = text.data();
    own.last_offset = 0;
    ondemand::document document;
    auto error =
        own.parser.iterate(simdjson::padded_string_view{text.data(), text.size(), readable})
            .get(document);
    if (error == simdjson::SUCCESS) error = own.read_all(document);
    if (error == simdjson::SUCCESS) return std::nullopt;

    // Where it failed the parser tells only in part, and each version of it differently.
    auto const invalid = find_invalid_utf_8(text);
    if (invalid != text.size()) {
        return json_fault{invalid,
                          {"not valid UTF-8", "save the file as UTF-8, or give its encoding"}};
    }
    if (auto found = find_string_fault(text)) return found;
    bool const is_structure =
        error == simdjson::TAPE_ERROR || error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT;
    if (auto found = is_structure ? read_outer_object(text, 0).stopped : std::nullopt) return found;
    return json_fault{own.last_offset, fault_of(error)};
}

}  // namespace allot::jobs
