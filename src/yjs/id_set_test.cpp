#include "yjs/id_set.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <set>
#include <utility>

#include "base/test_draw.h"
#include "codec/test_bytes.h"

namespace homeroom::yjs {
namespace {

using Units = std::set<std::pair<ClientId, Clock>>;

void add_units(Units& units, const IdRange& range) {
    for (Clock i = 0; i < range.length; ++i) units.emplace(range.client, range.clock + i);
}

Units units_of(const std::vector<IdRange>& ranges) {
    Units units;
    for (const IdRange& range : ranges) add_units(units, range);
    return units;
}

IdRange drawn_range() {
    return {test::below(3), test::below(40), test::below(6)};
}

std::vector<IdRange> drawn_ranges() {
    std::vector<IdRange> ranges(test::below(20));
    for (IdRange& range : ranges) range = drawn_range();
    return ranges;
}

TEST(YjsIdSet, JoinsWhatTouches) {
    const IdSet set{{{1, 5, 2}, {2, 0, 1}, {1, 0, 3}, {1, 3, 2}}};
    EXPECT_EQ(set.ranges(), (std::vector<IdRange>{{2, 0, 1}, {1, 0, 7}}));
    EXPECT_EQ(set.known_from_start(1), 7U);
    EXPECT_EQ(set.known_from_start(3), 0U);
    EXPECT_EQ(set.clients(), 2U);
}

TEST(YjsIdSet, DeleteSetsAreWrittenByClient) {
    std::string bytes;
    append_delete_set(bytes, std::vector<IdRange>{{9, 1, 2}, {9, 7, 1}, {3, 0, 300}});
    EXPECT_EQ(bytes, codec::test::bytes("02 09 02 0102 0701 03 01 00ac02"));
}

RC_GTEST_PROP(YjsIdSet, HoldsTheUnitsThatWereAdded, ()) {
    IdSet set;
    Units units;
    for (const IdRange& range : drawn_ranges()) {
        set.add(range);
        add_units(units, range);
    }
    RC_ASSERT(units_of(set.ranges()) == units);
    for (std::size_t i = 1; i < set.ranges().size(); ++i) {
        const IdRange& before = set.ranges()[i - 1];
        const IdRange& range = set.ranges()[i];
        RC_ASSERT(before.client > range.client ||
                  (before.client == range.client && before.end() < range.clock));
    }
}

RC_GTEST_PROP(YjsIdSet, IsTheSameInOneGo, ()) {
    const std::vector<IdRange> ranges = drawn_ranges();
    RC_ASSERT(units_of(IdSet{ranges}.ranges()) == units_of(ranges));
}

RC_GTEST_PROP(YjsIdSet, IsTheSameInTwoGoes, ()) {
    const std::vector<IdRange> first = drawn_ranges();
    const std::vector<IdRange> second = drawn_ranges();
    Units expected = units_of(first);
    for (const IdRange& range : second) add_units(expected, range);
    IdSet set{first};
    set.add(second);
    RC_ASSERT(units_of(set.ranges()) == expected);
}

RC_GTEST_PROP(YjsIdSet, TellsWhatIsMissing, ()) {
    const IdSet set{drawn_ranges()};
    const Units units = units_of(set.ranges());
    const IdRange asked = drawn_range();
    Units expected;
    add_units(expected, asked);
    for (const auto& unit : units) expected.erase(unit);
    std::vector<IdRange> missing;
    set.append_missing(asked, missing);
    RC_ASSERT(units_of(missing) == expected);
    RC_ASSERT(set.contains(asked) == expected.empty());
}

}  // namespace
}  // namespace homeroom::yjs
