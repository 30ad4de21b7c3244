#include "engine/progress/pace.hpp"

#include <algorithm>

namespace allot::progress {

namespace {

constexpr duration window = std::chrono::seconds{15};
constexpr duration least = std::chrono::seconds{1};

double in_seconds(duration span) {
    return std::chrono::duration<double>{span}.count();
}

}  // namespace

void recent_pace::note(time_point now, std::uint64_t done) {
    if (!samples_.empty() && done < samples_.back().done) samples_.clear();
    // Many in one moment say no more than the last of them.
    if (samples_.size() > 1 && now - samples_[samples_.size() - 2].at < least / 4) {
        samples_.back() = {now, done};
    } else {
        samples_.push_back({now, done});
    }
    while (samples_.size() > 2 && now - samples_[1].at >= window) samples_.pop_front();
}

std::optional<double> recent_pace::per_second() const {
    if (samples_.empty()) return std::nullopt;
    auto const span = samples_.back().at - samples_.front().at;
    if (span < least) return std::nullopt;
    return static_cast<double>(samples_.back().done - samples_.front().done) / in_seconds(span);
}

std::optional<duration> time_left(rest const& of) {
    constexpr double longest = 30.0 * 24 * 3600;
    auto const users = static_cast<double>(of.users);
    double const lately = of.per_second.value_or(0);
    double seconds = 0;
    if (of.allowed && *of.allowed > 0) {
        auto const at_once = std::min(users, std::max(0.0, of.held));
        bool const judged = lately > 0;
        if (at_once > 0 && !judged) return std::nullopt;
        seconds = (users - at_once) / *of.allowed;
        // The burst goes while the bucket fills: whichever of the two takes longer counts.
        if (judged) seconds = std::max(seconds, at_once / lately);
    } else {
        if (users > 0 && lately <= 0) return std::nullopt;
        if (users > 0) seconds = users / lately;
    }
    seconds += in_seconds(std::max(duration{}, of.wait));
    if (seconds > longest) return std::nullopt;
    return std::chrono::duration_cast<duration>(std::chrono::duration<double>{seconds});
}

}  // namespace allot::progress
