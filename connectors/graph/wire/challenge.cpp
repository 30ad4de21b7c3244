#include "connectors/graph/wire/challenge.hpp"

#include <string_view>
#include <utility>

#include "connectors/graph/wire/json.hpp"
#include "connectors/graph/wire/text.hpp"
#include "connectors/port/base64.hpp"
#include "connectors/port/json_text.hpp"

namespace allot::graph::wire {

namespace {

constexpr std::size_t claims_max = 8 * 1024;  ///< bytes; those in the field have some hundred
constexpr std::string_view capability = R"("xms_cc":{"values":["cp1"]})";

/// One challenge of a WWW-Authenticate header, as far as it matters here.
struct challenge {
    std::string scheme;
    std::string error;
    std::string claims;
};

/// Reads the challenges of a header's value: `scheme name=value, name="value", scheme …` (RFC 9110,
/// section 11.6.1). What is none of this is passed over.
class reader {
 public:
    explicit reader(std::string_view text) : left_(text) {}

    /// The claims of the first challenge that asks for some.
    std::optional<std::string> claims() {
        challenge current;
        while (true) {
            skip(" \t,");
            if (left_.empty()) return asked(current);
            auto const word = token();
            if (word.empty()) {
                left_.remove_prefix(1);
                continue;
            }
            skip(" \t");
            if (!left_.starts_with('=')) {
                if (auto found = asked(current)) return found;
                current = challenge{lowered(word), {}, {}};
                continue;
            }
            left_.remove_prefix(1);
            skip(" \t");
            auto value = left_.starts_with('"') ? text_in_marks() : std::string{value_token()};
            if (same_word(word, "error"))
                current.error = std::move(value);
            else if (same_word(word, "claims"))
                current.claims = std::move(value);
        }
    }

 private:
    static std::optional<std::string> asked(challenge const& of) {
        bool const asks = of.scheme == "bearer" && same_word(of.error, "insufficient_claims");
        if (!asks || of.claims.empty() || of.claims.size() > claims_max) return std::nullopt;
        auto decoded = parse_base64(of.claims);
        if (!decoded) return std::nullopt;
        return decoded;
    }

    void skip(std::string_view these) {
        left_.remove_prefix(std::min(left_.find_first_not_of(these), left_.size()));
    }
    std::string_view take(std::size_t size) {
        auto const taken = left_.substr(0, size);
        left_.remove_prefix(taken.size());
        return taken;
    }
    std::string_view token() {
        return take(std::min(left_.find_first_of(" \t,=\""), left_.size()));
    }
    /// Base64 may end in `=`, and not every service puts it in quotes.
    std::string_view value_token() {
        return take(std::min(left_.find_first_of(" \t,\""), left_.size()));
    }
    std::string text_in_marks() {
        std::string made;
        left_.remove_prefix(1);
        while (!left_.empty()) {
            char c = take(1).front();
            if (c == '"') break;
            if (c == '\\' && !left_.empty()) c = take(1).front();
            made += c;
        }
        return made;
    }

    std::string_view left_;
};

std::optional<std::string> claims_in(std::string_view header) {
    auto found = reader{header}.claims();
    // What is no object cannot be asked for.
    if (!found || !json::parse_object(*found)) return std::nullopt;
    return found;
}

/// The values of the WWW-Authenticate headers of the parts that got a 401.
std::vector<std::string> challenges_of_parts(http_response const& reply) {
    std::vector<std::string> found;
    auto const body = json::parse_object(reply.body);
    auto const parts = body ? json::array_at(*body, "responses") : std::optional<json::array>{};
    if (!parts) return found;
    for (auto const each : *parts) {
        json::object part;
        std::int64_t status = 0;
        if (each.get_object().get(part) != simdjson::SUCCESS) continue;
        if (!json::read_count(part, "status", status) || status != 401) continue;
        auto const headers = json::object_at(part, "headers");
        if (!headers) continue;
        for (auto const [name, value] : *headers) {
            std::string_view text;
            if (!same_word(name, "www-authenticate")) continue;
            if (value.get_string().get(text) == simdjson::SUCCESS) found.emplace_back(text);
        }
    }
    return found;
}

/// `,"name":value`, or without the comma as the first of an object.
void append_member(std::string& to, std::string_view name, json::element const& value) {
    if (to.back() != '{') to += ',';
    append_json_string(to, name);
    to += ':';
    to += simdjson::minify(value);
}

}  // namespace

std::optional<std::string> claims_challenge(http_response const& reply) {
    if (reply.status == 200) {
        for (auto const& each : challenges_of_parts(reply)) {
            if (auto found = claims_in(each)) return found;
        }
    }
    if (reply.status != 401) return std::nullopt;
    for (auto const& [name, value] : reply.headers) {
        if (!same_word(name, "www-authenticate")) continue;
        if (auto found = claims_in(value)) return found;
    }
    return std::nullopt;
}

std::string claims_to_send(std::string const& challenge) {
    std::string others = "{";
    std::string of_token = "{";
    if (auto const asked = json::parse_object(challenge)) {
        for (auto const [name, value] : *asked) {
            json::object members;
            if (name != "access_token") {
                append_member(others, name, value);
            } else if (value.get_object().get(members) == simdjson::SUCCESS) {
                for (auto const [inner, what] : members) {
                    if (inner != "xms_cc") append_member(of_token, inner, what);
                }
            }
        }
    }
    if (of_token.back() != '{') of_token += ',';
    if (others.back() != '{') others += ',';
    return others + R"("access_token":)" + of_token + std::string{capability} + "}}";
}

}  // namespace allot::graph::wire
