// Whatever the bytes: no crash, limits hold, and rows written again are read as the same rows.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "codec/csv.h"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace homeroom;
    codec::csv::Reader reader{{reinterpret_cast<const char*>(data), size}};
    std::vector<std::vector<std::string>> rows;
    std::string written;
    while (reader.next()) {
        require(!reader.fields().empty() && reader.fields().size() <= limits::csv_columns_max);
        for (const auto field : reader.fields())
            require(field.size() <= limits::csv_field_bytes_max);
        rows.emplace_back(reader.fields().begin(), reader.fields().end());
        require(reader.row() == rows.size());
        codec::csv::write_row(written, reader.fields());
    }
    if (const auto& problem = reader.problem()) {
        require(problem->row == rows.size() + 1 && problem->column > 0);
        require(!codec::csv::to_string(problem->fault).empty());
    }
    codec::csv::Reader again{written};
    for (const auto& row : rows) {
        require(again.next());
        require(row == std::vector<std::string>(again.fields().begin(), again.fields().end()));
    }
    require(!again.next() && !again.problem());
    return 0;
}
