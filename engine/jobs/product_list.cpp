#include "engine/jobs/product_list.hpp"

#include <array>
#include <optional>
#include <unordered_set>

#include "engine/jobs/csv_splitter.hpp"
#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

enum column : std::size_t { product_name, part_number, product_id, plan_id_column, plan_name };
constexpr std::array<std::string_view, 5> columns{"Product_Display_Name", "String_Id", "GUID",
                                                  "Service_Plan_Id",
                                                  "Service_Plans_Included_Friendly_Names"};

/// Without spaces around it, and with single ones within.
std::string tidy(std::string_view text) {
    constexpr std::string_view no_break_space = "\xC2\xA0";
    std::string made;
    bool space = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool const wide = text.substr(at).starts_with(no_break_space);
        auto const letter = text[at];
        if (wide || letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n') {
            space = !made.empty();
            if (wide) ++at;
            continue;
        }
        if (space) made += ' ';
        space = false;
        made += letter;
    }
    return made;
}

class list_reader {
 public:
    /// False when a column of the products is missing.
    bool read_header(std::span<csv_cell const> cells) {
        for (std::size_t at = 0; at < cells.size(); ++at) {
            for (std::size_t which = 0; which < columns.size(); ++which) {
                if (equal_ignoring_case(tidy(cells[at].text), columns[which])) places_[which] = at;
            }
        }
        return places_[product_name] && places_[part_number] && places_[product_id];
    }

    void read_row(std::span<csv_cell const> cells) {
        auto const sku = sku_id::parse(cell(cells, product_id));
        auto number = cell(cells, part_number);
        auto name = cell(cells, product_name);
        if (!sku || number.empty() || has_control_character(number + name)) {
            ++list.unreadable_rows;
            return;
        }
        if (skus_.insert(*sku).second) {
            list.products.push_back({*sku, std::move(number), std::move(name)});
        }
        auto const plan = plan_id::parse(cell(cells, plan_id_column));
        auto friendly = cell(cells, plan_name);
        if (plan && !friendly.empty() && !has_control_character(friendly) &&
            plans_.insert(*plan).second) {
            list.plans.push_back({*plan, std::move(friendly)});
        }
    }

    product_list list;

 private:
    std::string cell(std::span<csv_cell const> cells, column which) const {
        auto const& at = places_[which];
        return at && *at < cells.size() ? tidy(cells[*at].text) : std::string{};
    }

    std::array<std::optional<std::size_t>, columns.size()> places_;
    std::unordered_set<sku_id> skus_;
    std::unordered_set<plan_id> plans_;
};

}  // namespace

result<product_list> read_product_list(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    csv_splitter splitter;
    splitter.append(text);
    splitter.begin_pass(true);
    list_reader reader;
    bool header = true;
    for (auto step = splitter.next(); step != csv_splitter::step::more; step = splitter.next()) {
        if (step == csv_splitter::step::malformed) {
            ++reader.list.unreadable_rows;
            continue;
        }
        if (!header) {
            reader.read_row(splitter.cells());
            continue;
        }
        header = false;
        if (!reader.read_header(splitter.cells())) break;
    }
    if (reader.list.products.empty()) {
        return failure{errc::invalid_input,
                       "this is not Microsoft's list of products: a CSV with the columns "
                       "Product_Display_Name, String_Id and GUID is expected (\"Product names and "
                       "service plan identifiers for licensing\")"};
    }
    return std::move(reader.list);
}

}  // namespace allot::jobs
