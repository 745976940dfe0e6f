// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Linked statically.

int main() { return 5; }
