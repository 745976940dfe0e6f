// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "symbols.hpp"

#include "module_symbols.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace handrail_check {

std::string_view const names_hint =
    "some modules have no debug information: compile with -g, install their debug symbols, or link "
    "with -rdynamic";

namespace {

// The modules of one report, opened when a frame needs them.
class modules_of {
public:
    modules_of(written::report const& r, std::vector<std::string>& complaints)
        : known_(r.modules), complaints_(complaints) {}

    // Returns: the frames that one return address stands for, innermost first.
    std::vector<written::frame> named(written::frame const& f) {
        module_symbols* const symbols = f.module.empty() ? nullptr : symbols_of(f.module);
        auto frames = symbols != nullptr ? symbols->frames_at(f) : std::vector<written::frame>();
        return frames.empty() ? std::vector{f} : frames;
    }

private:
    module_symbols* symbols_of(std::string const& file) {
        auto const [found, fresh] = opened_.try_emplace(file);
        if (fresh) {
            found->second = open(file);
        }
        return found->second.get();
    }

    std::unique_ptr<module_symbols> open(std::string const& file) {
        auto const known = std::find_if(known_.begin(), known_.end(),
                                        [&](auto const& each) { return each.file == file; });
        if (known == known_.end()) {
            return nullptr;
        }
        auto symbols = std::make_unique<module_symbols>(file, known->build_id);
        if (symbols->is_open()) {
            return symbols;
        }
        std::string complaint = "frames in " + file + " have no names: " + symbols->problem();
        if (std::find(complaints_.begin(), complaints_.end(), complaint) == complaints_.end()) {
            complaints_.push_back(std::move(complaint));
        }
        return nullptr;
    }

    std::vector<written::module_file> const& known_;
    std::vector<std::string>& complaints_;
    std::map<std::string, std::unique_ptr<module_symbols>> opened_;
};

// A report that was completed before has its inlined frames already.
bool is_complete(written::finding const& f) {
    return std::any_of(f.frames.begin(), f.frames.end(),
                       [](written::frame const& each) { return each.line != 0; });
}

void name_frames(written::finding& f, modules_of& modules) {
    std::vector<written::frame> frames;
    for (written::frame const& each : f.frames) {
        auto named = modules.named(each);
        std::move(named.begin(), named.end(), std::back_inserter(frames));
    }
    auto const first = std::find_if_not(frames.begin(), frames.end(), written::is_part_of_handrail);
    f.frames.assign(std::make_move_iterator(first), std::make_move_iterator(frames.end()));
}

}  // namespace

void name_frames(check_result& what) {
    for (source& s : what.sources) {
        modules_of modules(s.report, what.missing);
        for (written::finding& f : s.report.findings) {
            if (!is_complete(f)) {
                name_frames(f, modules);
            }
        }
    }
}

}  // namespace handrail_check
