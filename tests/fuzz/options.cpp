// The text of every option: it is taken, or it is said what is wrong with it; and what is taken is
// within its bounds.
#include <cmath>
#include <string>

#include "config/options.hpp"
#include "config/proxy.hpp"
#include "config/values.hpp"
#include "config/words.hpp"
#include "tests/fuzz/fuzzing.hpp"

using namespace allot;
using namespace allot::fuzzing;

namespace {

void check_values(std::string_view text) {
    if (auto const span = config::parse_duration(text)) {
        must(*span >= duration{} && *span <= config::waiting_max, "a time is bounded", text);
    }
    if (auto const span = config::parse_duration(text, config::keeping_max)) {
        must(*span >= duration{} && *span <= config::keeping_max, "a time is bounded", text);
    }
    if (auto const quota = config::parse_quota(text)) {
        must(quota->amount >= 1 && quota->window > duration{}, "a limit lets something through",
             text);
    }
    if (auto const cap = config::parse_cap(text)) {
        must(!cap->percent || cap->amount <= 100, "a percentage is one of hundred", text);
    }
    for (auto const& part : {config::parse_share(text), config::parse_part(text)}) {
        must(!part || (std::isfinite(*part) && *part >= 0 && *part <= 1), "a share is a part",
             text);
    }
    if (auto const part = config::parse_part(text)) must(*part > 0, "a part is something", text);
    if (auto const number = config::parse_number(text)) {
        must(text.find_first_not_of("0123456789") == std::string_view::npos, "digits only", text);
        must(text.size() > 18 || std::to_string(*number).size() <= text.size(), "a number", text);
    }
    if (auto const url = config::parse_root_url(text)) {
        must(url->starts_with("https://"), "a root is encrypted", *url);
        must(url->find_first_of("@?#\\ \r\n") == std::string::npos, "a root is a host", *url);
        must(url->find('/', 8) == std::string::npos, "a root has no path", *url);
        must(config::parse_root_url(*url) == url, "a root that was read is one", *url);
    }
    for (auto const path : {false, true}) {
        if (auto const url = config::parse_plain_url(text, path)) {
            must(url->starts_with("http://"), "a plain address is plain", *url);
            auto const host = url->substr(0, url->find('/', 7));
            must(host.find_first_of("@\\ \r\n") == std::string::npos, "no user in it", *url);
        }
    }
    if (auto const tenant = config::parse_tenant(text)) {
        must(config::parse_tenant(*tenant) == tenant, "a tenant that was read is one", *tenant);
        must(tenant->find_first_of("/?#%\\ ") == std::string::npos, "a tenant fits into a path",
             *tenant);
    }
    if (auto const address = config::parse_loopback(text)) {
        must(address->starts_with("127.") || *address == "::1" || *address == "localhost",
             "an address of this machine", *address);
    }
}

void check_proxy(std::string_view text) {
    config::proxy_server proxy;
    auto const wrong = config::store_proxy(proxy, text);
    must(!wrong || !wrong->empty(), "a refusal says why");
    if (wrong || proxy.host.empty()) return;
    must(proxy.host.find_first_of("/@?#\\ \r\n") == std::string::npos, "a proxy is a host",
         proxy.host);
    must(!proxy.port.empty() && proxy.port.size() <= 5 &&
             proxy.port.find_first_not_of("0123456789") == std::string::npos,
         "a proxy has a port", proxy.port);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input from{data, size};
    auto const options = config::all_options();
    auto const& option = options[from.byte() % options.size()];
    std::string const text{from.rest()};
    config::settings into;
    if (auto const wrong = option.set(into, text)) {
        must(!wrong->empty(), "a refusal says why", option.name);
        // The words themselves may hold a short value by chance: then they say it of others too.
        auto const of_another = option.set(into, "\x01\x02");
        must(option.kind != config::value_kind::withheld || text.size() < 8 ||
                 wrong == of_another || wrong->find(text) == std::string::npos,
             "a value that may be a secret is not shown", *wrong);
    }
    check_values(text);
    check_proxy(text);
    auto const shown = config::in_quotes(text);
    must(shown.find_first_of("\r\n\x1b\t") == std::string::npos, "a value can be shown", shown);
    must(shown.size() <= 70, "a value is shortened", shown);
    return 0;
}
