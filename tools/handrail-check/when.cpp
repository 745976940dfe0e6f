// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "when.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace handrail_check {

namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t most_descriptors = 1'000'000;

[[noreturn]] void refuse(std::string const& part, std::string const& wanted,
                         std::string_view value) {
    throw std::runtime_error("--when" + part + " must be " + wanted + ", not \"" +
                             std::string(value) + "\"");
}

struct amount {
    std::uint64_t number = 0;
    std::string_view unit{};
};

// Returns: nothing if the text does not begin with a number, or with one that is too large.
std::optional<amount> amount_of(std::string_view text) {
    amount result;
    auto const [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), result.number);
    if (error != std::errc()) {
        return std::nullopt;
    }
    result.unit = text.substr(static_cast<std::size_t>(end - text.data()));
    return result;
}

// At least 1 ms, at most 500 h: poll(2) counts milliseconds in an int.
std::optional<milliseconds> time_of(std::string_view text) {
    struct unit {
        std::string_view name;
        std::uint64_t milliseconds;
    };
    constexpr std::array units{unit{"ms", 1}, unit{"s", 1000}, unit{"min", 60'000},
                               unit{"h", 3'600'000}};
    constexpr std::uint64_t longest = 500 * units.back().milliseconds;
    auto const found = amount_of(text);
    auto const* const known = std::find_if(units.begin(), units.end(), [&](unit const& each) {
        return found && each.name == found->unit;
    });
    if (known == units.end() || found->number == 0 ||
        found->number > longest / known->milliseconds) {
        return std::nullopt;
    }
    return milliseconds(found->number * known->milliseconds);
}

milliseconds checked_time(std::string const& key, std::string_view text) {
    if (auto const time = time_of(text)) {
        return *time;
    }
    refuse(" " + key + "=", "a time of at most 500h, such as 500ms, 30s, 5min or 1h", text);
}

int checked_descriptors(std::string_view text) {
    auto const found = amount_of(text);
    if (!found || !found->unit.empty() || found->number == 0 || found->number > most_descriptors) {
        refuse(" descriptors=", "a number from 1 to 1000000", text);
    }
    return static_cast<int>(found->number);
}

int checked_signal(std::string_view text) {
    struct signal {
        std::string_view name;
        int number;
    };
    constexpr std::array known{signal{"HUP", SIGHUP},   signal{"INT", SIGINT},
                               signal{"QUIT", SIGQUIT}, signal{"TERM", SIGTERM},
                               signal{"USR1", SIGUSR1}, signal{"USR2", SIGUSR2}};
    std::string_view const name = text.starts_with("SIG") ? text.substr(3) : text;
    auto const* const found = std::find_if(known.begin(), known.end(),
                                           [&](signal const& each) { return each.name == name; });
    if (found == known.end()) {
        refuse(" signal=", "HUP, INT, QUIT, TERM, USR1 or USR2", text);
    }
    return found->number;
}

void add(look_times& to, std::string const& value) {
    auto const equals = std::min(value.find('='), value.size());
    std::string const key = value.substr(0, equals);
    bool const has_argument = equals != value.size();
    std::string_view const argument =
        std::string_view(value).substr(std::min(equals + 1, value.size()));
    if (value == "exit") {
        to.exit = true;
    } else if (value == "emfile") {
        to.emfile = true;
    } else if (key == "descriptors" && has_argument) {
        to.descriptors = checked_descriptors(argument);
    } else if (key == "signal" && has_argument) {
        to.signals.push_back(checked_signal(argument));
    } else if (key == "after" && has_argument) {
        to.after.push_back(checked_time(key, argument));
    } else if (key == "every" && has_argument) {
        to.every = checked_time(key, argument);
    } else {
        refuse("", "exit, signal=NAME, after=TIME, every=TIME, descriptors=N or emfile", value);
    }
}

}  // namespace

bool look_times::has_signal(int number) const noexcept {
    return std::find(signals.begin(), signals.end(), number) != signals.end();
}

look_times parse_when(std::vector<std::string> const& values) {
    look_times result;
    result.is_default = values.empty();
    result.exit = values.empty();
    for (std::string const& each : values) {
        add(result, each);
    }
    return result;
}

look_clock::look_clock(look_times const& times, time_point start)
    : every_(times.every), next_(start + times.every) {
    for (milliseconds const each : times.after) {
        once_.push_back(start + each);
    }
    std::sort(once_.begin(), once_.end());
}

int look_clock::timeout(time_point now) const noexcept {
    time_point first = every_.count() != 0 ? next_ : time_point::max();
    first = once_.empty() ? first : std::min(first, once_.front());
    if (first == time_point::max()) {
        return -1;
    }
    auto const left = std::chrono::ceil<milliseconds>(first - now).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
}

bool look_clock::take_due(time_point now) noexcept {
    auto const later =
        std::find_if(once_.begin(), once_.end(), [&](time_point each) { return each > now; });
    bool due = later != once_.begin();
    once_.erase(once_.begin(), later);
    while (every_.count() != 0 && next_ <= now) {
        next_ += every_;
        due = true;
    }
    return due;
}

}  // namespace handrail_check
