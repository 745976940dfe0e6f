// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Keeps one counted object in each kind of thing that recognisers know. Writes a line for each
// object, "name address", then "ready", and waits for input.

#include <any>
#include <array>
#include <cstdio>
#include <deque>
#include <forward_list>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace shop {

struct item : std::enable_shared_from_this<item> {
    int number = 0;
};
using pointer = std::shared_ptr<item>;

struct box {
    pointer content;
};

pointer make(char const* name) {
    auto made = std::make_shared<item>();
    std::printf("%s %p\n", name, static_cast<void*>(made.get()));
    return made;
}

// One strong reference is counted for each item, in the member whose name is written.
struct everything {
    pointer shared = make("shared");
    pointer apart = pointer(new item);
    std::vector<pointer> vector{make("vector_first"), make("vector_second")};
    std::deque<pointer> deque;
    std::list<pointer> list;
    std::forward_list<pointer> forward_list;
    std::map<int, pointer> map;
    std::set<pointer> set;
    std::unordered_map<std::string, pointer> unordered_map;
    std::array<pointer, 2> array{make("array_first"), make("array_second")};
    std::optional<pointer> optional = make("optional");
    std::variant<int, pointer> variant = make("variant");
    std::any any_large = box{make("any")};
    std::function<void()> function = [kept = make("function")] { ++kept->number; };
    std::function<void()> bound = std::bind([](pointer const& p) { ++p->number; }, make("bind"));
    std::unique_ptr<box> unique = std::make_unique<box>(box{make("unique")});
    std::string long_text = "so long that it needs a block of its own, with no word in it";

    // Destroyed references leave their words behind.
    std::vector<pointer> popped;
    std::deque<pointer> drained;
    std::optional<pointer> reset;
    std::variant<int, pointer> replaced;
    pointer once_elsewhere = make("left_over");
    std::weak_ptr<item> weak = once_elsewhere;

    everything() {
        std::printf("apart %p\n", static_cast<void*>(apart.get()));
        deque.assign({make("deque_first"), make("deque_second")});
        list.assign({make("list_first"), make("list_second")});
        forward_list.assign({make("forward_list_first"), make("forward_list_second")});
        for (char const* name : {"map_1", "map_2", "map_3", "map_4", "map_5"}) {
            map[name[4]] = make(name);
        }
        set.insert(make("set"));
        unordered_map["one"] = make("unordered_map_one");
        unordered_map["two"] = make("unordered_map_two");
        popped.push_back(once_elsewhere);
        popped.pop_back();
        drained.push_back(once_elsewhere);
        drained.pop_front();
        reset = once_elsewhere;
        reset.reset();
        replaced = once_elsewhere;
        replaced = 7;
    }
};

std::unique_ptr<everything> all;

}  // namespace shop

int main() {
    shop::all = std::make_unique<shop::everything>();
    std::puts("ready");
    std::fflush(stdout);
    std::getchar();
}
