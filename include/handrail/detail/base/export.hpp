// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// HANDRAIL_API marks what the shared library exports; everything else in it is hidden.

#pragma once

#define HANDRAIL_API __attribute__((visibility("default")))
