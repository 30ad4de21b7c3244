// Goal: a state folder that somebody else could have put anything into is not used, and ordinary
// ones are.
#include "engine/store/folder.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "engine/store/run_store.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::store;

namespace {

constexpr uid_t we = 1000;
constexpr uid_t other = 1001;

folder_facts facts(uid_t owner, mode_t mode) {
    folder_facts of;
    of.owner = owner;
    of.mode = mode;
    of.we = we;
    return of;
}

/// A folder of this user that is gone with the test.
struct temporary_folder {
    std::string path;

    temporary_folder() {
        path = (std::filesystem::temp_directory_path() / "allot-folder-XXXXXX").string();
        REQUIRE(mkdtemp(path.data()) != nullptr);
    }
    ~temporary_folder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("a folder of this user or of root that others cannot write is trusted", "[store]") {
    CHECK_FALSE(judge(facts(we, 0700)));
    CHECK_FALSE(judge(facts(we, 0755)));
    CHECK_FALSE(judge(facts(0, 0755)));
}

TEST_CASE("a folder that everybody may write is not, also with the sticky bit", "[store]") {
    for (mode_t const mode : {0777U, 01777U, 0702U}) {
        auto const wrong = judge(facts(0, mode));
        REQUIRE(wrong);
        CHECK(wrong->find("everybody may write") != std::string::npos);
        CHECK(wrong->find("chmod go-w") != std::string::npos);
    }
}

TEST_CASE("a folder that its group may write is trusted where nobody else is in the group",
          "[store]") {
    auto of = facts(we, 0770);
    REQUIRE(judge(of));
    CHECK(judge(of)->find("chmod g-w") != std::string::npos);
    of.group_is_ours = true;
    CHECK_FALSE(judge(of));
}

TEST_CASE("a folder, or a link to one, that belongs to another user is not trusted", "[store]") {
    REQUIRE(judge(facts(other, 0700)));
    CHECK(judge(facts(other, 0700))->find("belongs to user 1001, and this is user 1000") !=
          std::string::npos);
    auto of = facts(we, 0700);
    of.link_owner = other;
    REQUIRE(judge(of));
    CHECK(judge(of)->find("a symbolic link that belongs to user 1001") != std::string::npos);
    of.link_owner = 0;
    CHECK_FALSE(judge(of));
}

TEST_CASE("what is no folder is called that, and what is not there is no fault", "[store]") {
    temporary_folder const folder;
    CHECK(check_folder(folder.path).has_value());
    CHECK(check_folder(folder.path + "/none").has_value());
    REQUIRE(::chmod(folder.path.c_str(), 0777) == 0);
    auto const open = check_folder(folder.path + "/");
    REQUIRE_FALSE(open.has_value());
    CHECK(open.error().message.find(folder.path) == 0);
    auto const file = folder.path + "/file";
    { auto const made = run_store::open(file); }
    auto const wrong = check_folder(file);
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().message.find("not a folder") != std::string::npos);
}

TEST_CASE("a run store that others could have written is not opened", "[store]") {
    temporary_folder const folder;
    auto const path = folder.path + "/runs.db";
    { REQUIRE(run_store::open(path).has_value()); }
    REQUIRE(::chmod(path.c_str(), 0666) == 0);
    auto const writable = run_store::open(path);
    REQUIRE_FALSE(writable.has_value());
    CHECK(writable.error().message.find("others may write it") != std::string::npos);

    // Restored from a backup, say: what is in it names people.
    REQUIRE(::chmod(path.c_str(), 0644) == 0);
    CHECK(run_store::open(path).has_value());
    struct stat is {};
    REQUIRE(::stat(path.c_str(), &is) == 0);
    CHECK((is.st_mode & 0777) == 0600);
}
