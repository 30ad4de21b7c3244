#include "engine/report/report_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/report/output_file.hpp"
#include "engine/report/page.hpp"
#include "engine/report/rows.hpp"

namespace allot::report {

namespace {

constexpr ::mode_t owner_only = S_IRWXU;

/// Makes the folders of a path that are missing.
bool make_folders(std::string const& path) {
    for (std::size_t end = 0; end != std::string::npos;) {
        end = path.find('/', end + 1);
        auto const folder = path.substr(0, end);
        if (::mkdir(folder.c_str(), owner_only) != 0 && errno != EEXIST) {
            // On a read-only disk mkdir says so before it says that the folder is there.
            auto const made_failed = errno;
            if (::access(folder.c_str(), F_OK) == 0) continue;
            errno = made_failed;
            return false;
        }
    }
    return true;
}

descriptor open_folder(int under, std::string const& path) {
    return descriptor{
        ::openat(under, path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
}

/// Some network file systems cannot do it and say EINVAL: there is nothing more to do there.
bool sync_folder(descriptor const& folder) {
    return ::fsync(folder.get()) == 0 || errno == EINVAL;
}

/// With O_NOFOLLOW and O_DIRECTORY a symbolic link gives ENOTDIR or ELOOP: say what it really is.
failure open_failure(std::string const& path) {
    auto const error = errno;
    struct ::stat seen {};
    if (::lstat(path.c_str(), &seen) == 0 && S_ISLNK(seen.st_mode)) {
        return failure{
            errc::could_not_run,
            fmt::format("cannot use the report folder {}: it is a symbolic link; name the "
                        "folder that it leads to",
                        path)};
    }
    errno = error;
    return disk_failure("use the report folder", path);
}

/// One name, so that the report lands in its folder and nowhere else.
bool is_file_name(std::string_view text) {
    return !text.empty() && text != "." && text != ".." &&
           text.find('/') == std::string_view::npos && text.find('\0') == std::string_view::npos;
}

}  // namespace

struct report_folder::state {
    std::string path;
    descriptor parent;
    std::string run_id;
    descriptor folder;
    std::vector<std::string> columns;
    std::optional<page> to_look_at;
    std::vector<output_file> files;  ///< report.csv, report.jsonl, report.html, summary.json
    std::string text;                ///< one row; kept for its memory
    std::optional<failure> broken;   ///< the first failure, kept for further calls
    bool finished = false;

    result<void> create_files(bool again) {
        for (auto const* const name :
             {"report.csv", "report.jsonl", "report.html", "summary.json"}) {
            // A run that was killed has left its own behind.
            if (again) ::unlinkat(folder.get(), (std::string{name} + ".part").c_str(), 0);
            auto made = output_file::create(folder.get(), path, name);
            if (!made) return made.error();
            files.push_back(std::move(*made));
        }
        to_look_at.emplace(run_id, columns);
        if (auto const done = files[0].write(csv_header(columns)); !done) return done.error();
        return files[2].write(to_look_at->begin());
    }

    result<void> write(reconcile::row const& of) {
        text.clear();
        append_csv(text, of);
        if (auto const done = files[0].write(text); !done) return done.error();
        text.clear();
        append_jsonl(text, of, columns);
        if (auto const done = files[1].write(text); !done) return done.error();
        text.clear();
        to_look_at->append(text, of);
        return files[2].write(text);
    }

    result<void> write_attempts(attempt_source const& attempts) {
        std::optional<failure> failed;
        auto read = attempts([&](reconcile::attempt_line const& of) {
            if (failed) return;
            text.clear();
            to_look_at->append_attempt(text, of);
            if (auto const done = files[2].write(text); !done) failed = done.error();
        });
        if (failed) return *failed;
        return read;
    }

    result<void> finish(summary const& counted, attempt_source const& attempts) {
        if (attempts) {
            if (auto const done = write_attempts(attempts); !done) return done.error();
        }
        if (auto const done = files[2].write(to_look_at->end(counted)); !done) return done.error();
        if (auto const done = files[3].write(to_json(counted)); !done) return done.error();
        for (auto& file : files) {
            if (auto const done = file.make_durable(); !done) return done.error();
        }
        for (auto& file : files) {
            if (auto const done = file.publish(folder.get()); !done) return done.error();
        }
        // The names too are to survive a power loss.
        if (!sync_folder(folder) || !sync_folder(parent)) {
            return disk_failure("write the report folder", path);
        }
        finished = true;
        return {};
    }

    /// The outcome of a step; the first failure stays.
    result<void> remember(result<void> const& done) {
        if (!done) broken = done.error();
        return done;
    }

    ~state() {
        if (finished) return;
        for (auto const& file : files) file.discard(folder.get());
        ::unlinkat(parent.get(), run_id.c_str(), AT_REMOVEDIR);
    }
};

report_folder::report_folder(std::unique_ptr<state> made) : state_{std::move(made)} {}
report_folder::~report_folder() = default;
report_folder::report_folder(report_folder&&) noexcept = default;
report_folder& report_folder::operator=(report_folder&&) noexcept = default;

result<report_folder> report_folder::open(std::string const& report_dir, std::string const& run_id,
                                          std::span<std::string const> extra_columns) {
    return open(report_dir, run_id, extra_columns, false);
}

result<report_folder> report_folder::open_again(std::string const& report_dir,
                                                std::string const& run_id,
                                                std::span<std::string const> extra_columns) {
    return open(report_dir, run_id, extra_columns, true);
}

result<report_folder> report_folder::open(std::string const& report_dir, std::string const& run_id,
                                          std::span<std::string const> extra_columns, bool again) {
    auto parent_path = report_dir;
    // `link/` would be followed even where `link` is not.
    while (parent_path.size() > 1 && parent_path.ends_with('/')) parent_path.pop_back();
    if (parent_path.empty() || !is_file_name(run_id)) {
        return failure{errc::could_not_run, fmt::format("cannot make a report folder {} in \"{}\"",
                                                        run_id, parent_path)};
    }
    if (!make_folders(parent_path)) return disk_failure("make the report folder", parent_path);
    auto parent = open_folder(AT_FDCWD, parent_path);
    if (!parent.is_open()) return open_failure(parent_path);
    auto const path = fmt::format("{}/{}", parent_path, run_id);
    // Not one that is there already: another run's report, or someone's trap.
    bool const made_now = ::mkdirat(parent.get(), run_id.c_str(), owner_only) == 0;
    if (!made_now && !(again && errno == EEXIST)) {
        return disk_failure("make the report folder", path);
    }
    auto folder = open_folder(parent.get(), run_id);
    if (!folder.is_open()) return open_failure(path);
    auto made = std::make_unique<state>();
    made->path = path;
    made->parent = std::move(parent);
    made->run_id = run_id;
    made->folder = std::move(folder);
    made->columns = column_names(extra_columns);
    if (auto const done = made->create_files(again); !done) return done.error();
    return report_folder{std::move(made)};
}

std::string const& report_folder::path() const {
    return state_->path;
}

result<void> report_folder::write(reconcile::row const& of) {
    if (state_->broken) return *state_->broken;
    return state_->remember(state_->write(of));
}

result<void> report_folder::finish(summary const& counted, attempt_source const& attempts) {
    if (state_->broken) return *state_->broken;
    return state_->remember(state_->finish(counted, attempts));
}

}  // namespace allot::report
