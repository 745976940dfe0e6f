// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the modules made of shapes.cpp show to the tests: addresses of things in them.

#pragma once

struct shapes {
    void const* session = nullptr;        // a net::session
    void const* base = nullptr;           // net::base's part of it, which is not at its beginning
    void const* hidden = nullptr;         // of a class in an unnamed namespace
    void const* other_hidden = nullptr;   // of another one with that name
    void const* control_block = nullptr;  // of a shared_ptr
    void const* thread_state = nullptr;   // of a class with a lambda among its arguments
    void const* function_code = nullptr;  // of the std::function in the session
    void const* coroutine_resume = nullptr;
    void const* static_of_inlined = nullptr;  // in a function that is inlined everywhere
    void const* local_static = nullptr;       // net::registry::instance()::one
    void const* static_member = nullptr;      // net::session::count
    void const* return_address = nullptr;     // in inlined(), which is inlined into shapes_of()
    unsigned lambda_line = 0;                 // of the lambda in the std::function
    unsigned call_line = 0;                   // of the call that returns to return_address
};
