// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "program_looks.hpp"

#include "lib/inspect/look.hpp"
#include "lib/inspect/target/stopped_process.hpp"
#include "libraries.hpp"
#include "look_requests.hpp"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

namespace handrail_check {

namespace fs = std::filesystem;

class program_looks::requests : public look_requests {
    using look_requests::look_requests;
};

program_looks::program_looks(options const& wanted, fs::path own_reports, bool may_preload)
    : wanted_(wanted),
      own_reports_(std::move(own_reports)),
      library_(may_preload ? preload_library() : std::string()) {
    if (!library_.empty()) {
        requests_ = std::make_unique<requests>(look_triggers{});
    }
}

program_looks::~program_looks() = default;

std::string program_looks::environment() const {
    return requests_ ? requests_->environment() : std::string();
}

void program_looks::started() noexcept {
    if (requests_) {
        requests_->started();
    }
}

int program_looks::poll_descriptor() const noexcept {
    return requests_ ? requests_->poll_descriptor() : -1;
}

void program_looks::serve() {
    while (auto const request = requests_ ? requests_->next() : std::nullopt) {
        if (!uses_handrail(request->process)) {
            look(request->process);
        }
        requests_->answer(*request);
    }
}

void program_looks::before_signal(pid_t process) {
    if (requests_ && !uses_handrail(process)) {
        look(process);
    }
}

void program_looks::look(pid_t process) {
    try {
        auto const program = handrail::inspect::stop_process(process);
        reports[process] = handrail::inspect::look_at(
            *program, {.all = wanted_.all, .debug_files = wanted_.debug_info});
    } catch (std::exception const& e) {
        missing.push_back("process " + std::to_string(process) + " was not checked: " + e.what());
    }
}

// Its report has the name "report.PROCESS.START" from its beginning.
bool program_looks::uses_handrail(pid_t process) const {
    std::string const begin = "report." + std::to_string(process) + ".";
    std::error_code ec;
    fs::directory_iterator const entries(own_reports_, ec);
    return std::any_of(fs::begin(entries), fs::end(entries), [&](fs::directory_entry const& each) {
        return each.path().filename().string().starts_with(begin);
    });
}

}  // namespace handrail_check
