#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/graph/wire/token.hpp"

/// What a refused sign-in means and how to mend it. For this folder only.
namespace allot::graph::wire {

/// `the sign-in with a certificate was refused: …`: what is known of the code, else the service's
/// own words.
std::string refusal_sentence(credential_kind with, std::int64_t code, std::string_view own_words);

}  // namespace allot::graph::wire
