// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Files and streams for results and messages.

#pragma once

#include <handrail/handle.hpp>
#include <handrail/leak_check.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace handrail_check {

// Effects: writes "handrail-check: text" to standard error, as one line without control characters.
void say(std::string_view text) noexcept;

// Effects: writes to standard error. Errors: throws std::runtime_error.
void print(std::string_view text);

// A file for results. The constructor removes the results of an earlier run, and new ones appear
// completely or not at all, so that nobody takes old or partial results for new ones.
class output {
public:
    // name: "-" is standard output; empty: nothing is written. A device, or a FIFO with a reader,
    //   is written to directly.
    // inputs: files that the run reads. If name is one of them, its content stays until write().
    // Effects: verifies that the file can be written, before a program runs for a long time.
    // Errors: throws std::runtime_error, which names the file.
    output(std::string name, std::vector<std::string> const& inputs);

    bool is_wanted() const noexcept { return !name_.empty(); }

    // Errors: throws std::runtime_error, which names the file. The file is then missing or empty.
    void write(std::string_view text);

private:
    void replace(std::string_view text) const;
    void overwrite(std::string_view text) const;
    [[noreturn]] void fail() const;

    std::string name_;
    std::filesystem::path target_;  // the file that name_ leads to, links resolved
    std::optional<mode_t> mode_;    // of what is replaced
    handrail::descriptor stream_;   // a device or FIFO
    bool in_place_ = false;         // no new file can be made in the directory
};

// colour: auto, always or never.
handrail::leak_check::text_style style_of_stderr(std::string const& colour);

}  // namespace handrail_check
