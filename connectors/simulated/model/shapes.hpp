#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/simulated/model/holdings.hpp"
#include "connectors/simulated/model/properties.hpp"

/// What the directory's answers look like (graph-facts section 10).
namespace allot::simulated {

/// What a user shows when nothing is selected: eleven properties, none about licences.
extern property_set const default_properties;

/// The properties that a `$select` names; empty when there is one among them that users do not
/// have.
std::optional<property_set> selected_properties(std::string_view select);
/// Their names with commas between, for `@odata.context`.
std::string names_of(property_set which);

/// `"id":"…",…` of one user: the properties of an object, without its braces.
void append_user(std::string& to, holdings& from, user_index which, property_set properties,
                 moment const& at);

/// One subscribed SKU as an object.
void append_sku(std::string& to, holdings& from, sku_index which, std::string_view tenant_id,
                std::string_view domain, moment const& at);

/// What an error body says of the request it answers.
struct error_ids {
    wall_time date;
    guid request_id;
    std::string_view client_request_id;
};

/// `{"error":{…}}`
std::string error_body(std::string_view code, std::string_view message, error_ids const& ids);

}  // namespace allot::simulated
