#include "tests/simulation/store_watch.hpp"

#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <stdexcept>

namespace allot::simulation {

namespace {

namespace files = std::filesystem;

commit_guard& guard_of_all() {
    static commit_guard guard;
    return guard;
}

extern "C" {

static int ask_guard(void*) {
    auto const& guard = guard_of_all();
    return guard && !guard() ? 1 : 0;
}

static int watch_connection(sqlite3* one, char const**, sqlite3_api_routines const*) {
    sqlite3_commit_hook(one, &ask_guard, nullptr);
    return SQLITE_OK;
}

}  // extern "C"

/// In memory where there is such a place: a simulated crash does not take the disk with it.
files::path folder_for_files() {
    files::path const in_memory = "/dev/shm";
    std::error_code error;
    return files::is_directory(in_memory, error) ? in_memory : files::temp_directory_path();
}

}  // namespace

store_watch::store_watch(commit_guard guard, std::string defect) : defect_{std::move(defect)} {
    guard_of_all() = std::move(guard);
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch_connection));
    auto pattern = (folder_for_files() / "allot-simulation-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the run store");
    folder_ = pattern;
    path_ = folder_ + "/runs.db";
}

store_watch::~store_watch() {
    sqlite3_finalize(count_);
    sqlite3_close(own_);
    sqlite3_reset_auto_extension();
    guard_of_all() = {};
    std::error_code error;
    files::remove_all(folder_, error);
}

void store_watch::open() {
    if (own_ != nullptr) return;
    if (sqlite3_open_v2(path_.c_str(), &own_, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
        throw std::runtime_error("the run store cannot be looked at");
    }
    sqlite3_commit_hook(own_, nullptr, nullptr);
}

void store_watch::spoil() {
    if (defect_.empty()) return;
    open();
    if (sqlite3_exec(own_, defect_.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        throw std::runtime_error(sqlite3_errmsg(own_));
    }
}

std::string store_watch::newest_run() {
    open();
    sqlite3_stmt* asked = nullptr;
    sqlite3_prepare_v2(own_, "SELECT name FROM runs ORDER BY run DESC LIMIT 1", -1, &asked,
                       nullptr);
    std::string name;
    if (sqlite3_step(asked) == SQLITE_ROW) {
        name = reinterpret_cast<char const*>(sqlite3_column_text(asked, 0));
    }
    sqlite3_finalize(asked);
    return name;
}

std::uint64_t store_watch::intents(std::string_view name_in_job) {
    open();
    static constexpr char question[] =
        "SELECT count(*) FROM runs r JOIN job_users u ON u.job = r.job "
        "JOIN intents i ON i.run = r.run AND i.user = u.user "
        "WHERE r.run = (SELECT max(run) FROM runs) AND u.name = ? COLLATE NOCASE";
    if (count_ == nullptr) sqlite3_prepare_v2(own_, question, -1, &count_, nullptr);
    sqlite3_bind_text(count_, 1, name_in_job.data(), static_cast<int>(name_in_job.size()),
                      SQLITE_TRANSIENT);
    std::uint64_t count = 0;
    if (sqlite3_step(count_) == SQLITE_ROW) {
        count = static_cast<std::uint64_t>(sqlite3_column_int64(count_, 0));
    }
    sqlite3_reset(count_);
    return count;
}

}  // namespace allot::simulation
