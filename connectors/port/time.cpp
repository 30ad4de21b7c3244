#include "connectors/port/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "connectors/port/result.hpp"

namespace allot {

namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// A number of exactly `width` digits at `at`, or empty.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t width) {
    if (at + width > text.size()) return std::nullopt;
    int value = 0;
    for (auto const c : text.substr(at, width)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::optional<wall_time> make_time(int y, unsigned m, unsigned d, int hour, int minute,
                                   int second) {
    year_month_day const date{year{y}, month{m}, day{d}};
    // 60 is a leap second; the service's clock and ours both count it as the next minute.
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return wall_time{sys_days{date}} + hours{hour} + minutes{minute} + seconds{second};
}

}  // namespace

std::string iso_8601(wall_time at) {
    auto const day_start = floor<days>(at);
    year_month_day const date{day_start};
    hh_mm_ss const clock{at - day_start};
    std::string text = "0000-00-00T00:00:00.000Z";
    auto const put = [&](std::size_t last, std::size_t width, std::int64_t value) {
        for (; width > 0; --width, --last, value /= 10)
            text[last] = static_cast<char>('0' + value % 10);
    };
    put(3, 4, int{date.year()});
    put(6, 2, unsigned{date.month()});
    put(9, 2, unsigned{date.day()});
    put(12, 2, clock.hours().count());
    put(15, 2, clock.minutes().count());
    put(18, 2, clock.seconds().count());
    put(22, 3, clock.subseconds().count());
    return text;
}

std::optional<wall_time> parse_iso_8601(std::string_view text) {
    if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
        text[13] != ':' || text[16] != ':') {
        return std::nullopt;
    }
    auto const y = digits(text, 0, 4);
    auto const m = digits(text, 5, 2);
    auto const d = digits(text, 8, 2);
    auto const hour = digits(text, 11, 2);
    auto const minute = digits(text, 14, 2);
    auto const second = digits(text, 17, 2);
    if (!y || !m || !d || !hour || !minute || !second) return std::nullopt;
    auto rest = text.substr(19);
    milliseconds fraction{0};
    if (!rest.empty() && rest[0] == '.') {
        rest.remove_prefix(1);
        int scale = 100;
        std::size_t used = 0;
        while (used < rest.size() && rest[used] >= '0' && rest[used] <= '9') {
            fraction += milliseconds{(rest[used] - '0') * scale};
            scale /= 10;
            ++used;
        }
        if (used == 0) return std::nullopt;
        rest.remove_prefix(used);
    }
    if (!rest.empty() && rest != "Z" && rest != "+00:00") return std::nullopt;
    auto const whole = make_time(*y, static_cast<unsigned>(*m), static_cast<unsigned>(*d), *hour,
                                 *minute, *second);
    if (!whole) return std::nullopt;
    return *whole + fraction;
}

std::string http_date(wall_time at) {
    auto const day_start = floor<days>(at);
    year_month_day const date{day_start};
    hh_mm_ss const clock{floor<seconds>(at - day_start)};
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       day_names[weekday{day_start}.c_encoding()], unsigned{date.day()},
                       month_names[unsigned{date.month()} - 1], int{date.year()},
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<wall_time> parse_http_date(std::string_view text) {
    // "Mon, 05 Jan 2026 08:00:01 GMT"
    if (text.size() != 29 || text[3] != ',' || text[4] != ' ' || text[7] != ' ' ||
        text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':' ||
        text.substr(25) != " GMT" ||
        std::ranges::find(day_names, text.substr(0, 3)) == day_names.end()) {
        return std::nullopt;
    }
    unsigned month_number = 0;
    for (unsigned index = 0; index < month_names.size(); ++index) {
        if (text.substr(8, 3) == month_names[index]) month_number = index + 1;
    }
    auto const d = digits(text, 5, 2);
    auto const y = digits(text, 12, 4);
    auto const hour = digits(text, 17, 2);
    auto const minute = digits(text, 20, 2);
    auto const second = digits(text, 23, 2);
    if (month_number == 0 || !d || !y || !hour || !minute || !second) return std::nullopt;
    return make_time(*y, month_number, static_cast<unsigned>(*d), *hour, *minute, *second);
}

std::string for_people(duration span) {
    auto const total = duration_cast<milliseconds>(span);
    if (total < seconds{1}) return fmt::format("{} ms", total.count());
    if (total < seconds{60}) {
        return fmt::format("{:.1f} s", static_cast<double>(total.count()) / 1000.0);
    }
    auto const whole = duration_cast<seconds>(total + milliseconds{500});
    if (whole < hours{1}) {
        return fmt::format("{} min {} s", whole.count() / 60, whole.count() % 60);
    }
    return fmt::format("{} h {} min", whole.count() / 3600, whole.count() % 3600 / 60);
}

void throw_exception_from_error(failure const& error, boost::source_location const&) {
    throw std::runtime_error(error.message);
}

}  // namespace allot
