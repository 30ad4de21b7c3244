#include "engine/jobs/countries.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace allot::jobs {

namespace {

/// ISO 3166-1 alpha-2 as of 2024, 249 codes: for every first letter, the second ones.
constexpr std::array<std::string_view, 26> second_letters{
    "DEFGILMOQRSTUWXZ",         // A
    "ABDEFGHIJLMNOQRSTVWYZ",    // B
    "ACDFGHIKLMNORUVWXYZ",      // C
    "EJKMOZ",                   // D
    "CEGHRST",                  // E
    "IJKMOR",                   // F
    "ABDEFGHILMNPQRSTUWY",      // G
    "KMNRTU",                   // H
    "DELMNOQRST",               // I
    "EMOP",                     // J
    "EGHIMNPRWYZ",              // K
    "ABCIKRSTUVY",              // L
    "ACDEFGHKLMNOPQRSTUVWXYZ",  // M
    "ACEFGILOPRUZ",             // N
    "M",                        // O
    "AEFGHKLMNRSTWY",           // P
    "A",                        // Q
    "EOSUW",                    // R
    "ABCDEGHIJKLMNORSTVXYZ",    // S
    "CDFGHJKLMNORTVWZ",         // T
    "AGMSYZ",                   // U
    "ACEGINU",                  // V
    "FS",                       // W
    "",                         // X
    "ET",                       // Y
    "AMW",                      // Z
};

}  // namespace

bool is_country(std::string_view code) {
    if (code.size() != 2 || code[0] < 'A' || code[0] > 'Z') return false;
    return second_letters[static_cast<std::size_t>(code[0] - 'A')].find(code[1]) !=
           std::string_view::npos;
}

}  // namespace allot::jobs
