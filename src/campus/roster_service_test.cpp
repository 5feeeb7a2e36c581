// One step of the roster's change without a server: rows, directory and journal together.
#include "campus/roster_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/roster/test_roster_store.h"

namespace homeroom::campus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class RosterChange : public RosterStoreFixture {
protected:
    RosterChange() {
        save(small_school());
        directory.load(load(), some_monday);
    }

    // Gives what was journalled.
    std::vector<store::JournalEvent> apply(const Directory::Changes& changes) {
        std::vector<store::JournalEvent> events;
        const auto done = store->run_now([&](store::Transaction& transaction) -> Status {
            TRY(effect, apply_roster_changes(changes, directory, transaction));
            events = transaction.events();
            return Ok{};
        });
        EXPECT_TRUE(done.ok());
        return events;
    }
    static std::vector<std::string> told(const std::vector<store::JournalEvent>& events) {
        std::vector<std::string> rooms;
        for (const auto& event : events) {
            EXPECT_EQ(event.type, "rooms:changed");
            EXPECT_EQ(event.audience.kind, "room");
            rooms.push_back(event.audience.room);
        }
        return rooms;
    }

    // The rows and the directory must say the same.
    void TearDown() override {
        Directory loaded;
        loaded.load(load(), some_monday);
        for (const auto& one : load().users) {
            EXPECT_EQ(directory.rooms_of(one.id), loaded.rooms_of(one.id)) << one.id;
            EXPECT_EQ(directory.user(one.id), loaded.user(one.id)) << one.id;
        }
        EXPECT_EQ(directory.members_of("global"), loaded.members_of("global"));
        EXPECT_EQ(directory.counts().enrollments, loaded.counts().enrollments);
        EXPECT_EQ(directory.counts().classes, loaded.counts().classes);
        EXPECT_EQ(directory.counts().orgs, loaded.counts().orgs);
    }

    Directory directory;
    Rerouting effect;
};

TEST_F(RosterChange, TellsAUserWhatHeJoinedAndLeft) {
    const auto events = apply(Edit{}.put(enrolled("sam", "art")).remove_enrollment("sam|physics"));
    ASSERT_THAT(told(events), ElementsAre("user-sam"));
    const auto payload = Json::parse(events[0].payload);
    EXPECT_THAT(payload.at("joined"), UnorderedElementsAre("class-art", "institution-south"));
    EXPECT_THAT(payload.at("left"),
                UnorderedElementsAre("class-physics", "course-science", "institution-north"));
    EXPECT_EQ(payload.at("rooms").at("classes"), Json({"class-art"}));
    EXPECT_EQ(payload.at("by"), nullptr);
    EXPECT_EQ(payload.at("room"), "user-sam");
    EXPECT_TRUE(directory.is_member("sam", "class-art"));
    ASSERT_EQ(effect.departures.size(), 1U);
    EXPECT_EQ(effect.departures[0].user, "sam");
    EXPECT_EQ(Json(effect.departures[0].left), payload.at("left"));
}

TEST_F(RosterChange, TellsNobodyOfAChangeThatLeavesHimWhereHeIs) {
    auto renamed = user("sam");
    renamed.email = "new@example.org";
    EXPECT_THAT(apply(Edit{}.put(renamed)), IsEmpty());
    EXPECT_THAT(effect.touched, ElementsAre("sam"));
    EXPECT_THAT(effect.departures, IsEmpty());
    EXPECT_THAT(apply(Edit{}.put(enrolled("sam", "physics"))), IsEmpty());
    EXPECT_THAT(apply({}), IsEmpty());
}

TEST_F(RosterChange, TellsNobodyWhoWasUnknownBefore) {
    const auto events =
        apply(Edit{}.put(user("new")).put(enrolled("new", "art")).put(enrolled("sam", "art")));
    EXPECT_THAT(told(events), ElementsAre("user-sam"));
    EXPECT_TRUE(directory.is_member("new", "class-art"));
    // From now on he is known.
    EXPECT_THAT(told(apply(Edit{}.put(enrolled("new", "physics")))), ElementsAre("user-new"));
}

TEST_F(RosterChange, TellsAUserWhoIsDisabledThatNothingIsLeft) {
    const auto events = apply(Edit{}.put(disabled_user("sam")));
    ASSERT_THAT(told(events), ElementsAre("user-sam"));
    const auto payload = Json::parse(events[0].payload);
    EXPECT_THAT(payload.at("joined"), IsEmpty());
    EXPECT_THAT(payload.at("left"), testing::Contains("global"));
    EXPECT_THAT(payload.at("left"), testing::Contains("user-sam"));
}

TEST_F(RosterChange, TakesAlongWhatHangsOnARemovedRecord) {
    EXPECT_THAT(told(apply(Edit{}.remove_class("physics"))),
                UnorderedElementsAre("user-sam", "user-sue", "user-tim"));
    EXPECT_EQ(count("SELECT count(*) FROM enrollments WHERE class = 'physics'"), 0);
    apply(Edit{}.remove_user("pia"));
    EXPECT_EQ(count("SELECT count(*) FROM affiliations"), 0);
    EXPECT_FALSE(directory.person("pia"));
}

TEST_F(RosterChange, KeepsWhatTheSameStepMovesElsewhere) {
    auto moved = enrolled("sam", "physics");
    moved.class_id = "art";
    apply(Edit{}.put(moved).remove_class("physics"));
    EXPECT_TRUE(directory.is_member("sam", "class-art"));
    EXPECT_EQ(count("SELECT count(*) FROM enrollments WHERE id = 'sam|physics' AND class = 'art'"),
              1);
}

TEST_F(RosterChange, MovesEverybodyWithAClass) {
    const auto events = apply(Edit{}.put(class_in("physics", "", "south")));
    EXPECT_THAT(told(events), UnorderedElementsAre("user-sam", "user-sue", "user-tim"));
}

}  // namespace
}  // namespace homeroom::campus
