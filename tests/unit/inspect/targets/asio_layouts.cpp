// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Has what Asio keeps for descriptors and strands, as its versions lay it out, without Asio:
// "slim", with a mutex of one word, and "wide", with a larger one. Writes a line for each object,
// "name address", then "ready", and waits for input.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

// Recognised by their names.
namespace boost::asio::detail {

struct epoll_reactor {
    virtual ~epoll_reactor() = default;
    void* unused = nullptr;
};

struct strand_executor_service {
    virtual ~strand_executor_service() = default;
    void* first = nullptr;
};

}  // namespace boost::asio::detail

namespace {

using boost::asio::detail::epoll_reactor;
using boost::asio::detail::strand_executor_service;

void complete() {}

template <std::size_t MutexWords>
struct descriptor_state {
    void* next_operation = nullptr;
    void (*function)() = &complete;
    std::uint32_t result = 0;
    descriptor_state* next = nullptr;
    descriptor_state* previous = nullptr;
    std::uint64_t mutex[MutexWords] = {};
    epoll_reactor* reactor = nullptr;
    std::int32_t number = -1;
    std::uint32_t events = 0;
    void* queues[6] = {};
    bool flags[4] = {};
};

struct socket {
    std::int32_t number = -1;
    std::uint32_t flags = 0;
    void* state = nullptr;
};

template <std::size_t MutexWords>
struct strand {
    std::uint64_t mutex_and_flags[MutexWords] = {};
    void* queues[4] = {};
    strand* next = nullptr;
    strand* previous = nullptr;
    strand_executor_service* service = nullptr;
};

void print(std::string const& name, void const* at) { std::printf("%s %p\n", name.c_str(), at); }

// The sockets have number 0: a descriptor of any program.
template <std::size_t MutexWords>
auto make_socket(std::string const& name, epoll_reactor* reactor) {
    auto state = std::make_unique<descriptor_state<MutexWords>>();
    state->reactor = reactor;
    state->number = 0;
    auto owner = std::make_unique<socket>();
    owner->number = 0;
    owner->state = state.get();
    print(name + "_socket", owner.get());
    print(name + "_state", state.release());
    return owner;
}

template <std::size_t MutexWords>
auto make_strands(std::string const& name) {
    auto service = std::make_unique<strand_executor_service>();
    auto* const front = new strand<MutexWords>;
    auto* const back = new strand<MutexWords>;
    front->next = back;
    back->previous = front;
    front->service = back->service = service.get();
    service->first = front;
    print(name + "_next", &front->next);
    print(name + "_previous", &back->previous);
    return service;
}

}  // namespace

int main() {
    auto const reactor = std::make_unique<epoll_reactor>();
    auto const slim_socket = make_socket<1>("slim", reactor.get());
    auto const wide_socket = make_socket<6>("wide", reactor.get());
    auto const slim_strands = make_strands<1>("slim");
    auto const wide_strands = make_strands<2>("wide");
    std::puts("ready");
    std::fflush(stdout);
    std::getchar();
}
