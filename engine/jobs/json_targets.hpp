#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/jobs/collector.hpp"
#include "engine/jobs/gathering.hpp"
#include "engine/jobs/json_object.hpp"
#include "engine/jobs/place.hpp"

namespace allot::jobs {

/// The most unknown keys that are carried along. Every target gets a cell for every one, so that a
/// file with new keys in every object would need memory by its square.
inline constexpr std::size_t extra_keys_max = 100;

/// JSON objects to targets.
class json_targets {
 public:
    explicit json_targets(gathering& into) : into_(into) {}

    /// Reads one object, which is all of the text. `readable` as for `json_object::parse`.
    void read(origin const& from, std::size_t readable);
    /// Reads values for what targets do not say; before the first target.
    void read_defaults(origin const& from, std::size_t readable);
    /// Gives every target a cell for every unknown key.
    void finish();

 private:
    /// What a key stands for.
    struct meaning {
        enum class use : std::uint8_t { field, extra, passed_over };
        use is = use::passed_over;
        field which = field::user;  ///< for a field
        std::size_t extra = 0;      ///< for an extra key: its number
    };

    bool parse(origin const& from, std::size_t readable);
    void take_member(json_member const& member, std::size_t position);
    void take_field(json_member const& member, field which);
    void take_extra(json_member const& member, std::size_t number);
    void apply_defaults();
    bool was_seen(meaning of);
    void report(json_member const& member, std::string_view field, fault what);
    meaning meaning_of(json_member const& member, std::size_t position);
    meaning find_meaning(json_member const& member);

    gathering& into_;
    json_object object_;
    record record_;
    std::vector<std::string_view> extras_;    ///< the record's, by number
    std::vector<std::uint64_t> extras_seen_;  ///< by number: the last object that had it
    std::array<std::uint64_t, field_count> fields_seen_{};
    std::uint64_t objects_ = 0;
    /// Keys met, in the order of their first coming: most objects have the same ones in the same
    /// order.
    std::vector<std::pair<std::string, meaning>> keys_;
    record defaults_;
    std::array<std::string, field_count> default_texts_;
    std::vector<std::string> default_extras_;
    /// From which target on there are how many extra cells to a target.
    std::vector<std::pair<std::size_t, std::size_t>> widths_;
};

}  // namespace allot::jobs
