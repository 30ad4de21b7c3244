#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/port/time.hpp"

/// How far a command has come, and its text. Pure: what a terminal does with it is not here.
namespace allot::progress {

enum class stage {
    reading,   ///< of the tenant's users
    changing,  ///< changes are sent, and looked at beside it
    looking    ///< all are sent; the tenant does not show all of them yet
};

/// Why nothing is being sent just now.
enum class waiting_for {
    none,
    quota,    ///< the service refused for lack of quota: everybody waits
    wave,     ///< the next wave begins later
    trouble,  ///< after a failure that passes: the next try comes later
    showing   ///< what was accepted is not yet seen: the next look comes later
};

/// A SKU of the job, with the seats that it has left.
struct seats_left {
    std::string sku;  ///< part number
    std::int64_t left = 0;
};

/// A command at one moment.
struct standing {
    std::string title;  ///< `apply wave.csv, tenant contoso.onmicrosoft.com`; from outside
    stage at = stage::reading;
    std::uint64_t done = 0;              ///< users: read, or through
    std::optional<std::uint64_t> total;  ///< of so many; empty: not known
    std::uint64_t accepted = 0;          ///< users whose change was accepted
    std::optional<double> per_second;    ///< users; empty: not known yet
    std::optional<duration> left;        ///< until everybody is through; empty: not known
    std::uint64_t refusals = 0;          ///< replies 429
    std::uint64_t wave = 0;              ///< the present one, from 1; 0: there are none
    std::uint64_t waves = 0;             ///< in all
    std::vector<seats_left> seats;
    waiting_for waits = waiting_for::none;
    duration wait{};  ///< how long still
};

}  // namespace allot::progress
