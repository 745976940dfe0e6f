// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A host of plugins that links neither handrail nor the C++ library, as an interpreter: it loads
// libraries and calls their functions.
//
// usage: bare STEP...
//   load=LIBRARY   calls dlopen
//   call=FUNCTION  calls int FUNCTION(void) of the library loaded last, which must return 0
//   close=N        calls dlclose for the Nth library, from 0, which must be unloaded by that
//   drop=N         calls dlclose for the Nth library
//   start=FUNCTION calls the function on a thread, which lives until "join"
//   join           lets the thread end, and waits for it

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <semaphore.h>

typedef int function(void);

static void* loaded[64];
static int count;
static pthread_t worker;
static sem_t called, may_end;

static int fail(char const* step, char const* why) {
    fprintf(stderr, "%s: %s\n", step, why);
    return 1;
}

static int load(char const* step, char const* path) {
    void* const fresh = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (fresh == NULL) {
        return fail(step, dlerror());
    }
    loaded[count++] = fresh;
    return 0;
}

static function* find(char const* name) { return (function*)dlsym(loaded[count - 1], name); }

static int close_one(char const* step, int which, int must_be_unloaded) {
    struct link_map* module = NULL;
    char path[4096];
    dlinfo(loaded[which], RTLD_DI_LINKMAP, &module);
    snprintf(path, sizeof path, "%s", module->l_name);
    dlclose(loaded[which]);
    return !must_be_unloaded || dlopen(path, RTLD_NOW | RTLD_NOLOAD) == NULL
               ? 0
               : fail(step, "still loaded");
}

static int call(char const* step, char const* name) {
    function* const called_one = find(name);
    if (called_one == NULL) {
        return fail(step, dlerror());
    }
    return called_one() == 0 ? 0 : fail(step, "did not return 0");
}

static void* work(void* fn) {
    function* const to_call = (function*)fn;
    long const result = to_call();
    sem_post(&called);
    sem_wait(&may_end);
    return (void*)result;
}

static int start(char const* step, char const* name) {
    sem_init(&called, 0, 0);
    sem_init(&may_end, 0, 0);
    if (pthread_create(&worker, NULL, &work, (void*)find(name)) != 0) {
        return fail(step, "no thread");
    }
    sem_wait(&called);
    return 0;
}

static int join(char const* step) {
    void* result = NULL;
    sem_post(&may_end);
    pthread_join(worker, &result);
    return result == NULL ? 0 : fail(step, "the thread's call did not return 0");
}

static int do_step(char const* step) {
    if (strncmp(step, "load=", 5) == 0) {
        return load(step, step + 5);
    }
    if (strncmp(step, "call=", 5) == 0) {
        return call(step, step + 5);
    }
    if (strncmp(step, "start=", 6) == 0) {
        return start(step, step + 6);
    }
    if (strcmp(step, "join") == 0) {
        return join(step);
    }
    if (strncmp(step, "close=", 6) == 0) {
        return close_one(step, atoi(step + 6), 1);
    }
    if (strncmp(step, "drop=", 5) == 0) {
        return close_one(step, atoi(step + 5), 0);
    }
    return fail(step, "no such step");
}

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        if (do_step(argv[i]) != 0) {
            return 1;
        }
    }
    return 0;
}
