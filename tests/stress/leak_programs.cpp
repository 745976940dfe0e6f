// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Random programs whose leaks are known. Each creates objects, some managed, some of
// std::shared_ptr, lets them refer to each other in many ways, registers cleanups that hold some of
// them, then stops some cleanups and releases some references. The leaks are computed from a model
// of the references; a check must report no certain finding that is not among them. The share of
// the true leaks that was found is printed.
//
// HANDRAIL_PROGRAMS=1000000 runs a million programs; HANDRAIL_SEED=7 is the seed of the first.

#include "tests/support/owners.hpp"
#include "tests/support/repetitions.hpp"

#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <any>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

using handrail::add_cleanup;
using handrail::capturing;
using handrail::shared;
using handrail::weak;
namespace leak_check = handrail::leak_check;

namespace {

struct thing;

// A reference to a thing, which is managed by handrail or by std::shared_ptr.
struct reference {
    shared<thing> managed;
    std::shared_ptr<thing> standard;
    thing* get() const { return managed ? managed.get() : standard.get(); }
};
struct weak_reference {
    weak<thing> managed;
    std::weak_ptr<thing> standard;
    reference lock() const { return {managed.lock(), standard.lock()}; }
};
weak_reference weakened(reference const& r) { return {r.managed, r.standard}; }

struct registered {
    handrail::cleanup token;
    int owner;
    bool of_object;  // the owner is the object; else its handle
    std::vector<int> holds;
};

struct thing {
    explicit thing(int n) : number(n) { handle.assign(n); }

    int number;
    handrail_test::quiet_handle handle;
    std::vector<reference> members;
    std::vector<weak_reference> watched;
    std::vector<thing*> pointers;
    std::function<void()> slot;
    std::vector<int> slot_holds;
};

class program {
public:
    explicit program(unsigned seed) : random_(seed) {
        std::size_t const objects = 2 + pick(7);
        for (std::size_t i = 0; i != objects; ++i) {
            make();
        }
        for (std::size_t i = 0, steps = pick(24); i != steps; ++i) {
            step();
        }
        for (reference& each : roots_) {
            if (pick(4) == 0) {
                each = {};
            }
        }
    }
    program(program const&) = delete;
    program& operator=(program const&) = delete;
    ~program() {
        for (registered& each : cleanups_) {
            each.token.stop();
        }
        for (weak_reference const& each : all_) {
            if (reference const alive = each.lock(); alive.get() != nullptr) {
                alive.get()->members.clear();
                alive.get()->slot = nullptr;
            }
        }
    }

    // Returns: for each cyclic component of the model the numbers of its things.
    std::vector<std::vector<int>> leaks() const;

private:
    // matrix[a][b] != 0: node a keeps node b alive. Node 2n is thing n, node 2n + 1 its handle.
    using matrix = std::vector<std::vector<char>>;
    static std::size_t node_of(int number) { return static_cast<std::size_t>(number) * 2; }
    matrix direct_references() const;

    std::size_t pick(std::size_t below) { return random_() % below; }

    void make() {
        int const number = 1 + static_cast<int>(all_.size());
        reference r;
        if (pick(2) == 0) {
            r.managed = handrail::make<thing>(number);
        } else {
            r.standard = std::make_shared<thing>(number);
        }
        all_.push_back(weakened(r));
        roots_.push_back(std::move(r));
    }

    reference any() { return roots_[pick(roots_.size())]; }
    std::vector<reference> some() {
        std::vector<reference> held(pick(3));
        std::generate(held.begin(), held.end(), [this] { return any(); });
        return held;
    }
    static std::vector<int> numbers_of(std::vector<reference> const& held) {
        std::vector<int> numbers;
        for (reference const& each : held) {
            numbers.push_back(each.get()->number);
        }
        return numbers;
    }

    void step() {
        reference const at = any();
        thing& here = *at.get();
        switch (pick(10)) {
            case 0: here.members.push_back(any()); break;
            case 1: here.watched.push_back(weakened(any())); break;
            case 2: here.pointers.push_back(any().get()); break;
            case 3: set_slot(here); break;
            case 4:
                here.slot = nullptr;
                here.slot_holds.clear();
                break;
            case 5: here.members.clear(); break;
            case 6:
                if (!cleanups_.empty()) {
                    cleanups_[pick(cleanups_.size())].token.stop();
                }
                break;
            default: register_one(at); break;
        }
    }

    void set_slot(thing& here) {
        auto held = some();
        here.slot_holds = numbers_of(held);
        here.slot = [held = std::move(held), w = weakened(any())] { (void)held; };
    }

    template <class Owner>
    handrail::cleanup add(Owner& owner, std::vector<reference> held) {
        switch (pick(5)) {
            case 0: return add_cleanup(owner, [](std::vector<reference>) {}, std::move(held));
            case 1: return add_cleanup(owner, capturing([held = std::move(held)] { (void)held; }));
            case 2:
                return add_cleanup(
                    owner, capturing([held = std::move(held), own = std::make_unique<int>(1)] {}));
            case 3:
                return add_cleanup(
                    owner, [](std::function<void()>) {},
                    std::function<void()>([held = std::move(held)] { (void)held; }));
            default: return add_cleanup(owner, [](std::any) {}, std::any(std::move(held)));
        }
    }

