// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Runs a fuzz target over kept inputs, over beginnings of each, and over each with one byte
// changed.
//
// usage: test-fuzz-TARGET DIRECTORY

#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr std::size_t variants = 200;

std::string contents(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void run_with_variants(std::string const& input) {
    handrail_fuzz::run(input);
    std::minstd_rand random(1);
    for (std::size_t i = 0; i != variants && !input.empty(); ++i) {
        std::string changed = input;
        changed[random() % changed.size()] = static_cast<char>(random());
        handrail_fuzz::run(changed);
        handrail_fuzz::run(input.substr(0, random() % input.size()));
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator(argc == 2 ? argv[1] : ".")) {
        files.push_back(entry.path());
    }
    for (auto const& file : files) {
        run_with_variants(contents(file));
    }
    std::cout << files.size() << " inputs\n";
    return files.empty() ? 1 : 0;
}
