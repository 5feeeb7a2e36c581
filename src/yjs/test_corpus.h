// y-crdt's cases (tests/data/yjs): updates by real Yjs, and what comes out of them.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/test_source_folder.h"
#include "yjs/any.h"
#include "yjs/reader.h"

namespace homeroom::yjs::test {

struct Case {
    std::vector<std::string_view> updates;
    std::string_view text;
    std::string map_json;
    std::string list_json;
};

inline const std::string& corpus() {
    static const std::string bytes = [] {
        std::ifstream file{source_folder() / "tests/data/yjs/ycrdt-small-test-dataset.bin",
                           std::ios::binary};
        return std::string{std::istreambuf_iterator<char>{file}, {}};
    }();
    return bytes;
}

// All of them; empty if the file is not what it was.
inline std::vector<Case> cases() {
    Reader reader{corpus()};
    std::vector<Case> all(static_cast<std::size_t>(reader.count(1)));
    for (Case& one : all) {
        one.updates.resize(static_cast<std::size_t>(reader.count(1)));
        for (std::string_view& update : one.updates) update = reader.buffer();
        one.text = reader.string();
        append_any_json(reader, one.map_json);
        append_any_json(reader, one.list_json);
    }
    if (reader.failed() || !reader.done()) all.clear();
    return all;
}

}  // namespace homeroom::yjs::test
