// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A report file is read or refused; what was read is written again unchanged.

#include "lib/leak_check/report/written_json.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/round_trip.hpp"

namespace handrail_fuzz {

namespace written = handrail::leak_check::written;

void run(std::string_view input) {
    try {
        for (written::report const& r : written::from_json(input)) {
            check_report(r);
        }
    } catch (written::bad_report const& e) {
        claim(std::string_view(e.what()).starts_with("line "), "a refusal names its line");
    }
}

}  // namespace handrail_fuzz
