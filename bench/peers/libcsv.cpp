// libcsv tokenising a file, counting its fields: no more than that.
#include <csv.h>

#include <cstdio>
#include <vector>

int main(int argument_count, char** arguments) {
    if (argument_count != 2) return 5;
    std::FILE* const file = std::fopen(arguments[1], "rb");
    csv_parser parser;
    if (file == nullptr || csv_init(&parser, 0) != 0) return 1;
    std::vector<char> block(256 * 1024);
    unsigned long fields = 0;
    auto const count = [](void*, std::size_t, void* to) { ++*static_cast<unsigned long*>(to); };
    while (auto const size = std::fread(block.data(), 1, block.size(), file)) {
        if (csv_parse(&parser, block.data(), size, count, nullptr, &fields) != size) return 1;
    }
    csv_fini(&parser, count, nullptr, &fields);
    std::printf("%lu\n", fields);
}
