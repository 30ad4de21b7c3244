// Goal: whatever job is written, in whatever dialect, that job is read. Method: a seeded random job
// is written by the plainest means in a random dialect, read in random pieces, and compared.
#include <array>
#include <random>
#include <string>
#include <vector>

#include "reading.hpp"
#include "tests/support/catch.hpp"

using namespace allot::jobs;
using namespace allot::jobs::testing;

namespace {

class source_of_chance {
 public:
    explicit source_of_chance(std::uint64_t seed) : engine_(seed) {}
    /// 0 to `end` - 1.
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }
    bool one_in(std::size_t count) { return below(count) == 0; }
    template <class List>
    auto const& any_of(List const& list) {
        return list[below(list.size())];
    }

 private:
    std::mt19937_64 engine_;
};

/// A row as a person thinks of it. Empty: not given.
struct wanted {
    std::string user, sku, action, plans, location, priority, note;
};

std::vector<wanted> random_job(source_of_chance& chance) {
    static std::array<std::string, 6> const skus{"POWER_BI_PRO",     "SPE_E5", "Büro, \"gross\"",
                                                 "Pro; plus + more", "a\\b",   "365 😀"};
    static std::array<std::string, 4> const plans{"", "none", "BI_AZURE_P2", "A+B"};
    static std::array<std::string, 3> const locations{"", "DE", "US"};
    static std::array<std::string, 8> const notes{"",           " ",     "two\nlines", "a,b;c\td",
                                                  "\"quoted\"", "'; --", "{\"x\":[]}", "ñ€😀\r\nü"};
    std::vector<wanted> rows;
    auto const count = 1 + chance.below(40);
    for (std::size_t at = 0; at < count; ++at) {
        wanted row;
        row.user = fmt::format("user.{}@contoso.com", at / 2);
        // Two rows of one user never have the same SKU.
        row.sku = skus[chance.below(3) * 2 + at % 2];
        row.action = chance.one_in(3) ? "remove" : "";
        row.plans = row.action.empty() ? chance.any_of(plans) : "";
        row.location = chance.any_of(locations);
        row.priority =
            chance.one_in(2) ? std::to_string(static_cast<int>(chance.below(200)) - 100) : "";
        row.note = chance.any_of(notes);
        rows.push_back(std::move(row));
    }
    return rows;
}

lines describe(std::vector<wanted> const& rows) {
    lines result;
    for (auto const& row : rows) {
        auto text = row.action == "remove" ? fmt::format("remove {} from {}", row.sku, row.user)
                                           : fmt::format("assign {} to {}", row.sku, row.user);
        if (!row.plans.empty()) text += " plans " + row.plans;
        if (!row.location.empty()) text += " in " + row.location;
        if (!row.priority.empty()) text += " priority " + row.priority;
        result.push_back(text + " note=<" + row.note + ">");
    }
    return result;
}

/// What was read, without line numbers: the dialects differ in them.
lines without_lines(lines read_rows) {
    for (auto& row : read_rows) row.erase(0, row.find(": ") + 2);
    return read_rows;
}

std::string csv_cell_text(source_of_chance& chance, std::string const& value, char separator) {
    bool const must = value.find_first_of("\"\r\n") != std::string::npos ||
                      value.find(separator) != std::string::npos;
    if (!must && !chance.one_in(3)) return value;
    std::string quoted = "\"";
    for (auto const letter : value) quoted += letter == '"' ? "\"\"" : std::string(1, letter);
    return quoted + '"';
}

std::string write_csv(source_of_chance& chance, std::vector<wanted> const& rows) {
    static std::array<std::string, 3> const ends{"\n", "\r\n", "\r"};
    static std::array<char, 3> const separators{',', ';', '\t'};
    auto const end = chance.any_of(ends);
    auto const separator = chance.any_of(separators);
    using column = std::pair<std::string, std::string wanted::*>;
    std::vector<column> columns{{"User", &wanted::user},        {"SKU", &wanted::sku},
                                {"Action", &wanted::action},    {"disabledPlans", &wanted::plans},
                                {"Country", &wanted::location}, {"priority", &wanted::priority},
                                {"note", &wanted::note}};
    for (auto at = columns.size(); at > 1; --at)
        std::swap(columns[at - 1], columns[chance.below(at)]);
    std::string file = chance.one_in(3) ? fmt::format("sep={}{}", separator, end) : "";
    for (std::size_t at = 0; at < columns.size(); ++at) {
        if (at != 0) file += separator;
        file += columns[at].first;
    }
    for (auto const& row : rows) {
        file += end;
        if (chance.one_in(10)) file += end;
        for (std::size_t at = 0; at < columns.size(); ++at) {
            if (at != 0) file += separator;
            file += csv_cell_text(chance, row.*columns[at].second, separator);
        }
    }
    return chance.one_in(2) ? file : file + end;
}

std::string json_text(source_of_chance& chance, std::string const& value) {
    std::string text = "\"";
    for (auto const letter : value) {
        auto const code = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\') {
            text += std::string{'\\', letter};
        } else if (code < 0x20 || (code < 0x80 && chance.one_in(20))) {
            text += fmt::format("\\u{:04x}", code);
        } else {
            text += letter;
        }
    }
    return text + '"';
}

