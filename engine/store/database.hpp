#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "connectors/port/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

/// A little SQLite (sqlite.org/c3ref): within this folder failures are exceptions; `guarded` makes
/// results of them at the folder's edge.
namespace allot::store {

/// What SQLite could not do, as a sentence.
struct database_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class database;

/// A prepared statement. Parameters are bound in order, columns are read in order, both from the
/// first; a bound text must live until the statement has been stepped.
class statement {
 public:
    statement(database& of, std::string_view sql);
    ~statement();
    statement(statement&& other) noexcept;
    statement& operator=(statement&&) = delete;

    statement& operator<<(std::int64_t value);
    statement& operator<<(std::uint64_t value) { return *this << static_cast<std::int64_t>(value); }
    statement& operator<<(std::uint32_t value) { return *this << static_cast<std::int64_t>(value); }
    statement& operator<<(int value) { return *this << static_cast<std::int64_t>(value); }
    statement& operator<<(bool value) { return *this << static_cast<std::int64_t>(value); }
    /// An empty text is stored as NULL.
    statement& operator<<(std::string_view value);
    /// An empty text as such: for a column that may not be NULL.
    statement& text_or_empty(std::string_view value);
    template <class T>
    statement& operator<<(std::optional<T> const& value) {
        return value ? *this << *value : null();
    }
    statement& blob(std::span<std::uint8_t const> value);
    statement& null();

    /// Runs it to its end, and makes it ready to be bound anew.
    void run();
    /// Goes to the next row; false after the last, when it is ready to be bound anew.
    bool next();
    /// Leaves the rest of the rows unread.
    void reset();

    std::int64_t integer();
    std::uint32_t number() { return static_cast<std::uint32_t>(integer()); }
    std::optional<std::int64_t> maybe_integer();
    std::string text();  ///< empty for NULL
    /// The next column's bytes, valid until the next step; empty for NULL.
    std::string_view bytes();
    bool is_blob();  ///< whether the next column is one; does not move on

 private:
    void check(int status);

    database* of_;
    sqlite3_stmt* made_ = nullptr;
    int bound_ = 0;
    int read_ = 0;
};

/// An open database. Not thread-safe.
class database {
 public:
    enum class use {
        reading,  ///< where nothing can be written, not even beside it
        writing
    };
    /// Opens or (for writing) makes it, readable by its owner only. Throws `database_error`, also
    /// when it is a symbolic link or no file, when it belongs to another user, and when others may
    /// write it.
    explicit database(std::string path, use how = use::writing);
    ~database();
    database(database&& other) noexcept;
    database& operator=(database&&) = delete;

    /// Makes it durable, and readable while it is written. For writing, once, before all else;
    /// after it is known whose database it is.
    void begin_writing();
    /// Runs statements that give no rows.
    void run(char const* sql);
    [[nodiscard]] std::string const& path() const { return path_; }
    [[nodiscard]] sqlite3* get() const { return made_; }
    [[noreturn]] void fail(std::string_view doing) const;

 private:
    void use_write_ahead_log();

    std::string path_;
    sqlite3* made_ = nullptr;
};

/// Everything between its making and `commit`, or nothing.
class transaction {
 public:
    explicit transaction(database& of);
    ~transaction();
    transaction(transaction const&) = delete;
    transaction& operator=(transaction const&) = delete;
    void commit();

 private:
    database& of_;
    bool open_ = true;
};

/// `path: it is damaged`, and what to do.
std::string damaged(std::string_view path, std::string_view what);

/// What `doing` returns; a `database_error` becomes `could_not_run` with its sentence, and so does
/// whatever else damaged contents lead to.
template <class F>
auto guarded(std::string const& path, F const& doing) -> result<decltype(doing())> {
    try {
        if constexpr (std::is_void_v<decltype(doing())>) {
            doing();
            return {};
        } else {
            return doing();
        }
    } catch (database_error const& error) {
        std::string_view const what = error.what();
        bool const whole = what.find(path) != std::string_view::npos;
        return failure{errc::could_not_run, whole ? std::string{what} : damaged(path, what)};
    } catch (std::logic_error const& error) {
        return failure{errc::could_not_run, damaged(path, error.what())};
    }
}

}  // namespace allot::store
