// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Births of files, directories and temporary files.
//
// The functions without noexcept are cancellation points: an unwinding may pass through them.

#include "lib/preload/births.hpp"
#include "lib/preload/replaced.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include <dirent.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/mman.h>

using handrail::preload::born;
using handrail::preload::call;

// What calls of open become in programs that are built with _FORTIFY_SOURCE.
extern "C" {
int __open_2(char const*, int);
int __open64_2(char const*, int);
int __openat_2(int, char const*, int);
int __openat64_2(int, char const*, int);
}

namespace {

// The mode is there only if a file may be made; libc ignores it otherwise.
mode_t mode_of(int flags, std::va_list& arguments) noexcept {
    bool const there = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    return there ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

#define HANDRAIL_OPEN(name)                                                  \
    HANDRAIL_REPLACES int name(char const* path, int flags, ...) {           \
        std::va_list arguments;                                              \
        va_start(arguments, flags);                                          \
        mode_t const mode = mode_of(flags, arguments);                       \
        va_end(arguments);                                                   \
        return born(call::name, HANDRAIL_REPLACED(name)(path, flags, mode)); \
    }
HANDRAIL_OPEN(open)
HANDRAIL_OPEN(open64)
#undef HANDRAIL_OPEN

#define HANDRAIL_OPENAT(name)                                                           \
    HANDRAIL_REPLACES int name(int directory, char const* path, int flags, ...) {       \
        std::va_list arguments;                                                         \
        va_start(arguments, flags);                                                     \
        mode_t const mode = mode_of(flags, arguments);                                  \
        va_end(arguments);                                                              \
        return born(call::name, HANDRAIL_REPLACED(name)(directory, path, flags, mode)); \
    }
HANDRAIL_OPENAT(openat)
HANDRAIL_OPENAT(openat64)
#undef HANDRAIL_OPENAT

HANDRAIL_REPLACES int __open_2(char const* path, int flags) {
    return born(call::__open_2, HANDRAIL_REPLACED(__open_2)(path, flags));
}
HANDRAIL_REPLACES int __open64_2(char const* path, int flags) {
    return born(call::__open64_2, HANDRAIL_REPLACED(__open64_2)(path, flags));
}
HANDRAIL_REPLACES int __openat_2(int directory, char const* path, int flags) {
    return born(call::__openat_2, HANDRAIL_REPLACED(__openat_2)(directory, path, flags));
}
HANDRAIL_REPLACES int __openat64_2(int directory, char const* path, int flags) {
    return born(call::__openat64_2, HANDRAIL_REPLACED(__openat64_2)(directory, path, flags));
}
HANDRAIL_REPLACES int creat(char const* path, mode_t mode) {
    return born(call::creat, HANDRAIL_REPLACED(creat)(path, mode));
}
HANDRAIL_REPLACES int creat64(char const* path, mode_t mode) {
    return born(call::creat64, HANDRAIL_REPLACED(creat64)(path, mode));
}
HANDRAIL_REPLACES int shm_open(char const* name, int flags, mode_t mode) {
    return born(call::shm_open, HANDRAIL_REPLACED(shm_open)(name, flags, mode));
}
HANDRAIL_REPLACES int memfd_create(char const* name, unsigned flags) noexcept {
    return born(call::memfd_create, HANDRAIL_REPLACED(memfd_create)(name, flags));
}

HANDRAIL_REPLACES int mkstemp(char* name) {
    return born(call::mkstemp, HANDRAIL_REPLACED(mkstemp)(name));
}
HANDRAIL_REPLACES int mkstemp64(char* name) {
    return born(call::mkstemp64, HANDRAIL_REPLACED(mkstemp64)(name));
}
HANDRAIL_REPLACES int mkostemp(char* name, int flags) {
    return born(call::mkostemp, HANDRAIL_REPLACED(mkostemp)(name, flags));
}
HANDRAIL_REPLACES int mkostemp64(char* name, int flags) {
    return born(call::mkostemp64, HANDRAIL_REPLACED(mkostemp64)(name, flags));
}
HANDRAIL_REPLACES int mkstemps(char* name, int suffix) {
    return born(call::mkstemps, HANDRAIL_REPLACED(mkstemps)(name, suffix));
}
HANDRAIL_REPLACES int mkstemps64(char* name, int suffix) {
    return born(call::mkstemps64, HANDRAIL_REPLACED(mkstemps64)(name, suffix));
}
HANDRAIL_REPLACES int mkostemps(char* name, int suffix, int flags) {
    return born(call::mkostemps, HANDRAIL_REPLACED(mkostemps)(name, suffix, flags));
}
HANDRAIL_REPLACES int mkostemps64(char* name, int suffix, int flags) {
    return born(call::mkostemps64, HANDRAIL_REPLACED(mkostemps64)(name, suffix, flags));
}

HANDRAIL_REPLACES FILE* fopen(char const* path, char const* mode) {
    return born(call::fopen, HANDRAIL_REPLACED(fopen)(path, mode));
}
HANDRAIL_REPLACES FILE* fopen64(char const* path, char const* mode) {
    return born(call::fopen64, HANDRAIL_REPLACED(fopen64)(path, mode));
}
HANDRAIL_REPLACES FILE* freopen(char const* path, char const* mode, FILE* stream) {
    return born(call::freopen, HANDRAIL_REPLACED(freopen)(path, mode, stream));
}
HANDRAIL_REPLACES FILE* freopen64(char const* path, char const* mode, FILE* stream) {
    return born(call::freopen64, HANDRAIL_REPLACED(freopen64)(path, mode, stream));
}
HANDRAIL_REPLACES FILE* tmpfile() { return born(call::tmpfile, HANDRAIL_REPLACED(tmpfile)()); }
HANDRAIL_REPLACES FILE* tmpfile64() {
    return born(call::tmpfile64, HANDRAIL_REPLACED(tmpfile64)());
}
HANDRAIL_REPLACES DIR* opendir(char const* path) {
    DIR* const made = HANDRAIL_REPLACED(opendir)(path);
    born(call::opendir, made != nullptr ? ::dirfd(made) : -1);
    return made;
}

HANDRAIL_REPLACES int posix_openpt(int flags) {
    return born(call::posix_openpt, HANDRAIL_REPLACED(posix_openpt)(flags));
}
HANDRAIL_REPLACES int openpty(int* master, int* slave, char* name, termios const* settings,
                              winsize const* size) noexcept {
    int const result = HANDRAIL_REPLACED(openpty)(master, slave, name, settings, size);
    born(call::openpty, result == 0 ? *master : -1);
    born(call::openpty, result == 0 ? *slave : -1);
    return result;
}
