#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/jobs/job.hpp"

namespace allot::store {

/// SHA-256 (FIPS 180-4) of what is added, in 64 hex digits.
class digest {
 public:
    digest();
    ~digest();
    void add(std::string_view bytes);
    /// Call once, last.
    std::string hex();

 private:
    struct state;
    std::unique_ptr<state> state_;
};

/// The digest of one text.
std::string digest_of(std::string_view text);

/// What a job asks for, in one number: the same for the same targets in the same order, wherever
/// they were read from. Targets and users have the same numbers in jobs of the same hash.
std::string hash_of(jobs::job const& of);

}  // namespace allot::store
