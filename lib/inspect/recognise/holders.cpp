// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Where descriptors' numbers are. Small numbers are everywhere: a plain int is believed only if its
// type names it like a descriptor, or if it stands where a library has one.

#include "lib/inspect/graph/words.hpp"
#include "lib/inspect/recognise/recognisers.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace handrail::inspect {

namespace {

struct numbers {
    std::vector<descriptor> all;  // by number

    explicit numbers(target const& program) {
        for (descriptor const& each : program.descriptors()) {
            if (each.number > 2) {
                all.push_back(each);
            }
        }
        std::sort(all.begin(), all.end(),
                  [](auto const& a, auto const& b) { return a.number < b.number; });
    }
    descriptor const* find(std::uint32_t value) const {
        auto const found = std::lower_bound(
            all.begin(), all.end(), value, [](descriptor const& each, std::uint32_t wanted) {
                return static_cast<std::uint32_t>(each.number) < wanted;
            });
        bool const is_it = found != all.end() && static_cast<std::uint32_t>(found->number) == value;
        return is_it ? &*found : nullptr;
    }
};

// Whether a part of the name, "socket" in client_socket or clientSocket, says so.
bool names_descriptor(std::string_view name) {
    constexpr std::array<std::string_view, 8> words{"fd",         "fds",  "sock",   "socket",
                                                    "descriptor", "file", "handle", "sockets"};
    std::string part;
    auto const is_word = [&] { return std::find(words.begin(), words.end(), part) != words.end(); };
    for (char const c : name) {
        auto const letter = static_cast<unsigned char>(c);
        if (c == '_' || std::isupper(letter) != 0) {
            if (is_word()) {
                return true;
            }
            part.clear();
        }
        if (c != '_') {
            part += static_cast<char>(std::tolower(letter));
        }
    }
    return is_word();
}

using offsets = std::vector<std::uint32_t>;

void add_typed_ints(type const& of, std::string_view name, std::uint64_t at, offsets& to,
                    unsigned depth) {
    constexpr std::size_t most = 64;
    if (to.size() == most || depth == 8) {
        return;
    }
    if (of.kind() == type_kind::base && of.name() == "int" && names_descriptor(name)) {
        to.push_back(static_cast<std::uint32_t>(at));
    } else if (of.kind() == type_kind::array && of.target().size() != 0) {
        std::uint64_t const size = of.target().size();
        for (std::uint64_t n = 0; n != std::min<std::uint64_t>(of.size() / size, 8); ++n) {
            add_typed_ints(of.target(), name, at + n * size, to, depth + 1);
        }
    } else if (of.kind() == type_kind::class_type) {
        for (member const& each : of.members()) {
            std::string_view const step = each.name.empty() || each.name.starts_with("_M_")
                                              ? name
                                              : std::string_view(each.name);
            add_typed_ints(each.type, step, at + each.offset, to, depth + 1);
        }
    }
}

class typed_ints {
public:
    typed_ints(recognition& look, numbers const& open) : look_(look), open_(open) {}

    void read(node_id at) {
        node const& in = look_.graph.nodes[at];
        if (!in.object_type) {
            return;
        }
        offsets const& known = offsets_of(in);
        bool const repeated = in.kind == node_kind::elements;
        std::uint64_t const step =
            repeated ? std::max<std::uint64_t>(in.object_type.size(), 4) : in.size;
        for (std::uint64_t begin = in.object_offset; !known.empty() && begin + 4 <= in.size;
             begin += std::max<std::uint64_t>(step, 4)) {
            for (std::uint32_t const offset : known) {
                add(at, begin + offset);
            }
        }
    }

private:
    offsets const& offsets_of(node const& in) {
        if (in.kind == node_kind::variable) {  // its own name matters if it is an int itself
            of_variable_.clear();
            add_typed_ints(in.object_type, in.name, 0, of_variable_, 0);
            return of_variable_;
        }
        auto const [found, fresh] =
            known_.try_emplace({in.object_type.index(), in.object_type.offset()});
        if (fresh) {
            add_typed_ints(in.object_type, "", 0, found->second, 0);
        }
        return found->second;
    }
    void add(node_id at, std::uint64_t offset) {
        auto const value = look_.half_word(look_.begin_of(at) + offset);
        if (offset + 4 <= look_.graph.nodes[at].size && open_.find(value) != nullptr) {
            look_.add_holder({static_cast<int>(value), at, static_cast<std::uint32_t>(offset)});
        }
    }

