#pragma once

#include <string_view>

namespace allot::jobs {

/// True for a two-letter code that ISO 3166-1 assigns to a country, in upper case.
bool is_country(std::string_view code);

}  // namespace allot::jobs
