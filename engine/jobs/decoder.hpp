#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/jobs/reader.hpp"

namespace allot::jobs {

/// The file's bytes to UTF-8, in pieces of any size, without a byte-order mark. What is not text in
/// the encoding comes out as bytes that are not UTF-8 either, so that whoever reads them sees it.
class decoder {
 public:
    explicit decoder(encoding given) : encoding_(given) {}

    /// The text of these bytes, as far as they are whole. Valid until the next call or until the
    /// bytes go.
    std::string_view decode(std::string_view bytes);
    /// What was left over at the end of the file.
    std::string_view finish();

    /// The encoding's name, for messages: `UTF-16`.
    [[nodiscard]] std::string_view name() const;

 private:
    void choose();
    void convert(std::string_view bytes);
    void take_utf_16(std::string_view bytes);
    void take_unit(std::uint16_t unit);
    void take_windows_1252(std::string_view bytes);

    encoding encoding_;
    bool chosen_ = false;    ///< the first bytes have been looked at
    std::string head_;       ///< they, until then
    std::string text_;       ///< what the last call gave, unless that was its argument
    bool has_half_ = false;  ///< UTF-16: the first byte of a unit has come
    std::uint8_t half_ = 0;
    std::uint16_t high_surrogate_ = 0;  ///< UTF-16: the first unit of a pair has come; 0: none
};

}  // namespace allot::jobs
