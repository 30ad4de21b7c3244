#include "engine/jobs/decoder.hpp"

#include <array>
#include <cstddef>

#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

constexpr std::string_view mark_utf_8 = "\xEF\xBB\xBF";
constexpr std::string_view mark_utf_16_le = "\xFF\xFE";
constexpr std::string_view mark_utf_16_be = "\xFE\xFF";

/// Bytes 0x80 to 0x9F of Windows-1252; the five without a meaning stay control characters
/// (https://encoding.spec.whatwg.org/#index-windows-1252). All others are code points as they are.
constexpr std::array<std::uint16_t, 32> windows_1252_upper{
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

/// A byte that stands nowhere in UTF-8.
constexpr char not_text = '\xFF';

bool is_high_surrogate(std::uint16_t unit) {
    return (unit & 0xFC00U) == 0xD800;
}
bool is_low_surrogate(std::uint16_t unit) {
    return (unit & 0xFC00U) == 0xDC00;
}

}  // namespace

std::string_view decoder::name() const {
    switch (encoding_) {
        case encoding::utf_16_le:
        case encoding::utf_16_be:
            return "UTF-16";
        case encoding::windows_1252:
            return "Windows-1252";
        case encoding::automatic:
        case encoding::utf_8:
            break;
    }
    return "UTF-8";
}

void decoder::choose() {
    chosen_ = true;
    std::string_view const head = head_;
    auto const skip = [this](std::string_view mark) { head_.erase(0, mark.size()); };
    bool const automatic = encoding_ == encoding::automatic;
    if (automatic) encoding_ = encoding::utf_8;
    if (head.starts_with(mark_utf_8) && encoding_ == encoding::utf_8) {
        skip(mark_utf_8);
    } else if (head.starts_with(mark_utf_16_le) &&
               (automatic || encoding_ == encoding::utf_16_le)) {
        encoding_ = encoding::utf_16_le;
        skip(mark_utf_16_le);
    } else if (head.starts_with(mark_utf_16_be) &&
               (automatic || encoding_ == encoding::utf_16_be)) {
        encoding_ = encoding::utf_16_be;
        skip(mark_utf_16_be);
    }
}

std::string_view decoder::decode(std::string_view bytes) {
    text_.clear();
    if (!chosen_) {
        auto const wanted = mark_utf_8.size() - head_.size();
        head_ += bytes.substr(0, wanted);
        if (head_.size() < mark_utf_8.size()) return {};
        bytes.remove_prefix(wanted);
        choose();
        convert(head_);
        convert(bytes);
        return text_;
    }
    if (encoding_ == encoding::utf_8) return bytes;
    convert(bytes);
    return text_;
}

std::string_view decoder::finish() {
    text_.clear();
    if (!chosen_) {
        choose();
        convert(head_);
    }
    if (high_surrogate_ != 0) append_utf_8(text_, high_surrogate_);
    if (has_half_) text_ += not_text;
    has_half_ = false;
    high_surrogate_ = 0;
    return text_;
}

void decoder::convert(std::string_view bytes) {
    switch (encoding_) {
        case encoding::utf_16_le:
        case encoding::utf_16_be:
            take_utf_16(bytes);
            break;
        case encoding::windows_1252:
            take_windows_1252(bytes);
            break;
        case encoding::automatic:
        case encoding::utf_8:
            text_ += bytes;
            break;
    }
}

void decoder::take_utf_16(std::string_view bytes) {
    for (auto const next : bytes) {
        auto const byte = static_cast<std::uint8_t>(next);
        if (!has_half_) {
            half_ = byte;
            has_half_ = true;
            continue;
        }
        has_half_ = false;
        bool const little = encoding_ == encoding::utf_16_le;
        auto const upper_half = little ? byte : half_;
        auto const lower_half = little ? half_ : byte;
        take_unit(static_cast<std::uint16_t>(upper_half << 8 | lower_half));
    }
}

void decoder::take_unit(std::uint16_t unit) {
    if (high_surrogate_ != 0) {
        auto const high = high_surrogate_;
        high_surrogate_ = 0;
        if (is_low_surrogate(unit)) {
            append_utf_8(text_, 0x10000U + ((high & 0x3FFU) << 10 | (unit & 0x3FFU)));
            return;
        }
        append_utf_8(text_, high);
    }
    if (is_high_surrogate(unit)) {
        high_surrogate_ = unit;
    } else {
        append_utf_8(text_, unit);
    }
}

void decoder::take_windows_1252(std::string_view bytes) {
    for (auto const next : bytes) {
        auto const byte = static_cast<std::uint8_t>(next);
        bool const special = byte >= 0x80 && byte < 0xA0;
        append_utf_8(text_, special ? windows_1252_upper[byte - 0x80U] : byte);
    }
}

}  // namespace allot::jobs
