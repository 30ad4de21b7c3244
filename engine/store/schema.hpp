#pragma once

#include <span>

#include "engine/store/database.hpp"

namespace allot::store {

/// The statements that lead from each version of the tables to the next, from the empty database
/// on. What has been released is never changed: add a step.
std::span<char const* const> schema_steps();

/// Throws `database_error` for the database of another program; before anything is written to it.
void check_whose(database& in);

/// Throws `database_error` when the tables are not of the newest version.
void check_newest(database& in, std::span<char const* const> steps);

/// Brings the tables to the newest version, all steps in one transaction. Throws `database_error`
/// when the database is of a newer version than there are steps, or not a run store.
void migrate(database& in, std::span<char const* const> steps);

}  // namespace allot::store