std::string write_object(source_of_chance& chance, wanted const& row, std::string const& space) {
    auto const action = row.action.empty() ? std::string{"null"} : json_text(chance, row.action);
    auto const plans = row.plans == "A+B" && chance.one_in(2) ? std::string{"[\"A\",\"B\"]"}
                                                              : json_text(chance, row.plans);
    auto const priority =
        row.priority.empty() || chance.one_in(2) ? json_text(chance, row.priority) : row.priority;
    return fmt::format(
        "{{\"user\":{7}{0},{7}\"sku\":{1}, "
        "\"action\":{2},\"disabled_plans\":{3},{7}\"usage_location\":{4},"
        "\"priority\" : {5},\"note\":{6}}}",
        json_text(chance, row.user), json_text(chance, row.sku), action, plans,
        json_text(chance, row.location), priority, json_text(chance, row.note), space);
}

std::string write_json(source_of_chance& chance, std::vector<wanted> const& rows) {
    auto const form = chance.below(3);
    std::string const space = form != 0 && chance.one_in(2) ? "\n  " : " ";
    std::string file;
    for (auto const& row : rows) {
        if (!file.empty()) file += form == 0 ? "\n" : "," + space;
        file += write_object(chance, row, space);
    }
    if (form == 0) return file;
    if (form == 1) return "[" + file + "]";
    return chance.one_in(2) ? "{\"defaults\":{},\"targets\":[" + file + "]}"
                            : "{\n\"targets\":[" + file + "]\n}\n";
}

/// The simplest decoder of UTF-8 that will do for text known to be valid.
std::string to_utf_16(std::string_view utf_8, bool little) {
    std::string bytes;
    auto const unit = [&](std::uint32_t code) {
        auto const low = static_cast<char>(code & 0xFF);
        auto const high = static_cast<char>(code >> 8 & 0xFF);
        bytes += little ? low : high;
        bytes += little ? high : low;
    };
    unit(0xFEFF);
    for (std::size_t at = 0; at < utf_8.size();) {
        auto const first = static_cast<unsigned char>(utf_8[at++]);
        std::size_t const more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        std::uint32_t code = more == 0 ? first : first & (0x3FU >> more);
        for (std::size_t next = 0; next < more; ++next)
            code = code << 6 | (static_cast<unsigned char>(utf_8[at++]) & 0x3FU);
        if (code >= 0x10000) {
            unit(0xD7C0 + (code >> 10));
            code = 0xDC00 + (code & 0x3FF);
        }
        unit(code);
    }
    return bytes;
}

std::string encode(source_of_chance& chance, std::string file) {
    switch (chance.below(4)) {
        case 0:
            return "\xEF\xBB\xBF" + file;
        case 1:
            return to_utf_16(file, true);
        case 2:
            return to_utf_16(file, false);
        default:
            return file;
    }
}

}  // namespace

TEST_CASE("any job in any dialect reads as it was meant", "[jobs][random]") {
    for (std::uint64_t seed = 1; seed <= 1'500; ++seed) {
        INFO("seed " << seed);
        source_of_chance chance{seed};
        auto const rows = random_job(chance);
        auto const text = chance.one_in(2) ? write_csv(chance, rows) : write_json(chance, rows);
        auto const bytes = encode(chance, text);
        INFO(text);
        reader pieces{options_for("-")};
        for (std::size_t at = 0; at < bytes.size();) {
            auto const size = 1 + chance.below(1 + chance.below(300));
            pieces.feed(std::string_view{bytes}.substr(at, size));
            at += size;
        }
        REQUIRE(without_lines(describe(pieces.finish())) == describe(rows));
    }
}

TEST_CASE("any damage to a job is read to the same errors in any pieces", "[jobs][random]") {
    for (std::uint64_t seed = 1; seed <= 1'500; ++seed) {
        INFO("seed " << seed);
        source_of_chance chance{seed};
        auto const rows = random_job(chance);
        auto bytes =
            encode(chance, chance.one_in(2) ? write_csv(chance, rows) : write_json(chance, rows));
        static constexpr std::string_view damage = "\"\"\"{}[],;:\n\r\\\xFF\xC3 @x0-\t";
        for (auto count = 1 + chance.below(4); count != 0; --count) {
            auto const at = chance.below(bytes.size());
            auto const letter = damage[chance.below(damage.size())];
            switch (chance.below(3)) {
                case 0:
                    bytes[at] = letter;
                    break;
                case 1:
                    bytes.insert(at, 1, letter);
                    break;
                default:
                    bytes.erase(at, 1 + chance.below(3));
                    break;
            }
            if (bytes.empty()) bytes = " ";
        }
        INFO(bytes);
        auto const whole = read(bytes, options_for("-"));
        reader pieces{options_for("-")};
        for (std::size_t at = 0; at < bytes.size();) {
            auto const size = 1 + chance.below(50);
            pieces.feed(std::string_view{bytes}.substr(at, size));
            at += size;
        }
        auto const parts = pieces.finish();
        REQUIRE(describe(parts) == describe(whole));
        for (auto const& error : whole.errors) {
            CHECK_FALSE(error.problem.empty());
            CHECK_FALSE(error.mend.empty());
        }
    }
}
