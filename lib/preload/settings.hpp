// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the tool has said in the environment (layout.hpp, environment_name).

#pragma once

namespace handrail::preload {

struct settings {
    int channel = -1;
    int descriptors = 0;  // look when so many are open; 0: never
    bool emfile = false;
    bool signals = false;   // look before one ends the program
    bool children = false;  // forked and exec'd children are followed, too
};

// Effects: removes the tool's variable from the environment and this library from LD_PRELOAD, so
//   that neither the program nor its children see them; with children they stay.
settings take_settings(char** environment) noexcept;

// For main()'s own list of variables, where it is another one than environ.
void clean_environment(char** environment) noexcept;

}  // namespace handrail::preload
