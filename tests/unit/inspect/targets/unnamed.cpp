// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Keeps counted objects in containers, in a program without debug information. Writes a line for
// each object, "name address", then "ready", and waits for input.

#include <any>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace shop {

struct item : std::enable_shared_from_this<item> {
    int number = 0;
};
using pointer = std::shared_ptr<item>;

pointer make(char const* name, int number) {
    auto made = std::make_shared<item>();
    std::printf("%s_%d %p\n", name, number, static_cast<void*>(made.get()));
    return made;
}

// Holds itself by its second member.
struct worker : std::enable_shared_from_this<worker> {
    std::shared_ptr<worker> busy;
};

// The words of an unordered container, but its size is wrong.
struct forged {
    std::unique_ptr<void*[]> buckets = std::make_unique<void*[]>(8);
    std::size_t number = 8;
    void* first = nullptr;
    std::size_t size = 2;
    float load = 1;
    std::size_t next = 8;
    void* bucket = nullptr;
};

struct everything {
    std::any any = make("any", 0);
    std::unordered_map<int, pointer> one_bucket;
    std::unordered_map<std::string, pointer> many_buckets;
    std::map<int, pointer> map;
    std::deque<pointer> deque;
    forged nothing;

    everything() {
        one_bucket.emplace(0, make("one_bucket", 0));
        for (int i = 0; i != 40; ++i) {
            many_buckets.emplace(std::to_string(i), make("many_buckets", i));
            map.emplace(i, make("map", i));
            deque.push_back(make("deque", i));
        }
        nothing.first = new void*[2]();
        nothing.buckets[0] = &nothing.first;
        std::printf("forged %p\n", nothing.first);
    }
};

std::unique_ptr<everything> all;

void start_worker() {
    auto const one = std::make_shared<worker>();
    one->busy = one;
    std::printf("worker %p\n", static_cast<void*>(one.get()));
}

}  // namespace shop

int main() {
    shop::all = std::make_unique<shop::everything>();
    shop::start_worker();
    std::puts("ready");
    std::fflush(stdout);
    std::getchar();
}
