// Goal: two runs never change one tenant at a time, and no dead run keeps a living one waiting.
// Method: real files in a temporary folder, other processes by fork, waits on the virtual clock.
#include "engine/store/lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "connectors/simulated/server/virtual_clock.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::store;
using namespace std::chrono_literals;

namespace {

constexpr auto tenant = "contoso.onmicrosoft.com";

class folder {
 public:
    folder() {
        auto path = (std::filesystem::temp_directory_path() / "allot-lock-XXXXXX").string();
        REQUIRE(::mkdtemp(path.data()) != nullptr);
        path_ = path;
    }
    ~folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;

    [[nodiscard]] std::string const& path() const { return path_; }
    [[nodiscard]] std::string lock(std::string_view of = tenant) const {
        return fmt::format("{}/locks/{}.lock", path_, of);
    }

 private:
    std::string path_;
};

lock_holder holder(std::string run = "20261124-081500-3f9c") {
    return {std::move(run), "apply", *parse_iso_8601("2026-11-24T08:15:00.250Z")};
}

std::string contents(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void write(std::string const& path, std::string_view text) {
    std::ofstream{path, std::ios::binary} << text;
}

std::string this_host() {
    std::array<char, 256> name{};
    REQUIRE(::gethostname(name.data(), name.size() - 1) == 0);
    return name.data();
}

/// Another process that takes the lock and keeps it until it is killed.
class other_run {
 public:
    explicit other_run(std::string const& state_dir) {
        std::array<int, 2> pipe{};
        REQUIRE(::pipe(pipe.data()) == 0);
        process_ = ::fork();
        REQUIRE(process_ >= 0);
        if (process_ == 0) {
            auto const taken = run_lock::try_take(state_dir, tenant, holder("the-other"));
            char const said = taken.has_value() ? 'y' : 'n';
            if (::write(pipe[1], &said, 1) != 1) ::_exit(1);
            while (true) ::pause();
        }
        ::close(pipe[1]);
        char said = 0;
        CHECK(::read(pipe[0], &said, 1) == 1);
        ::close(pipe[0]);
        CHECK(said == 'y');
    }
    ~other_run() { kill(); }
    other_run(other_run const&) = delete;
    other_run& operator=(other_run const&) = delete;

    void kill() {
        if (process_ < 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = -1;
    }
    [[nodiscard]] pid_t process() const { return process_; }

 private:
    pid_t process_ = -1;
};

/// Waits for the lock in virtual time.
class waiting {
 public:
    waiting(std::string const& state_dir, duration timeout) {
        boost::asio::co_spawn(io_, take_lock(time_, state_dir, tenant, holder("waiting"), timeout),
                              [this](std::exception_ptr error, result<run_lock> taken) {
                                  if (error) std::rethrow_exception(error);
                                  taken_.emplace(std::move(taken));
                              });
    }

    /// Lets time pass, and the wait see it.
    void pass(duration by) {
        poll();
        for (duration passed{0}; passed < by; passed += 100ms) {
            time_.advance(100ms);
            poll();
        }
    }
    [[nodiscard]] std::optional<result<run_lock>> const& taken() const { return taken_; }

 private:
    void poll() {
        io_.restart();
        io_.poll();
    }

    boost::asio::io_context io_{1};
    simulated::virtual_clock time_{io_.get_executor()};
    std::optional<result<run_lock>> taken_;
};

}  // namespace

TEST_CASE("a lock is held until it is let go, and its file says by whom", "[lock]") {
    folder const state;
    {
        auto const taken = run_lock::try_take(state.path(), tenant, holder());
        REQUIRE(taken.has_value());
        CHECK(taken->holds());
        CHECK(contents(state.lock()) ==
              fmt::format("{{\"run\":\"20261124-081500-3f9c\",\"command\":\"apply\",\"pid\":{},"
                          "\"host\":\"{}\",\"since\":\"2026-11-24T08:15:00.250Z\"}}\n",
                          ::getpid(), this_host()));
        auto const second = run_lock::try_take(state.path(), tenant, holder("second"));
        REQUIRE(second.has_error());
        CHECK(second.error().code == errc::refused_by_cap);
        CHECK(second.error().message ==
              fmt::format("another run holds the lock of tenant contoso.onmicrosoft.com: apply "
                          "20261124-081500-3f9c, process {} on host {}, since "
                          "2026-11-24T08:15:00.250Z. Wait for it (--lock-timeout 1h) or stop it.",
                          ::getpid(), this_host()));
        INFO("who was refused has not overwritten it");
        CHECK(contents(state.lock()).find("20261124-081500-3f9c") != std::string::npos);
    }
    auto const next = run_lock::try_take(state.path(), tenant, holder("n"));
    REQUIRE(next.has_value());
    INFO("nothing is left of the longer line before");
    CHECK(contents(state.lock()).starts_with("{\"run\":\"n\",\"command\":\"apply\","));
    CHECK(contents(state.lock()).ends_with("Z\"}\n"));
}

TEST_CASE("tenants do not wait for each other", "[lock]") {
    folder const state;
    auto const one = run_lock::try_take(state.path(), tenant, holder());
    auto const other = run_lock::try_take(state.path(), "fabrikam.com", holder());
    CHECK(one.has_value());
    CHECK(other.has_value());
}

TEST_CASE("neither do runs with state folders of their own", "[lock]") {
    folder const state;
    folder const elsewhere;
    auto const one = run_lock::try_take(state.path(), tenant, holder());
    auto const other = run_lock::try_take(elsewhere.path(), tenant, holder());
    CHECK(one.has_value());
    CHECK(other.has_value());
}

TEST_CASE("a lock that moves is held where it went", "[lock]") {
    folder const state;
    auto taken = run_lock::try_take(state.path(), tenant, holder());
    REQUIRE(taken.has_value());
    run_lock kept;
    CHECK_FALSE(kept.holds());
    kept = std::move(*taken);
    CHECK(kept.holds());
    CHECK(run_lock::try_take(state.path(), tenant, holder()).has_error());
    kept = run_lock{};
    CHECK(run_lock::try_take(state.path(), tenant, holder()).has_value());
}

TEST_CASE("another process's lock is respected, and ends when it is killed", "[lock]") {
    folder const state;
    other_run other{state.path()};
    auto const refused = run_lock::try_take(state.path(), tenant, holder());
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == errc::refused_by_cap);
    CHECK(refused.error().message.find(fmt::format("apply the-other, process {} on host ",
                                                   other.process())) != std::string::npos);
    other.kill();
    INFO("its file is still there");
    CHECK(contents(state.lock()).find("the-other") != std::string::npos);
    CHECK(run_lock::try_take(state.path(), tenant, holder()).has_value());
}

TEST_CASE("a file that is left behind is no lock, whatever is in it", "[lock]") {
    folder const state;
    std::filesystem::create_directory(state.path() + "/locks");
    for (std::string const& text :
         {std::string{}, std::string{"garbage\n"}, std::string(100'000, '{'),
          std::string{"{\"run\":\"old\",\"command\":\"apply\",\"pid\":1,\"host\":\"h\",\"since\":"
                      "\"2020-01-01T00:00:00.000Z\"}\n"}}) {
        write(state.lock(), text);
        CHECK(run_lock::try_take(state.path(), tenant, holder()).has_value());
    }
}

TEST_CASE("a holder that does not say who it is, is a holder", "[lock]") {
    folder const state;
    auto const taken = run_lock::try_take(state.path(), tenant, holder());
    REQUIRE(taken.has_value());
    for (std::string const& text :
         {std::string{}, std::string{"garbage\n"}, std::string(100'000, '['), std::string{"{}"},
          std::string{"{\"run\":7,\"command\":\"apply\",\"pid\":1,\"host\":\"h\",\"since\":\"\"}"},
          std::string{"{\"run\":\"r\",\"command\":\"apply\",\"pid\":\"1\",\"host\":\"h\"}"}}) {
        write(state.lock(), text);
        auto const refused = run_lock::try_take(state.path(), tenant, holder());
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == errc::refused_by_cap);
        CHECK(refused.error().message ==
              fmt::format("another run holds the lock of tenant contoso.onmicrosoft.com: {} does "
                          "not say which. Wait for it (--lock-timeout 1h) or stop it.",
                          state.lock()));
    }
    write(state.lock(),
          "{\"run\":\"\\u001b[2J\",\"command\":\"apply\",\"pid\":1,\"host\":\"h\\n\","
          "\"since\":\"now\"}");
    INFO("and one that would spoil the terminal does not");
    CHECK(run_lock::try_take(state.path(), tenant, holder())
              .error()
              .message.find("apply ?[2J, process 1 on host h?, since now") != std::string::npos);
}

TEST_CASE("lock and folder are for their owner only", "[lock]") {
    folder const state;
    auto const before = ::umask(0);
    auto const taken = run_lock::try_take(state.path(), tenant, holder());
    ::umask(before);
    REQUIRE(taken.has_value());
    struct stat found {};
    REQUIRE(::stat((state.path() + "/locks").c_str(), &found) == 0);
    CHECK((found.st_mode & 07777U) == 0700U);
    REQUIRE(::stat(state.lock().c_str(), &found) == 0);
    CHECK((found.st_mode & 07777U) == 0600U);
}

TEST_CASE("a tenant's name never leads out of the folder", "[lock]") {
    folder const state;
    for (auto const& [name, file] :
         {std::pair{"../x", "%2E.%2Fx"}, std::pair{"a/b", "a%2Fb"}, std::pair{"A", "%41"},
          std::pair{"..", "%2E."}, std::pair{"", ""}, std::pair{"a%b", "a%25b"}}) {
        INFO(name);
        auto const taken = run_lock::try_take(state.path(), name, holder());
        CHECK(taken.has_value());
        CHECK(std::filesystem::exists(state.lock(file)));
    }
}

TEST_CASE("where there can be no lock there is no run", "[lock]") {
    folder const state;
    auto const message = [&](std::string const& in) {
        auto const taken = run_lock::try_take(in, tenant, holder());
        REQUIRE(taken.has_error());
        CHECK(taken.error().code == errc::could_not_run);
        return taken.error().message;
    };
    CHECK(message(state.path() + "/gone") ==
          fmt::format("cannot make the folder {}/gone/locks: No such file or directory",
                      state.path()));
    SECTION("a link in the lock's place is not followed") {
        std::filesystem::create_directory(state.path() + "/locks");
        write(state.path() + "/victim", "precious");
        std::filesystem::create_symlink(state.path() + "/victim", state.lock());
        CHECK(message(state.path()) == fmt::format("cannot open the lock {}: Too many levels of "
                                                   "symbolic links",
                                                   state.lock()));
        CHECK(contents(state.path() + "/victim") == "precious");
    }
    SECTION("nor one in the folder's place") {
        std::filesystem::create_directory(state.path() + "/elsewhere");
        std::filesystem::create_symlink(state.path() + "/elsewhere", state.path() + "/locks");
        CHECK(message(state.path()).starts_with("cannot open the folder "));
        CHECK(std::filesystem::is_empty(state.path() + "/elsewhere"));
    }
    SECTION("a pipe is no lock, and is not waited for") {
        std::filesystem::create_directory(state.path() + "/locks");
        REQUIRE(::mkfifo(state.lock().c_str(), 0600) == 0);
        CHECK(message(state.path()) == fmt::format("the lock {} is not a file", state.lock()));
    }
    SECTION("nor is a folder") {
        std::filesystem::create_directories(state.lock());
        CHECK(message(state.path()) ==
              fmt::format("cannot open the lock {}: Is a directory", state.lock()));
    }
}

TEST_CASE("without a time to wait, a run is refused at once", "[lock]") {
    folder const state;
    auto const held = run_lock::try_take(state.path(), tenant, holder());
    waiting run{state.path(), 0s};
    run.pass(0s);
    REQUIRE(run.taken().has_value());
    CHECK(run.taken()->error().code == errc::refused_by_cap);
}

TEST_CASE("a run waits for the lock, and takes it within a second of its end", "[lock]") {
    folder const state;
    std::optional<other_run> other{state.path()};
    waiting run{state.path(), 1h};
    run.pass(30min);
    CHECK_FALSE(run.taken().has_value());
    other.reset();
    run.pass(1s);
    REQUIRE(run.taken().has_value());
    REQUIRE(run.taken()->has_value());
    INFO("it says since when it holds the lock, not since when it waited");
    auto const line = contents(state.lock());
    CHECK(line.find("\"since\":\"2026-01-05T08:30:0") != std::string::npos);
    CHECK(run_lock::try_take(state.path(), tenant, holder()).has_error());
}

TEST_CASE("a run that has waited long enough is refused, by who holds the lock then", "[lock]") {
    folder const state;
    std::optional<result<run_lock>> held{run_lock::try_take(state.path(), tenant, holder("first"))};
    waiting run{state.path(), 10s + 500ms};
    run.pass(5s);
    held.reset();
    held = run_lock::try_take(state.path(), tenant, holder("second"));
    REQUIRE(held->has_value());
    run.pass(5s + 400ms);
    CHECK_FALSE(run.taken().has_value());
    run.pass(100ms);
    REQUIRE(run.taken().has_value());
    REQUIRE(run.taken()->has_error());
    CHECK(run.taken()->error().code == errc::refused_by_cap);
    CHECK(run.taken()->error().message.find("apply second, process") != std::string::npos);
}

TEST_CASE("where there can be no lock nothing is waited for", "[lock]") {
    folder const state;
    waiting run{state.path() + "/gone", 1h};
    run.pass(0s);
    REQUIRE(run.taken().has_value());
    CHECK(run.taken()->error().code == errc::could_not_run);
}
