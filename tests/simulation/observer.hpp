#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "connectors/http/transport.hpp"
#include "connectors/port/clock.hpp"
#include "tests/simulation/auditor.hpp"

namespace allot::simulation {

/// A hash over all that happened, in its order: two runs of one seed must have the same.
class trace {
 public:
    void add(std::string_view text);
    void add(std::uint64_t number);
    [[nodiscard]] std::uint64_t sum() const { return sum_; }

 private:
    std::uint64_t sum_ = 0xCBF29CE484222325ULL;
};

/// Where a process can be cut short.
enum class moment : std::uint8_t { leaving, arriving, committing, committed, step };

/// What the observer asks and tells.
struct hooks {
    /// Asked at each of these moments; true: the process ends here, nothing more of it happens.
    std::function<bool(moment)> dies;
    /// Asked when it ends with a request leaving; true: the request is on its way all the same.
    std::function<bool(http_request const&)> strays;
    /// What happens, for people; empty: nobody wants to know.
    std::function<void(std::string const&)> say;
};

/// Sees every request and reply on its way, and tells the auditor.
class observer final : public http::transport {
 public:
    observer(http::transport& behind, clock& time, auditor& tells, trace& into, hooks asks)
        : behind_{behind}, clock_{time}, auditor_{tells}, trace_{into}, hooks_{std::move(asks)} {}

    boost::asio::awaitable<http::answer> send(http_request request) override;

 private:
    boost::asio::awaitable<void> never_goes_on();

    http::transport& behind_;
    clock& clock_;
    auditor& auditor_;
    trace& trace_;
    hooks hooks_;
};

}  // namespace allot::simulation
