// Goal: whatever has happened to a run store's file, whoever asks gets what is there, or a failure
// that names the file: never a crash, and never a number that points out of the job.
// Method: a store with a run of every kind of entry; bytes are overwritten, or the end is cut off,
// at places drawn from a seed that a failure prints; then everything is asked for.
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <random>

#include "engine/store/database.hpp"
#include "story.hpp"

using namespace allot;
using namespace allot::store_testing;

namespace {

std::string bytes_of(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

/// Opens it anew each time; a failure names the file.
template <class T>
bool is_told(result<T> const& answer, std::string const& path) {
    if (answer) return true;
    INFO(answer.error().message);
    CHECK(answer.error().message.find(path) != std::string::npos);
    return false;
}

void use_numbers(store::stored_run const& of) {
    std::size_t used = 0;
    for (auto const& one : of.job.targets) used += of.job.users[one.user].size();
    for (auto const& one : of.errands) used += of.job.users[one.user].size();
    for (auto const& [target, why] : of.blocked) used += of.job.targets[target].line;
    for (auto const& line : of.entries) {
        if (auto const* const bar = std::get_if<schedule::bar>(&line.what)) {
            used += of.job.targets[bar->target].line;
        }
        if (auto const* const sent = std::get_if<schedule::intent>(&line.what)) {
            used += of.job.users[sent->user].size();
        }
    }
    CHECK(used < std::size_t{1} << 40);
}

/// A run of every kind of entry in a store of its own; returns its number.
std::int64_t keep_run(std::string const& path) {
    auto in = opened(path);
    story const told;
    auto const run = told.begin(in);
    REQUIRE(in.write(run, entries_of_every_kind()).has_value());
    return run;
}

void ask_for_everything(std::string const& path, std::int64_t run) {
    auto opened = store::run_store::open(path);
    if (!is_told(opened, path)) return;
    auto& in = *opened;
    is_told(in.history(10), path);
    is_told(in.find("run-1"), path);
    is_told(in.newest("contoso.example"), path);
    is_told(in.newest_of_job("contoso.example", "/jobs/wave.csv"), path);
    is_told(in.run_of_plan("plan-1"), path);
    is_told(in.newest_skus(), path);
    is_told(in.learned(), path);
    is_told(in.extra_columns(run), path);
    is_told(in.each_row(run, [](reconcile::row const&) {}), path);
    is_told(in.each_attempt(run, [](reconcile::attempt_line const&) {}), path);
    is_told(in.count_attempts(run), path);
    is_told(in.check(), path);
    auto const loaded = in.load(run);
    if (is_told(loaded, path)) use_numbers(*loaded);
}

}  // namespace

TEST_CASE("a run store that was damaged anywhere is told of, and crashes nobody", "[store]") {
    temporary_folder const folder;
    auto const path = folder.file();
    auto const run = keep_run(path);
    auto const whole = bytes_of(path);
    REQUIRE(whole.size() > 4096);
    int told_of = 0;
    for (unsigned seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        std::mt19937 draw{seed};
        auto damaged = whole;
        if (seed % 10 == 0) {
            damaged.resize(draw() % whole.size());
        } else {
            auto const size = std::min<std::size_t>(1U << draw() % 9, whole.size());
            auto const at = draw() % (whole.size() - size + 1);
            for (std::size_t each = 0; each < size; ++each) {
                damaged[at + each] = static_cast<char>(draw());
            }
        }
        for (auto const* const beside : {"-wal", "-shm"}) std::filesystem::remove(path + beside);
        std::ofstream{path, std::ios::binary | std::ios::trunc} << damaged;
        ask_for_everything(path, run);
        if (!store::run_store::open(path)) ++told_of;
    }
    CHECK(told_of > 10);
}

TEST_CASE("a run of numbers that point out of its job is damaged", "[store]") {
    temporary_folder const folder;
    auto const path = folder.file();
    auto const run = keep_run(path);
    auto const* const spoil = GENERATE(
        "UPDATE changes SET user=77", "UPDATE intents SET user=77", "UPDATE endings SET user=1",
        "UPDATE bars SET target=77", "UPDATE verdicts SET target=77 WHERE verdict='blocked'",
        "UPDATE targets SET sku=77", "UPDATE attempts SET came='never'");
    CAPTURE(spoil);
    store::database{path}.run(spoil);
    auto in = opened(path);
    auto const loaded = in.load(run);
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().message.find(path) != std::string::npos);
    CHECK(loaded.error().message.find("damaged: move it away") != std::string::npos);
}

TEST_CASE("a run whose entries are numbered to the end of all numbers takes no more", "[store]") {
    temporary_folder const folder;
    auto const path = folder.file();
    auto const run = keep_run(path);
    store::database{path}.run(
        "UPDATE endings SET n=9223372036854775807 WHERE n=(SELECT max(n) FROM endings)");
    auto in = opened(path);
    auto const written = in.write(run, entries_of_every_kind());
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().message.find(path) != std::string::npos);
}
