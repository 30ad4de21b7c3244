#include "engine/jobs/place.hpp"

namespace allot::jobs {

place origin::at(std::size_t offset) const {
    if (simple) return {start.line, start.column + static_cast<std::uint32_t>(offset)};
    auto found = start;
    for (std::size_t at = 0; at < offset; ++at) {
        auto const byte = static_cast<std::uint8_t>(text[at]);
        bool const before_feed = at + 1 < text.size() && text[at + 1] == '\n';
        if (byte == '\n' || (byte == '\r' && !before_feed)) {
            ++found.line;
            found.column = 1;
        } else if ((byte & 0xC0U) != 0x80) {
            ++found.column;
        }
    }
    return found;
}

}  // namespace allot::jobs
