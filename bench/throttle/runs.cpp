#include "bench/throttle/runs.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace allot::bench {

void play_all(std::vector<run>& runs, unsigned jobs, std::function<void(run const&)> const& after) {
    std::atomic<std::size_t> next{0};
    std::mutex telling;
    std::vector<char> played(runs.size());
    std::size_t told = 0;
    std::exception_ptr broken;
    auto const work = [&] {
        for (auto at = next++; at < runs.size(); at = next++) {
            std::exception_ptr failed;
            try {
                runs[at].seen = runs[at].by->play(runs[at].of);
            } catch (...) {
                failed = std::current_exception();
            }
            std::lock_guard const alone{telling};
            if (failed) {
                broken = failed;
                next = runs.size();
                return;
            }
            played[at] = 1;
            while (told < runs.size() && played[told] != 0) after(runs[told++]);
        }
    };
    {
        std::vector<std::jthread> threads;
        for (unsigned one = 1; one < jobs; ++one) threads.emplace_back(work);
        work();
    }
    if (broken) std::rethrow_exception(broken);
}

}  // namespace allot::bench
