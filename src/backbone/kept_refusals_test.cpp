#include "backbone/kept_refusals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backbone/cursors.h"
#include "backbone/inbox.h"
#include "store/test_postgres.h"
#include "store/test_temporary_directory.h"

namespace homeroom::backbone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class KeptRefusalsTest : public testing::Test {
protected:
    KeptRefusalsTest() {
        auto opened = store::Store::open(
            {.directory = files_.path(), .postgres = store::test_postgres(files_.path())},
            backbone_migrations());
        EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
        store_ = std::move(opened).value();
    }
    void refuse(const std::string& id, const std::string& words) {
        run([&](store::Transaction& transaction) -> Status {
            TRY([[maybe_unused]] const bool refused,
                backbone::refuse(transaction, "/sis", id, {Code::invalid, words}));
            return Ok{};
        });
    }
    void carry_out(const std::string& id) {
        run([&](store::Transaction& transaction) -> Status {
            TRY([[maybe_unused]] const bool is_new, admit(transaction, "/sis", id));
            return Ok{};
        });
    }
    // What it is told when it comes again.
    std::string again(const std::string& id) {
        std::string words;
        run([&](store::Transaction& transaction) -> Status {
            const auto admitted = admit(transaction, "/sis", id);
            words = admitted.ok() ? (*admitted ? "new" : "done")
                                  : std::string{to_string(admitted.error().code)} + " " +
                                        admitted.error().message;
            return Ok{};
        });
        return words;
    }
    std::vector<std::string> exported(const std::string& user) {
        const auto page =
            campus::read_personal_list(store_->db(), personal_data().lists.front(), user, "");
        EXPECT_TRUE(page.ok());
        std::vector<std::string> ids;
        if (!page.ok()) return ids;
        for (const auto& entry : page->entries) ids.push_back(entry.at("id"));
        return ids;
    }
    void erase(const std::string& user) {
        std::string position;
        for (bool more = true; more;) {
            run([&](store::Transaction& transaction) -> Status {
                campus::EraseCall call{transaction, directory_, user, position};
                TRY(more, personal_data().erasing.front().step(call));
                position = call.position;
                return Ok{};
            });
        }
    }

private:
    template <typename Work>
    void run(const Work& work) {
        const auto status = store_->run_now(work);
        ASSERT_TRUE(status.ok()) << status.error().message;
    }

    store::TemporaryDirectory files_;
    std::unique_ptr<store::Store> store_;
    campus::Directory directory_;
};

TEST_F(KeptRefusalsTest, WhoIsNamedByTheWordsIsInHisExportAlone) {
    refuse("1", "userSourcedId names nothing on the roster: ada");
    refuse("2", "userSourcedId names nothing on the roster: canada");
    refuse("3", "there is no such room");
    refuse("4", "user ada is sis's to change, which comes before rest in roster.sources");
    carry_out("5");
    EXPECT_THAT(exported("ada"), ElementsAre("1", "4"));
    EXPECT_THAT(exported("ben"), IsEmpty());
}

TEST_F(KeptRefusalsTest, ErasureTakesTheWordsAndNotTheRefusal) {
    refuse("1", "userSourcedId names nothing on the roster: ada");
    refuse("2", "there is no such room");
    carry_out("ada-1");
    erase("ada");
    EXPECT_THAT(exported("ada"), IsEmpty());
    EXPECT_EQ(again("1"), "invalid ");
    EXPECT_EQ(again("2"), "invalid there is no such room");
    EXPECT_EQ(again("ada-1"), "done");
}

}  // namespace
}  // namespace homeroom::backbone
