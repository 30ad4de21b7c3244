// Goal: runs of several tenants that begin in the same moment all get their new store.
// Method: threads with a connection each, let go together, as processes would be; many new stores.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "engine/store/run_store.hpp"
#include "tests/support/catch.hpp"

using namespace allot;

TEST_CASE("a new store can be opened by several runs at once", "[store]") {
    constexpr int stores = 40;
    constexpr int runs = 6;
    auto folder = (std::filesystem::temp_directory_path() / "allot-open-XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    std::vector<std::string> failures(stores * runs);
    for (int store = 0; store < stores; ++store) {
        auto const path = folder + "/" + std::to_string(store) + ".db";
        std::atomic<int> waiting{runs};
        std::vector<std::thread> all;
        for (int run = 0; run < runs; ++run) {
            all.emplace_back([&, run] {
                --waiting;
                while (waiting > 0) std::this_thread::yield();
                auto const opened = store::run_store::open(path);
                if (!opened) {
                    failures[static_cast<std::size_t>(store * runs + run)] = opened.error().message;
                }
            });
        }
        for (auto& each : all) each.join();
    }
    std::filesystem::remove_all(folder);
    for (auto const& each : failures) CHECK(each.empty());
}
