#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include "config/process.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/ending.hpp"
#include "engine/commands/outputs.hpp"
#include "engine/commands/parts.hpp"
#include "engine/commands/process.hpp"
#include "engine/commands/products.hpp"

namespace {

using namespace allot;

commands::exit_status run(config::settings const& with) {
    switch (with.what) {
        case config::command::check:
            return commands::check(with);
        case config::command::plan:
            return commands::plan(with);
        case config::command::apply:
            return commands::apply(with);
        case config::command::verify:
            return commands::verify(with);
        case config::command::resume:
            return commands::resume(with);
        case config::command::undo:
            return commands::undo(with);
        case config::command::runs:
            return commands::runs(with);
        case config::command::report:
            return commands::report(with);
        case config::command::skus:
            return commands::skus(with);
        case config::command::doctor:
            return commands::doctor(with);
        case config::command::export_job:
            return commands::export_job(with);
        case config::command::simulate:
            return commands::simulate(with);
        case config::command::completion:
            return commands::completion(with);
        case config::command::man:
            return commands::man(with);
    }
    return commands::could_not_run;
}

/// The command, what it has to say whole on stdout, and those told who are to be told of its end.
commands::exit_status run_to_end(config::settings const& with) {
    auto status = commands::could_not_run;
    try {
        auto const named = commands::load_product_names(with);
        status = named ? run(with) : commands::complain(named.error());
        auto const flushed = commands::flush_output();
        if (status == commands::as_the_job_says) status = flushed;
    } catch (std::exception const& error) {
        status = commands::complain(commands::failure_of(error));
    }
    commands::tell_end(with, status);
    return status;
}

}  // namespace

int main(int argument_count, char** arguments) {
    // A reader that goes away (`allot plan … | head`) must not kill a run half-way.
    std::signal(SIGPIPE, SIG_IGN);
    commands::hold_standard_files();
    commands::keep_memory_secret();
    try {
        auto const around = config::process_surroundings(argument_count, arguments);
        auto read = config::read_settings(around);
        if (!read) {
            // Whoever asks what is wrong is answered in the same form, whatever is wrong.
            auto const& typed = around.arguments;
            bool const asked =
                !typed.empty() && typed.front() == config::name(config::command::doctor);
            if (!asked) return commands::complain(read.error());
            bool const json = std::ranges::any_of(
                typed, [](std::string const& each) { return each.ends_with("json"); });
            auto const status = commands::doctor_without_settings(read.error(), json);
            commands::flush_output();
            return status;
        }
        if (read->help) {
            commands::say(read->help->text);
            if (read->help->with_parts) commands::say(commands::parts_text());
            return commands::flush_output();
        }
        if (auto const may = commands::check_outputs(read->values); !may) {
            return commands::complain(may.error());
        }
        if (auto const opened = commands::open_log(read->values); !opened) {
            return commands::complain(opened.error());
        }
        return run_to_end(read->values);
    } catch (std::exception const& error) {
        return commands::complain(commands::failure_of(error));
    }
}
