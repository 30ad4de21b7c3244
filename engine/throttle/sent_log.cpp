#include "engine/throttle/sent_log.hpp"

#include <algorithm>

namespace allot::throttle {

namespace {

/// Sends closer than this share of the window are one entry.
constexpr int entries_a_window = 500;

}  // namespace

void sent_log::add(time_point now, double amount) {
    if (!entries_.empty() && now - entries_.back().first < window_ / entries_a_window) {
        entries_.back().last = now;
        entries_.back().amount += amount;
    } else {
        entries_.push_back({now, now, amount});
    }
    total_ += amount;
}

void sent_log::take_back(double amount) {
    if (entries_.empty()) return;
    entries_.back().amount -= amount;
    total_ -= amount;
}

void sent_log::forget_old(time_point now) {
    while (!entries_.empty() && entries_.front().last + window_ <= now) {
        total_ -= entries_.front().amount;
        entries_.pop_front();
    }
    if (entries_.empty()) total_ = 0;
}

void sent_log::clear() {
    entries_.clear();
    total_ = 0;
}

time_point sent_log::first_leaves(time_point now) const {
    return entries_.empty() ? now : std::max(now, entries_.front().last + window_);
}

time_point sent_log::at_most(double most, time_point now) const {
    auto left = total_;
    auto when = now;
    for (auto const& one : entries_) {
        auto const leaves = one.last + window_;
        if (left <= most && leaves > now) break;
        left -= one.amount;
        when = std::max(when, leaves);
    }
    return when;
}

}  // namespace allot::throttle
