#include "engine/commands/products.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "config/product_names.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/files.hpp"
#include "engine/jobs/product_list.hpp"

namespace allot::commands {

namespace {

/// Filled once, when the program begins.
struct names {
    jobs::product_list list;  ///< what `products` and `plans` look into
    std::vector<plan::product> products;
    std::unordered_map<sku_id, std::string_view> by_sku;
    std::unordered_map<plan_id, std::string_view> plans;

    void add(sku_id sku, std::string_view part_number, std::string_view name) {
        // A name that the list has replaced still stands for its product in jobs.
        by_sku.emplace(sku, name);
        products.push_back({sku, part_number, name});
    }
    void add_list(jobs::product_list read) {
        list = std::move(read);
        products.clear();
        by_sku.clear();
        for (auto const& one : list.products) add(one.sku, one.part_number, one.name);
        for (auto const& one : list.plans) plans.emplace(one.id, one.name);
        add_own();
    }
    void add_own() {
        for (auto const& one : config::product_names()) add(one.sku, one.part_number, one.name);
    }
};

names& known() {
    static names all = [] {
        names own;
        own.add_own();
        return own;
    }();
    return all;
}

std::string_view name_of(guid id) {
    auto const name = product_name(sku_id{id});
    return name.empty() ? plan_name(plan_id{id}) : name;
}

}  // namespace

result<void> load_product_names(config::settings const& with) {
    if (with.product_names.empty()) return {};
    auto const text = read_file(with.product_names);
    if (!text) return text.error();
    if (!*text) {
        return failure{errc::invalid_input,
                       fmt::format("{}: there is no such file: --product-names takes Microsoft's "
                                   "list of products",
                                   with.product_names)};
    }
    auto read = jobs::read_product_list(**text);
    if (!read) {
        return failure{read.error().code,
                       fmt::format("{}: {}", with.product_names, read.error().message)};
    }
    if (read->unreadable_rows > 0 && !with.quiet) {
        note(fmt::format("allot: {}: {} row{} could not be read and {} passed over",
                         printable(with.product_names), read->unreadable_rows,
                         read->unreadable_rows == 1 ? "" : "s",
                         read->unreadable_rows == 1 ? "was" : "were"),
             logging::level::warning);
    }
    known().add_list(std::move(*read));
    return {};
}

std::span<plan::product const> known_products() {
    return known().products;
}

std::string_view product_name(sku_id of) {
    auto const& all = known().by_sku;
    auto const found = all.find(of);
    return found == all.end() ? std::string_view{} : found->second;
}

std::string_view plan_name(plan_id of) {
    auto const& all = known().plans;
    auto const found = all.find(of);
    return found == all.end() ? std::string_view{} : found->second;
}

std::string with_names(std::string_view text) {
    constexpr std::size_t id_size = 36;
    std::string named;
    for (std::size_t at = 0; at < text.size();) {
        auto const id = guid::parse(text.substr(at, id_size));
        if (!id) {
            named += text[at++];
            continue;
        }
        named += text.substr(at, id_size);
        at += id_size;
        if (auto const name = name_of(*id); !name.empty()) named += fmt::format(" ({})", name);
    }
    return named;
}

}  // namespace allot::commands