    recognition& look_;
    numbers const& open_;
    std::map<std::pair<dwarf_index const*, std::uint64_t>, offsets> known_;
    offsets of_variable_;
};

// The reactor's own descriptors: epoll, its timer, what wakes it.
void read_reactor(recognition& look, numbers const& open, node_id at) {
    node const& in = look.graph.nodes[at];
    if (in.kind != node_kind::service ||
        !is_asio_class(look.class_of(at).name, "asio::detail::epoll_reactor")) {
        return;
    }
    for (std::uint32_t offset = 0; offset + 4 <= in.size; offset += 4) {
        descriptor const* const found = open.find(look.half_word(in.begin + offset));
        if (found != nullptr && found->kind != descriptor_kind::socket &&
            found->kind != descriptor_kind::file) {
            look.add_holder({found->number, at, offset});
        }
    }
}

// What the kernel keeps with a descriptor in an epoll instance is its owner, if it has its number.
void read_epoll(recognition& look) {
    for (epoll_entry const& each : look.program.epoll_entries()) {
        node_id const at = look.graph.node_around(each.data & address_bits);
        if (at == no_node || look.graph.nodes[at].kind == node_kind::service) {
            continue;
        }
        node const& in = look.graph.nodes[at];
        constexpr std::uint64_t searched = 4096;
        for (std::uint32_t offset = 0; offset + 4 <= std::min(in.size, searched); offset += 4) {
            if (look.half_word(in.begin + offset) == static_cast<std::uint32_t>(each.watched)) {
                look.add_holder({each.watched, at, offset});
                break;
            }
        }
    }
}

// A socket of Asio whose io_context has ended: {service, int number, flags, descriptor_state}, both
// pointers to memory that has been freed.
bool is_orphaned_socket(recognition const& look, address number) {
    constexpr std::uint32_t stream_or_datagram = 0x30;
    std::uint32_t const flags = look.half_word(number + 4) & 0xff;
    auto const is_freed = [&](address at) {
        region const* const in = look.program.memory().region_around(at);
        return at % 8 == 0 && in != nullptr && in->writable && !in->is_module() &&
               look.graph.block_at(at) == no_node;
    };
    return (flags & stream_or_datagram) != 0 && flags < 0x80 && is_freed(look.word(number + 8)) &&
           is_freed(look.word(number - 8));
}

void read_ints(recognition& look, numbers const& open, word_reader& reader, node_id at) {
    node const& in = look.graph.nodes[at];
    auto const read_int = [&](std::uint64_t offset, std::uint32_t value) {
        descriptor const* const found = open.find(value);
        if (found == nullptr) {
            return;
        }
        if (offset % 8 == 0 && offset >= 8 && offset + 16 <= in.size &&
            in.kind != node_kind::service && found->kind == descriptor_kind::socket &&
            is_orphaned_socket(look, in.begin + offset)) {
            look.add_holder({found->number, at, static_cast<std::uint32_t>(offset)});
        }
    };
    reader.for_each(in.begin, in.end(), [&](address word, std::uint64_t value) {
        read_int(word - in.begin, static_cast<std::uint32_t>(value));
        read_int(word - in.begin + 4, static_cast<std::uint32_t>(value >> 32));
    });
}

}  // namespace

void find_holders(recognition& look) {
    find_asio_owners(look);
    numbers const open(look.program);
    if (open.all.empty()) {
        return;
    }
    typed_ints typed(look, open);
    word_reader reader(look.program.memory());
    for (node_id at = 0; at != look.graph.nodes.size(); ++at) {
        typed.read(at);
        read_reactor(look, open, at);
        read_ints(look, open, reader, at);
    }
    read_epoll(look);
}

}  // namespace handrail::inspect
