#include "engine/store/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace allot::store {

struct digest::state {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                    EVP_MD_CTX_free};
};

namespace {

void require(int status) {
    if (status != 1) throw std::runtime_error{"OpenSSL cannot compute SHA-256"};
}

}  // namespace

digest::digest() : state_{std::make_unique<state>()} {
    require(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr));
}

digest::~digest() = default;

void digest::add(std::string_view bytes) {
    require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

std::string digest::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    require(EVP_DigestFinal_ex(state_->context.get(), bytes.data(), &size));
    std::string text;
    for (unsigned at = 0; at < size; ++at) text += fmt::format("{:02x}", bytes[at]);
    return text;
}

std::string digest_of(std::string_view text) {
    digest one;
    one.add(text);
    return one.hex();
}

std::string hash_of(jobs::job const& of) {
    digest all;
    std::string text;
    // Each text with its length in front, so that no two jobs run together to the same bytes.
    auto const add = [&](std::string_view part) {
        text += fmt::format("{}:{}", part.size(), part);
        if (text.size() < 64 * 1024) return;
        all.add(text);
        text.clear();
    };
    for (auto const& column : of.extra_columns) add(column);
    auto const columns = of.extra_columns.size();
    for (std::size_t at = 0; at < of.targets.size(); ++at) {
        auto const& one = of.targets[at];
        add(of.users[one.user]);
        add(of.skus[one.sku]);
        auto const& rule = of.plan_rules[one.plans];
        text += fmt::format("\n{} {} {} {} {} {} {} ", one.user, one.line,
                            static_cast<int>(one.act), static_cast<int>(rule.is), rule.plans.size(),
                            one.priority, one.has_priority);
        for (auto const& plan : rule.plans) add(plan);
        add(one.usage_location[0] == 0 ? std::string_view{}
                                       : std::string_view{one.usage_location.data(), 2});
        for (std::size_t cell = 0; cell < columns; ++cell) add(of.extra_cells[at * columns + cell]);
    }
    all.add(text);
    return all.hex();
}

}  // namespace allot::store
