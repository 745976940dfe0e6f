// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A library that takes static thread-local storage, as OpenMP's and OpenGL's do.

[[gnu::tls_model("initial-exec")]] static thread_local char own[256];

extern "C" [[gnu::visibility("default")]] int touch() {
    own[0] = 1;
    return own[255];
}
