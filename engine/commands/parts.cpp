#include "engine/commands/parts.hpp"

#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <simdjson.h>
#include <sqlite3.h>

#include <boost/version.hpp>
#include <string_view>

namespace allot::commands {

namespace {

struct part {
    std::string_view name;
    std::string built_with;
    std::string loaded;  ///< empty: it does not say
    std::string_view licence;
};

std::string dotted(int major, int minor, int patch) {
    return fmt::format("{}.{}.{}", major, minor, patch);
}

}  // namespace

std::string parts_text() {
    part const parts[] = {
        {"Boost",
         dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100),
         {},
         "BSL-1.0"},
        {"OpenSSL", OPENSSL_VERSION_STR, OpenSSL_version(OPENSSL_VERSION_STRING), "Apache-2.0"},
        {"SQLite", SQLITE_VERSION, sqlite3_libversion(), "blessing (public domain)"},
        {"simdjson",
         dotted(simdjson::SIMDJSON_VERSION_MAJOR, simdjson::SIMDJSON_VERSION_MINOR,
                simdjson::SIMDJSON_VERSION_REVISION),
         {},
         "Apache-2.0"},
        {"fmt", dotted(FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100), {}, "MIT"},
        {"libstdc++",
         fmt::format("{} of {}", _GLIBCXX_RELEASE, __GLIBCXX__),
         {},
         "GPL-3.0-or-later WITH GCC-exception-3.1"},
        {"glibc", dotted(__GLIBC__, __GLIBC_MINOR__, 0), gnu_get_libc_version(),
         "LGPL-2.1-or-later"},
    };
    auto text = fmt::format("compiled by {}\n",
#ifdef __clang__
                            "clang " __clang_version__
#else
                            "g++ " __VERSION__
#endif
    );
    for (auto const& one : parts) {
        auto const loaded = one.loaded.empty() ? "" : fmt::format(", {} loaded", one.loaded);
        text +=
            fmt::format("{:<10} {}\n", one.name,
                        fmt::format("built with {}{}; {}", one.built_with, loaded, one.licence));
    }
    return text;
}

}  // namespace allot::commands
