#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/message.hpp"
#include "connectors/port/time.hpp"
#include "engine/doctor/step.hpp"

/// From what was seen to what it means. Pure.
namespace allot::doctor {

/// A clock may be off by so much without a word, and by so much before signed sign-ins are refused:
/// the service allows five minutes (graph-facts 6.2; RFC 7519, 4.1.4 "a few minutes").
inline constexpr std::chrono::seconds clock_off_max{60};
inline constexpr std::chrono::minutes clock_off_refused{5};
/// A certificate that expires sooner is worth a word.
inline constexpr std::chrono::days certificate_ends_soon{14};

/// How far this machine's clock is from a service's. `date`: its header Date, of a reply that was
/// asked for at `asked` and had at `had`; empty: it sent none that can be read.
step judge_clock(std::optional<wall_time> date, wall_time asked, wall_time had);

/// What a trial connection's TLS showed.
struct tls_seen {
    std::string place;  ///< `graph.microsoft.com`
    std::string protocol;
    std::string issuer;
    std::string authority;
    wall_time not_after{};
};
step judge_tls(tls_seen const& seen, wall_time now);

/// One step for each thing that permissions are needed for. `roles`: those that the token grants;
/// empty: it does not say.
std::vector<step> judge_roles(std::optional<std::vector<std::string>> const& roles);

/// What an answer of the service amounts to that should have been a success; `found` is what the
/// step says when it was one.
step judge_answer(std::string name, outcome const& how, std::string found);

}  // namespace allot::doctor
