#include "engine/store/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/store/folder.hpp"

namespace allot::store {

namespace {

/// Another run's group of entries takes milliseconds; a checkpoint on a slow disk seconds.
constexpr int busy_milliseconds = 20'000;

/// A page that changes again and again (the last of a table) is moved into the database once in so
/// many pages of the log: 16 MB of it.
constexpr int pages_between_checkpoints = 4000;

[[noreturn]] void refuse(std::string const& path, std::string_view why) {
    throw database_error{fmt::format("cannot open the run store {}: {}", path, why)};
}

/// Another user who owns it, or may write it, could have put anything there. SQLite gives the files
/// beside the database the same permissions.
void make_for_owner_only(std::string const& path) {
    int const file = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                            S_IRUSR | S_IWUSR);
    if (file < 0) {
        refuse(path, errno == ELOOP ? "it is a symbolic link: name the folder of what it leads to"
                                    : std::strerror(errno));
    }
    struct stat is {};
    bool const known = ::fstat(file, &is) == 0;
    auto const why = errno;
    bool const by_others =
        (is.st_mode & S_IWOTH) != 0 || ((is.st_mode & S_IWGRP) != 0 && !has_group_alone(is.st_gid));
    // Kubernetes gives what is in a volume to its group anew for every pod.
    bool const more_than_ours = (is.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    bool const ours = S_ISREG(is.st_mode) && is.st_uid == ::geteuid();
    if (known && ours && more_than_ours && !by_others) ::fchmod(file, S_IRUSR | S_IWUSR);
    ::close(file);
    if (!known) refuse(path, std::strerror(why));
    if (!S_ISREG(is.st_mode)) refuse(path, "it is not a file: move it away");
    if (is.st_uid != ::geteuid()) {
        refuse(path, fmt::format("it belongs to user {}, and this is user {}: run allot as that "
                                 "user, or name another --state-dir",
                                 is.st_uid, ::geteuid()));
    }
    if (by_others) {
        refuse(path, "others may write it: if you trust what is in it, chmod 600 it");
    }
}

/// A path as SQLite's URI (sqlite.org/uri.html). Immutable: there is nobody who could change it.
std::string unchanging(std::string const& path) {
    std::string text = "file:";
    for (char const c : path) {
        bool const plain = c != '%' && c != '?' && c != '#';
        text += plain ? std::string{c} : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return text + "?immutable=1";
}

/// What is not in the database itself yet.
void refuse_unfinished(std::string const& path) {
    struct stat is {};
    auto const log = path + "-wal";
    if (::stat(log.c_str(), &is) != 0 || is.st_size == 0) return;
    refuse(path,
           fmt::format("what was written last is in {}, which can only be read where it can "
                       "be written too: copy both into a folder of your own, and name it with "
                       "--state-dir",
                       log));
}

}  // namespace

std::string damaged(std::string_view path, std::string_view what) {
    return fmt::format(
        "{}: {}: it is damaged: move it away, and what it knew of earlier runs with "
        "it",
        path, what);
}

database::database(std::string path, use how) : path_{std::move(path)} {
    bool const in_memory = path_ == ":memory:";
    bool const writes = how == use::writing;
    if (!in_memory && writes) make_for_owner_only(path_);
    if (!writes) refuse_unfinished(path_);
    int const flags = SQLITE_OPEN_NOMUTEX |
                      (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY | SQLITE_OPEN_URI) |
                      (in_memory ? SQLITE_OPEN_MEMORY : 0);
    auto const name = writes ? path_ : unchanging(path_);
    if (sqlite3_open_v2(name.c_str(), &made_, flags, nullptr) != SQLITE_OK) {
        auto const message = made_ != nullptr ? std::string{sqlite3_errmsg(made_)} : "no memory";
        sqlite3_close(std::exchange(made_, nullptr));
        refuse(path_, message);
    }
    sqlite3_busy_timeout(made_, busy_milliseconds);
}

void database::begin_writing() {
    use_write_ahead_log();
    run("PRAGMA synchronous=FULL");
    run(fmt::format("PRAGMA wal_autocheckpoint={}", pages_between_checkpoints).c_str());
}

database::~database() {
    sqlite3_close(made_);
}

database::database(database&& other) noexcept
    : path_{std::move(other.path_)}, made_{std::exchange(other.made_, nullptr)} {}

/// Whoever opens a new store makes this switch. When several do at once, SQLite says `busy` to all
/// but one of them at once, whatever the busy timeout.
void database::use_write_ahead_log() {
    constexpr int pause_milliseconds = 20;
    constexpr auto sql = "PRAGMA journal_mode=WAL";
    for (int waited = 0; waited < busy_milliseconds; waited += pause_milliseconds) {
        if (sqlite3_exec(made_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return;
        if ((sqlite3_errcode(made_) & 0xff) != SQLITE_BUSY) break;
        sqlite3_sleep(pause_milliseconds);
    }
    fail("use");
}

void database::run(char const* sql) {
    if (sqlite3_exec(made_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("use");
}

void database::fail(std::string_view doing) const {
    std::string_view mend;
    switch (sqlite3_errcode(made_) & 0xff) {
        case SQLITE_NOTADB:
            mend =
                "; it is no run store, or a damaged one: move it away, and what it knew of "
                "earlier runs with it";
            break;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            mend = "; another program holds it: try again when that has ended";
            break;
        case SQLITE_CORRUPT:
        case SQLITE_ERROR:
            mend = "; it is damaged: move it away, and what it knew of earlier runs with it";
            break;
        case SQLITE_FULL:
        case SQLITE_IOERR:
            mend = "; make room on that disk";
            break;
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            mend = "; this user must be able to write it and its folder";
            break;
        default:
            break;
    }
    throw database_error{
        fmt::format("cannot {} the run store {}: {}{}", doing, path_, sqlite3_errmsg(made_), mend)};
}

statement::statement(database& of, std::string_view sql) : of_{&of} {
    check(sqlite3_prepare_v2(of.get(), sql.data(), static_cast<int>(sql.size()), &made_, nullptr));
}

statement::~statement() {
    sqlite3_finalize(made_);
}

statement::statement(statement&& other) noexcept
    : of_{other.of_},
      made_{std::exchange(other.made_, nullptr)},
      bound_{other.bound_},
      read_{other.read_} {}

void statement::check(int status) {
    if (status != SQLITE_OK) of_->fail("use");
}

statement& statement::operator<<(std::int64_t value) {
    check(sqlite3_bind_int64(made_, ++bound_, value));
    return *this;
}

statement& statement::operator<<(std::string_view value) {
    if (value.empty()) return null();
    check(sqlite3_bind_text64(made_, ++bound_, value.data(), value.size(), SQLITE_STATIC,
                              SQLITE_UTF8));
    return *this;
}

statement& statement::text_or_empty(std::string_view value) {
    if (!value.empty()) return *this << value;
    check(sqlite3_bind_text64(made_, ++bound_, "", 0, SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

statement& statement::blob(std::span<std::uint8_t const> value) {
    check(sqlite3_bind_blob64(made_, ++bound_, value.data(), value.size(), SQLITE_TRANSIENT));
    return *this;
}

statement& statement::null() {
    check(sqlite3_bind_null(made_, ++bound_));
    return *this;
}

void statement::run() {
    while (next()) continue;
}

bool statement::next() {
    read_ = 0;
    auto const status = sqlite3_step(made_);
    if (status == SQLITE_ROW) return true;
    if (status != SQLITE_DONE) {
        try {
            of_->fail("write");
        } catch (...) {
            reset();
            throw;
        }
    }
    reset();
    return false;
}

void statement::reset() {
    sqlite3_reset(made_);
    bound_ = 0;
}

std::int64_t statement::integer() {
    return sqlite3_column_int64(made_, read_++);
}

std::optional<std::int64_t> statement::maybe_integer() {
    if (sqlite3_column_type(made_, read_) == SQLITE_NULL) {
        ++read_;
        return std::nullopt;
    }
    return integer();
}

std::string_view statement::bytes() {
    auto const* const begin = static_cast<char const*>(sqlite3_column_blob(made_, read_));
    auto const size = static_cast<std::size_t>(sqlite3_column_bytes(made_, read_));
    ++read_;
    return begin == nullptr ? std::string_view{} : std::string_view{begin, size};
}

std::string statement::text() {
    return std::string{bytes()};
}

bool statement::is_blob() {
    return sqlite3_column_type(made_, read_) == SQLITE_BLOB;
}

transaction::transaction(database& of) : of_{of} {
    of_.run("BEGIN IMMEDIATE");
}

transaction::~transaction() {
    if (open_) sqlite3_exec(of_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void transaction::commit() {
    of_.run("COMMIT");
    open_ = false;
}

}  // namespace allot::store
