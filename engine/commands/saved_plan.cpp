#include "engine/commands/saved_plan.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "engine/commands/carry.hpp"
#include "engine/commands/files.hpp"
#include "engine/store/digest.hpp"

namespace allot::commands {

namespace {

/// A random GUID (RFC 9562, version 4).
std::string new_plan_id() {
    guid id;
    for (std::size_t at = 0; at < id.bytes.size(); at += 8) {
        auto bits = unforeseen();
        for (std::size_t byte = 0; byte < 8; ++byte, bits >>= 8) {
            id.bytes[at + byte] = static_cast<std::uint8_t>(bits & 0xff);
        }
    }
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id.str();
}

}  // namespace

bool is_plan(std::string const& file) {
    // What is read from a pipe here would be missing where the job is read.
    std::error_code error;
    if (file == "-" || !std::filesystem::is_regular_file(file, error)) return false;
    std::string first(64, '\0');
    std::ifstream peeked{file, std::ios::binary};
    peeked.read(first.data(), static_cast<std::streamsize>(first.size()));
    first.resize(static_cast<std::size_t>(peeked.gcount()));
    return documents::looks_like_plan(first);
}

result<std::optional<documents::saved_plan>> read_plan(std::string const& file) {
    if (!is_plan(file)) return std::optional<documents::saved_plan>{};
    auto const text = read_file(file);
    if (!text) return text.error();
    auto read = documents::parse_plan(text->value_or(""), store::digest_of);
    if (!read) {
        return failure{read.error().code, fmt::format("{}: {}", file, read.error().message)};
    }
    return std::optional{std::move(*read)};
}

result<void> save_plan(std::string const& file, session& with, runs::prepared const& ready) {
    documents::saved_plan made;
    made.id = new_plan_id();
    made.made_at = with.time().wall_now();
    made.tenant = with.tenant_name();
    made.job_hash = store::hash_of(ready.job);
    made.job_path = path_of_job(ready.job.source);
    made.by = ready.by;
    made.default_location = ready.wanted.default_location;
    made.job = ready.job;
    made.subscriptions = ready.wanted.subscriptions;
    made.seen = ready.before;
    made.made = ready.made;
    return write_file(file, documents::to_text(made, store::digest_of));
}

}  // namespace allot::commands
