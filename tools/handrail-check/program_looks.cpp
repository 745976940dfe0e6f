// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "program_looks.hpp"

#include "lib/inspect/look.hpp"
#include "lib/inspect/target/stopped_process.hpp"
#include "libraries.hpp"
#include "output.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <system_error>
#include <utility>

namespace handrail_check {

namespace fs = std::filesystem;
using handrail::preload::look_reason;

namespace {

std::string name_of(pid_t process) { return "process " + std::to_string(process); }

bool waits_for_signals(look_times const& when) noexcept {
    return when.exit || std::any_of(when.signals.begin(), when.signals.end(),
                                    [](int each) { return each != SIGUSR1 && each != SIGUSR2; });
}

look_triggers triggers_of(look_times const& when) noexcept {
    return {
        .descriptors = when.descriptors, .emfile = when.emfile, .signals = waits_for_signals(when)};
}

bool is_at_the_end(look_reason why) noexcept {
    return why != look_reason::descriptors && why != look_reason::emfile;
}

}  // namespace

class program_looks::requests : public look_requests {
    using look_requests::look_requests;
};

program_looks::program_looks(options const& wanted, fs::path own_reports, bool may_preload)
    : wanted_(wanted),
      own_reports_(std::move(own_reports)),
      library_(may_preload ? preload_library() : std::string()),
      clock_(wanted.when, look_clock::now()) {
    if (!library_.empty()) {
        requests_ = std::make_unique<requests>(triggers_of(wanted.when));
    }
}

program_looks::~program_looks() = default;

std::string program_looks::environment() const {
    return requests_ ? requests_->environment() : std::string();
}

void program_looks::started(pid_t program, interruption meanwhile) {
    program_ = program;
    meanwhile_ = std::move(meanwhile);
    clock_ = look_clock(wanted_.when, look_clock::now());
    if (requests_) {
        requests_->started();
    }
}

int program_looks::poll_descriptor() const noexcept {
    return requests_ ? requests_->poll_descriptor() : -1;
}

int program_looks::timeout() const noexcept { return clock_.timeout(look_clock::now()); }

void program_looks::serve() {
    if (!requests_) {
        return;
    }
    for (;;) {
        if (!waiting_.empty()) {
            look_request const first = std::move(waiting_.front());
            waiting_.pop_front();
            serve(first);
        } else if (auto const request = requests_->next()) {
            serve(*request);
        } else {
            return;
        }
    }
}

void program_looks::serve(look_request const& request) {
    if (is_wanted(request) && !uses_handrail(request.process)) {
        look(request.process, is_at_the_end(request.why));
    }
    requests_->answer(request);
}

// The program got the signal for which this look is made, and need not wait for another one.
void program_looks::serve_during_a_look() {
    while (auto request = requests_->next()) {
        if (is_for_looked_before(*request)) {
            requests_->answer(*request);
        } else {
            waiting_.push_back(std::move(*request));
        }
    }
}

// Another signal is another matter: a program that handled the one may be ended by the other.
bool program_looks::is_for_looked_before(look_request const& request) const noexcept {
    return request.why == look_reason::signal &&
           looked_before_ == sent_signal{request.process, request.signal};
}

bool program_looks::is_wanted(look_request const& request) const {
    if (request.why == look_reason::signal) {
        return waits_for_signals(wanted_.when) && !is_for_looked_before(request);
    }
    return !is_at_the_end(request.why) || wanted_.when.exit;
}

bool program_looks::is_wanted_before(int number) const noexcept {
    return requests_ != nullptr && (wanted_.when.exit || wanted_.when.has_signal(number));
}

void program_looks::before_signal(int number) {
    if (is_wanted_before(number) && !uses_handrail(program_)) {
        looked_before_ = {program_, number};
        look(program_, true);
        looked_before_ = {program_, number};
    }
}

void program_looks::look_if_it_is_time() {
    if (clock_.take_due(look_clock::now())) {
        look_now();
    }
}

void program_looks::look_now() {
    if (!uses_handrail(program_)) {
        look(program_, false);
    }
}

void program_looks::look(pid_t process, bool at_the_end) {
    auto const make = [&] {
        auto const program = handrail::inspect::stop_process(process);
        return handrail::inspect::look_at(*program,
                                          {.all = wanted_.all, .debug_files = wanted_.debug_info});
    };
    std::string const name = name_of(process);
    has_looked_ = true;
    try {
        std::vector<interruption> meanwhile{meanwhile_};
        if (requests_) {
            meanwhile.push_back({requests_->poll_descriptor(), [&] { serve_during_a_look(); }});
        }
        looks_[process].add(look_in_background(wanted_.quiet ? "" : name, make, meanwhile));
        if (!at_the_end && !wanted_.quiet) {
            looks_[process].show(name, wanted_.colour);
        }
    } catch (std::exception const& e) {
        std::string const why = name + " was not checked: " + e.what();
        at_the_end ? missing_.push_back(why) : say(why);
    }
    looked_before_ = {};
}

void program_looks::add_to(check_result& result) {
    for (auto& [process, looks] : looks_) {
        if (looks.has_any()) {
            result.sources.push_back(looks.take(name_of(process)));
        }
    }
    result.missing.insert(result.missing.end(), missing_.begin(), missing_.end());
    if (result.sources.empty() && !has_looked_ && !wanted_.when.exit) {
        result.missing.emplace_back(
            "the program was not looked at, because nothing happened that --when names");
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