    void register_one(reference const& at) {
        auto held = some();
        auto numbers = numbers_of(held);
        bool const of_object = at.managed && pick(2) == 0;
        try {
            handrail::cleanup token = of_object ? add(at.managed, std::move(held))
                                                : add(at.get()->handle, std::move(held));
            cleanups_.push_back({token, at.get()->number, of_object, std::move(numbers)});
        } catch (handrail::self_capture const&) {
            // The registration was refused: no leak.
        }
    }

    std::minstd_rand random_;
    std::vector<weak_reference> all_;
    std::vector<reference> roots_;
    std::vector<registered> cleanups_;
};

program::matrix program::direct_references() const {
    std::size_t const size = 2 * (all_.size() + 1);
    matrix keeps(size, std::vector<char>(size));
    for (weak_reference const& each : all_) {
        reference const alive = each.lock();
        if (alive.get() == nullptr) {
            continue;
        }
        std::size_t const from = node_of(alive.get()->number);
        keeps[from][from + 1] = 1;
        for (reference const& member : alive.get()->members) {
            keeps[from][node_of(member.get()->number)] = 1;
        }
        for (int const held : alive.get()->slot_holds) {
            keeps[from][node_of(held)] = 1;
        }
    }
    for (registered const& each : cleanups_) {
        for (int const held : each.token.pending() ? each.holds : std::vector<int>()) {
            keeps[node_of(each.owner) + (each.of_object ? 0 : 1)][node_of(held)] = 1;
        }
    }
    return keeps;
}

// The programs are small enough for the transitive closure.
std::vector<std::vector<int>> program::leaks() const {
    matrix reaches = direct_references();
    std::size_t const size = reaches.size();
    for (std::size_t via = 0; via != size; ++via) {
        for (std::size_t from = 0; from != size; ++from) {
            for (std::size_t to = 0; to != size && reaches[from][via] != 0; ++to) {
                reaches[from][to] |= reaches[via][to];
            }
        }
    }
    std::vector<std::vector<int>> found;
    std::vector<char> in_cycle(size);
    for (std::size_t n = 0; n != size; ++n) {
        if (reaches[n][n] == 0 || in_cycle[n] != 0) {
            continue;
        }
        std::vector<int>& cycle = found.emplace_back();
        for (std::size_t other = n; other != size; ++other) {
            if (reaches[n][other] != 0 && reaches[other][n] != 0) {
                in_cycle[other] = 1;
                cycle.push_back(static_cast<int>(other / 2));
            }
        }
    }
    return found;
}

// "thing with test handle 5" -> 5.
int number_in(std::string const& resource) {
    auto const at = resource.rfind("handle ");
    return at != resource.npos ? std::atoi(resource.c_str() + at + 7) : 0;
}

struct score {
    std::size_t programs = 0, leaks = 0, found = 0, certain = 0, untrue = 0;
};

bool holds(std::vector<std::vector<int>> const& leaks, int number) {
    return std::any_of(leaks.begin(), leaks.end(), [&](std::vector<int> const& cycle) {
        return std::find(cycle.begin(), cycle.end(), number) != cycle.end();
    });
}

void run(unsigned seed, leak_check::level level, score& all) {
    leak_check::set_level(level);
    {
        program const random(seed);
        auto const truth = random.leaks();
        auto const report = leak_check::check_now();
        BOOST_TEST(!report.inconclusive, report.missing);
        std::size_t found = 0;
        for (leak_check::finding const& f : report.findings) {
            bool const is_cycle = f.id == "HR001" || f.id == "HR002" || f.id == "HR005";
            bool const is_true = holds(truth, number_in(f.resource));
            if (f.grade == leak_check::grade::certain) {
                BOOST_TEST(is_true, "seed " << seed << ": " << leak_check::to_text(report));
                all.certain += f.count;
            }
            found += is_cycle && is_true ? f.count : 0;
            all.untrue += is_cycle && !is_true;
        }
        ++all.programs;
        all.leaks += truth.size();
        all.found += std::min(found, truth.size());
    }
    leak_check::set_level(leak_check::level::off);
}

unsigned long number_from(char const* variable, unsigned long fallback) {
    char const* const text = std::getenv(variable);
    return text != nullptr ? std::strtoul(text, nullptr, 10) : fallback;
}

void print(char const* level, score const& s) {
    std::cout << "level " << level << ": " << s.programs << " programs, " << s.leaks
              << " true leaks, " << s.found << " found ("
              << (s.leaks != 0 ? 100 * s.found / s.leaks : 0) << " %), " << s.certain
              << " of the findings certain; " << s.untrue << " possible ones were not true\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_random_program_gets_a_certain_finding_that_is_not_true) {
    unsigned long const programs =
        number_from("HANDRAIL_PROGRAMS", handrail_test::repetitions(4000UL));
    unsigned long const first = number_from("HANDRAIL_SEED", 1);
    score handles, full;
    for (unsigned long i = 0; i != programs; ++i) {
        auto const seed = static_cast<unsigned>(first + i);
        if (i % 20 == 0) {
            run(seed, leak_check::level::full, full);
        } else {
            run(seed, leak_check::level::handles, handles);
        }
    }
    print("handles", handles);
    print("full", full);
    BOOST_TEST(handles.found * 10 > handles.leaks);
    BOOST_TEST(full.found * 10 > full.leaks * 6);
}
