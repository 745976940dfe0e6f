// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reports in their written form.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

namespace handrail_test {

// A finding about a file whose own cleanup holds it.
inline handrail::leak_check::written::report ring_report() {
    namespace written = handrail::leak_check::written;
    written::finding f;
    f.id = "HR001";
    f.grade = handrail::leak_check::grade::certain;
    f.resource = "file 7 \"cfg.toml\"";
    f.path = {{.from = "cleanup at app.cc:41",
               .from_cleanup = true,
               .via = "capture +0",
               .reference = handrail::leak_check::reference::strong,
               .type = "shared<file>",
               .to = f.resource,
               .evidence = handrail::leak_check::evidence::move_probe,
               .where = {"src/app.cc", 41, "int main()"}}};
    f.advice = "pass what the cleanup needs as an argument";
    f.fingerprint = "HR001 app.cc:41:9";
    f.references = 2;
    f.references_inside = 1;
    f.opened = {"src/app.cc", 38, "int main()"};
    f.age = 12'400'000'000;
    f.frames = {{.function = "main", .module = "./app", .address = 0x1cd1}};
    written::report r;
    r.findings = {f};
    r.modules = {{"./app", "0123abcd"}};
    r.handles = 9;
    r.cleanups = 1;
    r.pause = 100'000;
    r.duration = 24'000'000;
    return r;
}

}  // namespace handrail_test
