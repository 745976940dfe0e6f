// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A library that uses static thread-local storage, as those of OpenMP and OpenGL do.

[[gnu::tls_model("initial-exec")]] static thread_local char own[256];

extern "C" [[gnu::visibility("default")]] int touch() {
    own[0] = 1;
    return own[255];
}
