#include "engine/jobs/job.hpp"

#include <algorithm>

namespace allot::jobs {

namespace {

constexpr std::size_t block_size = 64 * 1024;

}  // namespace

std::uint32_t string_list::add(std::string_view text) {
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < text.size()) {
        blocks_.emplace_back().reserve(std::max(block_size, text.size()));
    }
    auto& block = blocks_.back();
    begins_.push_back(
        {static_cast<std::uint32_t>(blocks_.size() - 1), static_cast<std::uint32_t>(block.size())});
    block += text;
    return static_cast<std::uint32_t>(begins_.size() - 1);
}

std::string_view string_list::operator[](std::size_t index) const {
    auto const begin = begins_[index];
    std::string_view const block = blocks_[begin.block];
    bool const next_is_here = index + 1 < begins_.size() && begins_[index + 1].block == begin.block;
    auto const end = next_is_here ? begins_[index + 1].offset : block.size();
    return block.substr(begin.offset, end - begin.offset);
}

std::optional<std::string_view> group_in(std::string_view subject) {
    if (!subject.starts_with(group_prefix)) return std::nullopt;
    return subject.substr(group_prefix.size());
}

std::size_t count_groups(job const& of) {
    std::size_t groups = 0;
    for (std::size_t user = 0; user < of.users.size(); ++user) {
        groups += group_in(of.users[user]) ? 1 : 0;
    }
    return groups;
}

}  // namespace allot::jobs
