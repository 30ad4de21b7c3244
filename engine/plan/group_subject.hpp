#pragma once

#include <span>
#include <string>

#include "connectors/port/directory_words.hpp"

/// A group as the target of a row: seen like a user who holds directly what the group gives. Pure.
namespace allot::plan {

/// Its id, its display name, and its licences, each active.
user as_subject(group const& of);

/// Whether the service has done for all members what the group's licences say. Where it does not
/// say how far it is, nothing is known to be missing.
bool is_processed(group const& of);

/// Marks the licences of the group that some of its members have not got, with the error that most
/// of those have. `more`: there are further members in error. Returns what is to be said:
/// `2 members are in error: ana@contoso.com (CountViolation), …`; empty when none is.
std::string mark_member_errors(user& subject, std::span<user const> in_error, bool more);

}  // namespace allot::plan
