// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The text of the environment is changed in place: setenv(3) would allocate from the program's
// heap.

#include "lib/preload/settings.hpp"

#include "lib/preload/layout.hpp"

#include <cstring>

namespace handrail::preload {

namespace {

// Returns: the value of the entry "NAME=value", or null if its name is another.
char* value_of(char* entry, char const* name) noexcept {
    std::size_t const length = std::strlen(name);
    return std::strncmp(entry, name, length) == 0 && entry[length] == '=' ? entry + length + 1
                                                                          : nullptr;
}

int number_at(char const* text) noexcept {
    int value = 0;
    for (; '0' <= *text && *text <= '9' && value < 100'000'000; ++text) {
        value = value * 10 + (*text - '0');
    }
    return value;
}

void apply(settings& to, char const* word, std::size_t length) noexcept {
    constexpr char limit[] = "descriptors=";
    if (std::strncmp(word, limit, sizeof limit - 1) == 0) {
        to.descriptors = number_at(word + sizeof limit - 1);
    } else if (length == 6 && std::strncmp(word, "emfile", length) == 0) {
        to.emfile = true;
    } else if (length == 7 && std::strncmp(word, "signals", length) == 0) {
        to.signals = true;
    } else if (length == 8 && std::strncmp(word, "children", length) == 0) {
        to.children = true;
    } else if ('0' <= *word && *word <= '9') {
        to.channel = number_at(word);
    }
}

settings parsed(char const* text) noexcept {
    settings result;
    while (*text != '\0') {
        std::size_t const length = std::strcspn(text, ",");
        apply(result, text, length);
        text += length + (text[length] == ',');
    }
    return result;
}

bool names_this_library(char const* path, std::size_t length) noexcept {
    constexpr std::size_t size = sizeof library_name - 1;
    return length >= size && std::memcmp(path + length - size, library_name, size) == 0;
}

// LD_PRELOAD is a list with colons or blanks between its paths (ld.so(8)).
void remove_this_library(char* list) noexcept {
    for (char* path = list; *path != '\0';) {
        std::size_t const length = std::strcspn(path, ": ");
        char* const rest = path + length + (path[length] != '\0');
        if (names_this_library(path, length)) {
            std::memmove(path, rest, std::strlen(rest) + 1);
        } else {
            path = rest;
        }
    }
    std::size_t const length = std::strlen(list);
    if (length != 0 && (list[length - 1] == ':' || list[length - 1] == ' ')) {
        list[length - 1] = '\0';
    }
}

bool is_to_be_removed(char* entry) noexcept {
    char* const preloaded = value_of(entry, "LD_PRELOAD");
    if (preloaded == nullptr) {
        return value_of(entry, environment_name) != nullptr;
    }
    bool const was_empty = *preloaded == '\0';
    remove_this_library(preloaded);
    return !was_empty && *preloaded == '\0';
}

}  // namespace

void clean_environment(char** environment) noexcept {
    char** to = environment;
    for (char** from = environment; *from != nullptr; ++from) {
        if (!is_to_be_removed(*from)) {
            *to++ = *from;
        }
    }
    *to = nullptr;
}

settings take_settings(char** environment) noexcept {
    settings result;
    for (char** each = environment; *each != nullptr; ++each) {
        if (char const* const value = value_of(*each, environment_name)) {
            result = parsed(value);
        }
    }
    if (!result.children) {
        clean_environment(environment);
    }
    return result;
}

}  // namespace handrail::preload
