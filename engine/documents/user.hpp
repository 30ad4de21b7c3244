#pragma once

#include <string>
#include <string_view>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/result.hpp"

/// What is kept of a tenant and a plan, as JSON text and back. Pure.
namespace allot::documents {

/// Appends one line without its end; what is default is left out:
/// `{"id":"…","upn":"…","enabled":false,"location":"NL","licences":[{"sku":"…","off":["…"],
/// "group":"…","active":false,"error":"…"}]}`.
void append_user(std::string& out, allot::user const& of);

/// The same without id and UPN.
void append_account(std::string& out, account const& of);

/// Reads what either writes, but for id and UPN. Errors: as `parse_user`.
result<account> parse_account(std::string_view text);

/// Reads what `append_user` writes. Errors: `could_not_run` when it is anything else.
result<allot::user> parse_user(std::string_view text);

}  // namespace allot::documents
