// The texts in the run store: each reads as what was written, or not at all.
#include <string>

#include "engine/documents/change.hpp"
#include "engine/documents/job.hpp"
#include "engine/documents/rules.hpp"
#include "engine/documents/subscriptions.hpp"
#include "engine/documents/user.hpp"
#include "engine/limits/learned.hpp"
#include "engine/store/tables.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/http.hpp"
#include "tests/fuzz/jobs.hpp"

using namespace allot;
using namespace allot::fuzzing;

namespace {

/// What is read, written and read again is the same.
template <class Parse, class Write>
void round_trip(std::string_view text, Parse parse, Write write) {
    auto const read = parse(text);
    if (!read) {
        must(!read.error().message.empty(), "a refusal says why");
        return;
    }
    std::string written;
    write(written, *read);
    auto const again = parse(written);
    must(again.has_value(), "what was read can be written", written);
    must(*again == *read, "and is then the same", written);
}

void check_cells(std::string_view text, std::size_t columns) {
    try {
        auto const cells = store::unpack_cells(text, columns);
        must(cells.size() == columns, "as many cells as columns");
        std::size_t bytes = 0;
        for (auto const& one : cells) bytes += one.size();
        must(bytes <= text.size(), "no more than there is");
    } catch (store::database_error const& error) {
        must(std::string_view{error.what()} != "", "a refusal says why");
    }
}

void check_job(std::string_view text) {
    auto const read = documents::parse_job(text);
    if (!read) return;
    std::string written;
    documents::append_job(written, *read);
    auto const again = documents::parse_job(written);
    must(again && same_job(*again, *read, true), "a job that was read can be written", written);
}

void check_limits(std::string_view text) {
    auto const read = limits::parse(text);
    if (!read) return;
    auto const written = limits::to_text(*read);
    auto const again = limits::parse(written);
    must(again && limits::to_text(*again) == written, "limits that were read can be written",
         written);
    wall_time const now{std::chrono::milliseconds{1'767'600'001'000}};
    for (auto const& one : *read) {
        auto const is = limits::recall(*read, one.whose, one.of, one.published, now);
        if (!is) continue;
        must(is->share > 0 && is->share <= 1, "a share is a part of the whole", written);
        must(is->left >= 0 && is->left <= 1, "what is left is a part of the whole", written);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input from{data, size};
    auto const which = from.below(8);
    std::string const text{from.rest()};
    switch (which) {
        case 0:
            round_trip(text, documents::parse_change, documents::append_change);
            break;
        case 1:
            round_trip(text, documents::parse_user, documents::append_user);
            break;
        case 2:
            round_trip(text, documents::parse_subscriptions, documents::append_subscriptions);
            break;
        case 3: {
            auto const parse = [](std::string_view of) -> result<plan::rules> {
                plan::rules made;
                auto const read = documents::parse_group_rules(of, made);
                if (!read) return read.error();
                return made;
            };
            round_trip(text, parse, documents::append_group_rules);
            break;
        }
        case 4:
            check_job(text);
            break;
        case 5:
            check_limits(text);
            break;
        default:
            check_cells(text, which == 6 ? 1 : 3);
    }
    return 0;
}
