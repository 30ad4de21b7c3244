#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "engine/commands/session.hpp"
#include "engine/progress/pace.hpp"
#include "engine/progress/standing.hpp"
#include "engine/runs/run.hpp"

/// How a command stands, for people.
namespace allot::commands {

/// `apply wave.csv, tenant contoso.onmicrosoft.com`.
std::string title_of(session const& with, config::settings const& chosen);

/// Users being read. Must outlive what shows it.
class reading_progress {
 public:
    /// `users`: how many are asked for; 0: all, and nobody knows how many these are.
    reading_progress(session& with, config::settings const& chosen, std::uint64_t users);
    /// For survey::tools.
    void seen(std::uint64_t users) { seen_ = users; }
    progress::standing at(time_point now);

 private:
    session& with_;
    progress::standing is_;
    progress::recent_pace pace_;
    std::uint64_t seen_ = 0;
};

/// Users being changed. Must outlive what shows it.
class change_progress {
 public:
    change_progress(session& with, config::settings const& chosen, runs::run const& going);
    progress::standing at(time_point now);
    /// The seats that are left of the job's SKUs, as far as this run knows.
    std::vector<progress::seats_left> seats_now();

 private:
    void count(time_point now);
    void say_wait(time_point now);
    void say_rest(time_point now);

    session& with_;
    runs::run const& going_;
    progress::standing is_;
    progress::recent_pace pace_;
    std::uint64_t to_change_ = 0;  ///< users whose change is not accepted, and may yet be
    time_point count_again_at_{};
};

}  // namespace allot::commands
