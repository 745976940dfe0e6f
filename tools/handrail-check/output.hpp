// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Where the results go.

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

// Effects: "handrail-check: text" on standard error, one line in which nothing can mislead a
//   terminal.
void say(std::string_view text) noexcept;

// Effects: writes to standard error. Errors: throws std::system_error.
void print(std::string_view text);

// A file for results. Those of an earlier run are gone when the object is there, and new ones
// appear at once and whole, or not at all: nobody takes old or half results for new ones.
class output {
public:
    // name: "-" is standard output, an empty name nothing at all. What is neither a regular file
    // nor
    //   missing (a device, a FIFO with a reader) is written to as it is.
    // inputs: files that the run reads. If name is one of them, its content stays until write().
    // Effects: makes sure that the file can be written, before a program runs for long.
    // Errors: throws std::runtime_error, which names the file.
    output(std::string name, std::vector<std::string> const& inputs);

    bool is_wanted() const noexcept { return !name_.empty(); }

    // Errors: throws std::runtime_error, which names the file. Nothing is left there then.
    void write(std::string_view text);

private:
    void replace(std::string_view text) const;
    void overwrite(std::string_view text) const;
    [[noreturn]] void fail() const;

    std::string name_;
    std::filesystem::path target_;  // of links
    std::optional<mode_t> mode_;    // of what is replaced
    handrail::descriptor stream_;   // what is written to as it is
    bool in_place_ = false;         // the directory takes no new files
};

// colour: auto, always or never.
handrail::leak_check::text_style style_of_stderr(std::string const& colour);

}  // namespace handrail_check
