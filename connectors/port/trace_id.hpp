#pragma once

#include <string>
#include <string_view>

#include "connectors/port/id.hpp"
#include "connectors/port/rare_text.hpp"

namespace allot {

/// The name of a request, for support: nearly always a GUID, and then kept as one.
class trace_id {
 public:
    trace_id() = default;
    trace_id(std::string_view text) {
        auto const parsed = guid::parse(text);
        bool const whole = parsed && *parsed != guid{} && parsed->str() == text;
        if (whole) {
            id_ = *parsed;
        } else {
            other_ = std::string{text};
        }
    }
    trace_id(std::string const& text) : trace_id{std::string_view{text}} {}
    trace_id(char const* text) : trace_id{std::string_view{text}} {}

    [[nodiscard]] bool empty() const { return id_ == guid{} && other_.empty(); }
    [[nodiscard]] std::string str() const { return id_ == guid{} ? other_.str() : id_.str(); }
    void clear() { *this = {}; }
    /// Null when it is no GUID.
    [[nodiscard]] guid const* as_guid() const { return id_ == guid{} ? nullptr : &id_; }
    /// What it is when it is no GUID.
    [[nodiscard]] std::string const& other() const { return other_.str(); }

    bool operator==(trace_id const&) const = default;

 private:
    guid id_;
    rare_text other_;  ///< what is no GUID
};

}  // namespace allot
