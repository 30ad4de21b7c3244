#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "connectors/port/id.hpp"

/// Writing JSON in this folder: what is default is left out, members keep their order.
namespace allot::documents {

/// One JSON object, appended to a text member by member; it ends with the value.
class object_text {
 public:
    explicit object_text(std::string& out) : out_{out} { out_ += '{'; }
    ~object_text() { out_ += '}'; }
    object_text(object_text const&) = delete;
    object_text& operator=(object_text const&) = delete;

    /// Appends the comma and the key; the value is to be appended to what is returned.
    std::string& member(std::string_view key);

    void text(std::string_view key, std::string_view value);
    void flag(std::string_view key, bool value);
    void number(std::string_view key, std::int64_t value);
    void texts(std::string_view key, std::vector<std::string> const& values);

    /// Only when it is not empty.
    void text_if_any(std::string_view key, std::string_view value);
    /// Only when it is not `usual`.
    void flag_unless(bool usual, std::string_view key, bool value);
    /// Only when it is not 0.
    void number_if_any(std::string_view key, std::int64_t value);
    /// Ids; only when there are some.
    template <class Id>
    void ids_if_any(std::string_view key, std::vector<Id> const& values) {
        if (values.empty()) return;
        auto separator = '[';
        member(key);
        for (auto const& one : values) {
            out_ += separator;
            out_ += '"';
            out_ += one.str();
            out_ += '"';
            separator = ',';
        }
        out_ += ']';
    }

 private:
    std::string& out_;
    bool empty_ = true;
};

/// `["a","b"]`.
void append_texts(std::string& out, std::vector<std::string> const& values);

/// 0, 1, …: the rows of what is not in one vector.
std::vector<std::uint32_t> indexes(std::size_t count);

/// `"name":[`, a row to a line, and `]`; `append(out, row)` appends one row.
template <class Rows, class Append>
void append_rows(std::string& out, std::string_view name, Rows const& rows, Append append) {
    out += '"';
    out += name;
    out += "\":[\n";
    auto left = rows.size();
    for (auto const& row : rows) {
        append(out, row);
        out += --left == 0 ? "\n" : ",\n";
    }
    out += ']';
}

}  // namespace allot::documents
