#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/jobs/job.hpp"

/// Bytes to a checked job. Pure: the caller reads the file, in pieces of any size.
namespace allot::jobs {

enum class file_form : std::uint8_t { automatic, csv, json };

/// The encoding of the file. `automatic`: a byte-order mark decides, else UTF-8.
enum class encoding : std::uint8_t { automatic, utf_8, utf_16_le, utf_16_be, windows_1252 };

/// One thing wrong with the file, in the file's order.
struct input_error {
    std::uint32_t line = 0;    ///< from 1; 0: the file as a whole
    std::uint32_t column = 0;  ///< in characters from 1; 0: the whole line
    std::string field;         ///< the column's name (`sku`), or empty
    std::string value;         ///< what stands there, shortened to be shown, or empty
    std::string problem;       ///< what is wrong: `unknown action`
    std::string mend;          ///< what to do: `write assign or remove`

    bool operator==(input_error const&) const = default;
};

struct read_options {
    std::string source =
        "-";  ///< the file's name, for messages; its ending helps to tell CSV from JSON
    file_form form = file_form::automatic;
    encoding encoded = encoding::automatic;
    bool strict = false;  ///< an unknown column is an error
    /// Is told of every error when it is found, however many there are; empty: nobody is.
    std::function<void(input_error const&)> each_error = {};
};

struct read_result {
    job read;                         ///< whole and checked only when `errors` is empty
    std::vector<input_error> errors;  ///< the first `errors_max`, in the file's order
    std::uint64_t errors_more = 0;    ///< how many there are besides
    std::vector<input_error> notes;  ///< not wrong, but worth saying: unknown columns carried along
};

/// Feed it the file's bytes in order, then finish once.
class reader {
 public:
    explicit reader(read_options options);
    ~reader();
    reader(reader&&) noexcept;
    reader& operator=(reader&&) noexcept;

    void feed(std::string_view bytes);
    /// Nothing that follows can be made sense of any more: it need not be fed.
    [[nodiscard]] bool has_given_up() const;
    /// The job, or every error of the file at once.
    read_result finish();

 private:
    struct state;
    std::unique_ptr<state> state_;
};

/// The whole file at once.
read_result read(std::string_view bytes, read_options options);

/// `targets.csv:17:9: sku: unknown action "asign": write assign or remove (did you mean assign?)`
std::string to_text(std::string_view source, input_error const& error);

}  // namespace allot::jobs
