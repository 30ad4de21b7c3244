#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

/// The run store from outside: its file, when it commits, and what is durable in it.
namespace allot::simulation {

/// What is asked right before a commit; false: it does not happen.
using commit_guard = std::function<bool()>;

/// A run store's file of its own, gone with the object. One at a time: SQLite is told to ask the
/// guard before each commit of any connection.
class store_watch {
 public:
    /// `defect`: SQL that is run on the made store, to damage it; empty: none.
    store_watch(commit_guard guard, std::string defect);
    ~store_watch();
    store_watch(store_watch const&) = delete;
    store_watch& operator=(store_watch const&) = delete;

    [[nodiscard]] std::string const& path() const { return path_; }
    /// Puts the defect in, once the store has been made.
    void spoil();
    /// The newest run's name; empty when there is none.
    std::string newest_run();
    /// How many intents for the user are durable in the newest run, as an outsider reads them.
    std::uint64_t intents(std::string_view name_in_job);

 private:
    void open();

    std::string defect_;
    std::string folder_;
    std::string path_;
    sqlite3* own_ = nullptr;
    sqlite3_stmt* count_ = nullptr;  ///< of intents; made when first needed
};

}  // namespace allot::simulation
