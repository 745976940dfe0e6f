// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#pragma once

// Returns: an object of a class that is called hidden in an unnamed namespace, as another one.
void const* other_hidden();
