#include "engine/store/folder.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace allot::store {

namespace {

struct closing {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// Whether /etc/passwd gives the group to another user than this one and root.
bool is_group_of_others(gid_t group) {
    std::unique_ptr<std::FILE, closing> const file{std::fopen("/etc/passwd", "re")};
    if (!file) return false;
    while (auto const* const user = ::fgetpwent(file.get())) {
        bool const trusted = user->pw_uid == ::geteuid() || user->pw_uid == 0;
        if (user->pw_gid == group && !trusted) return true;
    }
    return false;
}

std::string name_of_user() {
    std::array<char, 4096> texts{};
    struct passwd user {};
    struct passwd* we = nullptr;
    auto const failed = ::getpwuid_r(::geteuid(), &user, texts.data(), texts.size(), &we);
    return failed != 0 || we == nullptr ? std::string{} : std::string{we->pw_name};
}

}  // namespace

bool has_group_alone(gid_t group) {
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
    if (::getgroups(static_cast<int>(groups.size()), groups.data()) < 0) groups.clear();
    if (group != ::getegid() && std::ranges::find(groups, group) == groups.end()) return false;
    std::array<char, 4096> texts{};
    struct group entry {};
    struct group* found = nullptr;
    auto const failed = ::getgrgid_r(group, &entry, texts.data(), texts.size(), &found);
    if (failed != 0) return false;  // also where its members do not fit: they are many
    if (found != nullptr) {
        auto const we = name_of_user();
        for (char** member = entry.gr_mem; *member != nullptr; ++member) {
            std::string_view const name = *member;
            if (name != we && name != "root") return false;
        }
    }
    return !is_group_of_others(group);
}

std::optional<std::string> judge(folder_facts const& of) {
    auto const trusted = [&](uid_t user) { return user == of.we || user == 0; };
    if (of.link_owner && !trusted(*of.link_owner)) {
        return fmt::format(
            "a symbolic link that belongs to user {}: name the folder that it is "
            "to lead to",
            *of.link_owner);
    }
    if (!trusted(of.owner)) {
        return fmt::format(
            "the state folder belongs to user {}, and this is user {}: run allot as "
            "that user, or name another --state-dir",
            of.owner, of.we);
    }
    if ((of.mode & S_IWOTH) != 0) {
        return "everybody may write the state folder, so what is in it cannot be trusted: chmod "
               "go-w it, or name a folder in it with --state-dir";
    }
    if ((of.mode & S_IWGRP) != 0 && !of.group_is_ours) {
        return "its group may write the state folder, so what is in it cannot be trusted: chmod "
               "g-w it, or name a folder in it with --state-dir";
    }
    return std::nullopt;
}

namespace {

result<void> check(std::string const& path, bool reads) {
    auto name = path;
    // `link/` would be followed.
    while (name.size() > 1 && name.ends_with('/')) name.pop_back();
    struct stat is {};
    struct stat link {};
    if (::lstat(name.c_str(), &link) != 0 && errno == ENOENT) return {};
    if (::stat(name.c_str(), &is) != 0) {
        return failure{errc::could_not_run, fmt::format("{}: cannot be used: {}", path,
                                                        std::generic_category().message(errno))};
    }
    if (!S_ISDIR(is.st_mode)) {
        return failure{errc::could_not_run,
                       fmt::format("{}: this is not a folder: name another --state-dir", path)};
    }
    folder_facts of;
    of.owner = is.st_uid;
    if (reads && ::geteuid() == 0) of.owner = 0;
    if (S_ISLNK(link.st_mode)) of.link_owner = link.st_uid;
    of.mode = is.st_mode;
    of.we = ::geteuid();
    bool const asked = (is.st_mode & S_IWGRP) != 0;
    of.group_is_ours = asked && has_group_alone(is.st_gid);
    auto const wrong = judge(of);
    if (!wrong) return {};
    return failure{errc::could_not_run, fmt::format("{}: {}", path, *wrong)};
}

}  // namespace

result<void> check_folder(std::string const& path) {
    return check(path, false);
}

result<void> check_folder_to_read(std::string const& path) {
    return check(path, true);
}

}  // namespace allot::store
