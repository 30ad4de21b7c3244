#include "engine/doctor/step.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/port/json_text.hpp"

namespace allot::doctor {

std::string_view name(standing of) {
    switch (of) {
        case standing::ok:
            return "ok";
        case standing::warn:
            return "warn";
        case standing::fail:
            return "FAIL";
        case standing::skipped:
            return "skipped";
    }
    return "";
}

step const* first_failure(std::vector<step> const& steps) {
    auto const found = std::ranges::find(steps, standing::fail, &step::status);
    return found == steps.end() ? nullptr : &*found;
}

step skipped(std::string name, std::string_view because_of) {
    return {std::move(name),
            standing::skipped,
            fmt::format("not tried: {} failed", because_of),
            {},
            errc::could_not_run};
}

std::string as_text(std::vector<step> const& steps) {
    std::string text;
    for (auto const& each : steps) {
        text += fmt::format("{:<8}{}: {}\n", name(each.status), each.name, each.detail);
        if (!each.mend.empty()) text += fmt::format("        > {}\n", each.mend);
    }
    return text;
}

std::string as_json(std::vector<step> const& steps) {
    std::string text = "[";
    for (auto const& each : steps) {
        auto const status = each.status == standing::fail ? "fail" : name(each.status);
        text += fmt::format("{}\n{{\"step\":{},\"status\":\"{}\",\"detail\":{},\"mend\":{}}}",
                            text.size() == 1 ? "" : ",", json_string(each.name), status,
                            json_string(each.detail), json_string(each.mend));
    }
    return text + "\n]\n";
}

}  // namespace allot::doctor
