#include "engine/report/report_folder.hpp"
#include "engine/report/summary.hpp"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::report;
namespace fs = std::filesystem;

namespace {

/// A folder that goes away with the test.
struct scratch_folder {
    fs::path path;
    scratch_folder() {
        auto pattern = (fs::temp_directory_path() / "allot-test-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~scratch_folder() { fs::remove_all(path); }
    scratch_folder(scratch_folder const&) = delete;
    scratch_folder& operator=(scratch_folder const&) = delete;

    [[nodiscard]] std::string under(std::string const& name) const {
        return (path / name).string();
    }
};

std::set<std::string> names_in(fs::path const& folder) {
    std::set<std::string> names;
    for (auto const& entry : fs::directory_iterator{folder}) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

std::string contents(fs::path const& file) {
    std::ostringstream out;
    out << std::ifstream{file}.rdbuf();
    return out.str();
}

::mode_t mode_of(fs::path const& path) {
    struct ::stat seen {};
    REQUIRE(::lstat(path.c_str(), &seen) == 0);
    return seen.st_mode & 0777U;
}

reconcile::row row_of(std::uint32_t line) {
    reconcile::row made;
    made.line = line;
    made.user = "user@contoso.example";
    made.action = "assign";
    made.is = reconcile::verdict::already;
    made.extra = {"Finance"};
    return made;
}

std::vector<std::string> const extra_columns{"department"};

std::string failure_of(std::string const& report_dir, std::string const& run_id) {
    auto const opened = report_folder::open(report_dir, run_id, extra_columns);
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == errc::could_not_run);
    return opened.error().message;
}

/// No file of this process grows beyond so many bytes while it lives: what a full disk does, for
/// root too.
class file_size_limit {
 public:
    explicit file_size_limit(::rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        auto limit = before_;
        limit.rlim_cur = bytes;
        handler_before_ = ::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~file_size_limit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, handler_before_);
    }
    file_size_limit(file_size_limit const&) = delete;
    file_size_limit& operator=(file_size_limit const&) = delete;

 private:
    struct ::rlimit before_ {};
    void (*handler_before_)(int) = nullptr;
};

}  // namespace

TEST_CASE("a finished report is four whole files that only their owner reads", "[report]") {
    scratch_folder const scratch;
    auto const dir = scratch.under("new/reports");
    auto opened = report_folder::open(dir + "/", "run-1", extra_columns);
    REQUIRE(opened.has_value());
    CHECK(opened->path() == dir + "/run-1");
    REQUIRE(opened->write(row_of(2)).has_value());
    REQUIRE(opened->write(row_of(3)).has_value());
    summary total;
    total.run_id = "run-1";
    REQUIRE(opened->finish(total).has_value());

    CHECK(names_in(dir + "/run-1") ==
          std::set<std::string>{"report.csv", "report.html", "report.jsonl", "summary.json"});
    CHECK(contents(dir + "/run-1/report.csv") ==
          "line,user,user_id,sku,action,verdict,reason,advice,before,after,attempts,http_status,"
          "request_id,changed_at,verified_at,department\n"
          "2,user@contoso.example,,,assign,already,,,,,0,,,,,Finance\n"
          "3,user@contoso.example,,,assign,already,,,,,0,,,,,Finance\n");
    auto const lines = contents(dir + "/run-1/report.jsonl");
    CHECK(lines.starts_with("{\"line\":2,"));
    CHECK(lines.ends_with(",\"department\":\"Finance\"}\n"));
    CHECK(contents(dir + "/run-1/summary.json") == to_json(total));
    CHECK(mode_of(dir) == 0700U);
    CHECK(mode_of(dir + "/run-1") == 0700U);
    for (auto const* name : {"/run-1/report.csv", "/run-1/report.jsonl", "/run-1/report.html",
                             "/run-1/summary.json"}) {
        CHECK(mode_of(dir + name) == 0600U);
    }
}

TEST_CASE("until it is finished no file has its final name, however much was written", "[report]") {
    scratch_folder const scratch;
    auto const folder = scratch.path / "run-1";
    std::set<std::string> const parts{"report.csv.part", "report.html.part", "report.jsonl.part",
                                      "summary.json.part"};
    {
        auto opened = report_folder::open(scratch.path.string(), "run-1", extra_columns);
        REQUIRE(opened.has_value());
        CHECK(names_in(folder) == parts);
        for (std::uint32_t line = 1; line <= 5000; ++line) {
            REQUIRE(opened->write(row_of(line)).has_value());
        }
        CHECK(names_in(folder) == parts);
        // It streams: most of it is in the file already.
        CHECK(fs::file_size(folder / "report.csv.part") > 200'000);
    }
    INFO("a run that ends without a report leaves nothing behind");
    CHECK_FALSE(fs::exists(folder));
}

TEST_CASE("a run that is killed leaves no file under a final name", "[report]") {
    scratch_folder const scratch;
    auto const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        auto opened = report_folder::open(scratch.path.string(), "run-1", extra_columns);
        for (std::uint32_t line = 1; opened && line <= 5000; ++line) {
            if (!opened->write(row_of(line))) break;
        }
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(names_in(scratch.path / "run-1") ==
          std::set<std::string>{"report.csv.part", "report.html.part", "report.jsonl.part",
                                "summary.json.part"});
}

TEST_CASE("a report that cannot be written is known before the run", "[report]") {
    scratch_folder const scratch;
    auto const file = scratch.under("file");
    std::ofstream{file} << "x";
    CHECK(failure_of(file, "run-1") ==
          "cannot use the report folder " + file + ": Not a directory");
    CHECK(failure_of(file + "/below", "run-1") ==
          "cannot make the report folder " + file + "/below: Not a directory");
    if (::geteuid() != 0) {
        auto const locked = scratch.under("locked");
        REQUIRE(::mkdir(locked.c_str(), 0500) == 0);
        CHECK(failure_of(locked, "run-1") ==
              "cannot make the report folder " + locked + "/run-1: Permission denied");
    }
}

TEST_CASE("an earlier run's report is never written over", "[report]") {
    scratch_folder const scratch;
    auto const dir = scratch.path.string();
    {
        auto opened = report_folder::open(dir, "run-1", extra_columns);
        REQUIRE(opened.has_value());
        REQUIRE(opened->finish(summary{}).has_value());
    }
    CHECK(failure_of(dir, "run-1") ==
          "cannot make the report folder " + dir + "/run-1: File exists");
    CHECK(names_in(scratch.path / "run-1") ==
          std::set<std::string>{"report.csv", "report.html", "report.jsonl", "summary.json"});
}

TEST_CASE("a symbolic link is not followed", "[report]") {
    scratch_folder const scratch;
    auto const elsewhere = scratch.under("elsewhere");
    REQUIRE(::mkdir(elsewhere.c_str(), 0700) == 0);
    auto const link = scratch.under("link");
    fs::create_symlink(elsewhere, link);
    auto const refusal = "cannot use the report folder " + link +
                         ": it is a symbolic link; name the folder that it leads to";
    CHECK(failure_of(link, "run-1") == refusal);
    CHECK(failure_of(link + "/", "run-1") == refusal);
    auto const dir = scratch.under("reports");
    REQUIRE(::mkdir(dir.c_str(), 0700) == 0);
    fs::create_symlink(elsewhere, dir + "/run-1");
    CHECK(failure_of(dir, "run-1") ==
          "cannot make the report folder " + dir + "/run-1: File exists");
    CHECK(names_in(elsewhere).empty());
}

TEST_CASE("a run id that is not one name is refused", "[report]") {
    scratch_folder const scratch;
    for (auto const* run_id : {"", ".", "..", "a/b", "/a"}) {
        INFO(run_id);
        CHECK_FALSE(failure_of(scratch.path.string(), run_id).empty());
    }
    CHECK(names_in(scratch.path).empty());
    CHECK_FALSE(failure_of("", "run-1").empty());
}

TEST_CASE("a full disk is reported with path and reason, and leaves no half report", "[report]") {
    scratch_folder const scratch;
    auto const dir = scratch.path.string();
    {
        auto opened = report_folder::open(dir, "run-1", extra_columns);
        REQUIRE(opened.has_value());
        std::optional<failure> first;
        std::optional<failure> last;
        {
            file_size_limit const limit{100'000};
            for (std::uint32_t line = 1; line <= 5000 && !first; ++line) {
                if (auto const written = opened->write(row_of(line)); !written) {
                    first = written.error();
                }
            }
            if (auto const finished = opened->finish(summary{}); !finished) last = finished.error();
        }
        REQUIRE(first.has_value());
        CHECK(first->code == errc::could_not_run);
        CHECK(first->message == "cannot write " + dir + "/run-1/report.jsonl.part: File too large");
        REQUIRE(last.has_value());
        CHECK(last->message == first->message);
        CHECK_FALSE(fs::exists(dir + "/run-1/report.csv"));
    }
    CHECK(names_in(scratch.path).empty());
}
