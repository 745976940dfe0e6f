// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What locks guard, for clang's thread safety analysis (-Wthread-safety, an error in `./dev
// clang`): https://clang.llvm.org/docs/ThreadSafetyAnalysis.html. Other compilers see nothing of
// it. Only for lib/, never for public headers: no macro changes what a program is made of.
//
//     mutex list_mutex;
//     node* first HANDRAIL_GUARDED_BY(list_mutex) = nullptr;
//     void link(node& fresh) HANDRAIL_REQUIRES(list_mutex);

#pragma once

#if defined(__clang__)
#define HANDRAIL_ANNOTATION(x) __attribute__((x))
#else
#define HANDRAIL_ANNOTATION(x)
#endif

// Of a class: its objects are locks (what names the kind in messages), or hold one while they live.
#define HANDRAIL_CAPABILITY(what) HANDRAIL_ANNOTATION(capability(what))
#define HANDRAIL_SCOPED_CAPABILITY HANDRAIL_ANNOTATION(scoped_lockable)

// Of data: may be used only while the lock is held.
#define HANDRAIL_GUARDED_BY(lock) HANDRAIL_ANNOTATION(guarded_by(lock))

// Of a function: the caller holds the locks.
#define HANDRAIL_REQUIRES(...) HANDRAIL_ANNOTATION(requires_capability(__VA_ARGS__))

// Of a function: takes the locks, or its own object; releases them; takes them when it returns the
// first argument.
#define HANDRAIL_ACQUIRE(...) HANDRAIL_ANNOTATION(acquire_capability(__VA_ARGS__))
#define HANDRAIL_RELEASE(...) HANDRAIL_ANNOTATION(release_capability(__VA_ARGS__))
#define HANDRAIL_TRY_ACQUIRE(...) HANDRAIL_ANNOTATION(try_acquire_capability(__VA_ARGS__))

// Of a function that the analysis cannot follow; the reason stands beside it.
#define HANDRAIL_NO_THREAD_SAFETY_ANALYSIS HANDRAIL_ANNOTATION(no_thread_safety_analysis)
