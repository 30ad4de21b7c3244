#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/throttle/service/scenarios.hpp"
#include "connectors/http/transport.hpp"
#include "connectors/simulated/server/memory_transport.hpp"
#include "tests/support/whole_engine.hpp"

namespace allot::bench {

/// What was seen of one run from outside.
struct measured {
    bool finished = false;          ///< false: stopped, see `stage::hopeless`
    duration makespan{};            ///< first operation sent to last one accepted
    duration bound{};               ///< with what others really took
    std::uint64_t operations = 0;   ///< sent, of the kind that the job is of
    std::uint64_t refused = 0;      ///< 429 for want of quota
    std::uint64_t requests = 0;     ///< HTTP requests of every kind
    std::uint64_t lost = 0;         ///< users given up
    std::uint64_t trace = 0;        ///< hash of every request's time, method, address and reply
    std::uint64_t gates = 0;        ///< ours only
    std::optional<double> learned;  ///< ours only: writes a second

    [[nodiscard]] double ratio() const;
    [[nodiscard]] double refused_share() const;
};

/// One scenario with one seed, to be played once by one scheme: the tenant with its users, what
/// happens to its limit as time goes by, and a transport that watches.
class stage {
 public:
    stage(scenario const& what, std::uint64_t seed);
    ~stage();
    stage(stage const&) = delete;
    stage& operator=(stage const&) = delete;

    [[nodiscard]] scenario const& what() const { return what_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    support::world& world() { return world_; }
    http::transport& transport();
    /// The job, an operation for each user.
    [[nodiscard]] std::vector<operation> operations() const;
    /// The same as a job file.
    [[nodiscard]] std::string job_file() const;

    /// 40,000 refusals, or 20 times the bound: the scheme does not get there.
    [[nodiscard]] bool hopeless();
    /// What was seen of a run that gave up `lost` users; what is ours only is left for the caller.
    [[nodiscard]] measured measure(bool finished, std::uint64_t lost);

 private:
    class watcher;

    boost::asio::awaitable<void> let_things_happen(time_point began);
    boost::asio::awaitable<void> let_others_write(double a_second, time_point began,
                                                  time_point until);
    [[nodiscard]] std::uint64_t refused() const;

    scenario const& what_;
    std::uint64_t seed_;
    duration bound_;  ///< with what others want
    support::world world_;
    std::unique_ptr<simulated::memory_transport> straight_;
    std::unique_ptr<watcher> watcher_;
    std::vector<std::uint32_t> taken_;  ///< by others, in each interval since the first operation
};

}  // namespace allot::bench
