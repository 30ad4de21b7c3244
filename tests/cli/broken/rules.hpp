#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the relay does to which replies.
namespace broken {

enum class damage {
    raw,       ///< the bytes of a file instead of the reply; then the connection goes on
    last,      ///< likewise, and then the end of the connection, as TLS wants it
    flood,     ///< the bytes of a file, and what follows the head in it as long as it is taken
    drip,      ///< the bytes of a file, one at a time, again and again
    silence,   ///< nothing, for ever
    cut,       ///< nothing, and the connection ends without a word of TLS
    half,      ///< half of the reply's body, and then the end, as TLS wants it
    half_cut,  ///< likewise, without a word of TLS
    endless,   ///< half of the body, of no length that was said, and an end without a word of TLS
    twice,     ///< the reply two times
    stale,     ///< the reply to the request before with the same method and kind of address
    chain,     ///< the reply with a link to a next page, a new one each time
    echo,      ///< a refusal whose words repeat what the request proves itself with
    replace,   ///< `A=B`: the reply with every A in its body a B
};

/// `WHERE:EVERY:WHAT[:ARGUMENT]`: every so manieth of the requests whose line has WHERE in it;
/// `accept` is for connections, before TLS.
struct rule {
    std::string where;
    unsigned every = 1;
    damage what = damage::raw;
    std::string argument;  ///< of `raw` and its kin: the file's bytes
    unsigned met = 0;
};

/// Ends the program with a sentence when the text is no rule.
rule read_rule(std::string_view text);

/// The rules with their counts; used by many threads.
class rule_book {
 public:
    explicit rule_book(std::vector<rule> rules) : rules_(std::move(rules)) {}

    /// The first rule that applies now. Counts.
    std::optional<rule> next(std::string_view line);

 private:
    std::mutex lock_;
    std::vector<rule> rules_;
};

}  // namespace broken
