// For tests: the small school with people who write documents in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campus/groups/group_records.h"
#include "campus/test_surface.h"
#include "features/documents/documents.h"
#include "features/documents/judging.h"
#include "yjs/test_updates.h"

namespace homeroom::features::documents {

class DocumentsUnderTest : public campus::SurfaceUnderTest {
public:
    DocumentsUnderTest()
        : SurfaceUnderTest(register_documents,
                           {documents_migrations(), campus::group_migrations()}) {}

    // How many wholes have the word "secret" in them.
    std::int64_t secrets_kept() {
        return count(store::on_postgres() ? "SELECT count(*) FROM document_snapshots"
                                            " WHERE position('secret'::bytea IN bytes) > 0"
                                          : "SELECT count(*) FROM document_snapshots"
                                            " WHERE instr(bytes, CAST('secret' AS BLOB)) > 0");
    }
    // The id of a new document of physics, where sam and sue are students and tim is the teacher.
    std::string made(const std::string& owner, const std::string& members = "editor") {
        return must(owner, "doc:create",
                    {{"room", "class-physics"}, {"title", "Essay"}, {"members", members}})
            .at("doc")
            .at("id");
    }

    std::string made_board(const std::string& owner, const std::string& members = "drawer") {
        return must(owner, "doc:create",
                    {{"room", "class-physics"},
                     {"title", "Board"},
                     {"kind", "whiteboard"},
                     {"members", members}})
            .at("doc")
            .at("id");
    }

    // What the relay does with an update, without its telling.
    Result<Taken> take(const std::string& user, const std::string& name, const std::string& bytes) {
        std::promise<Result<Taken>> taken;
        Result<Taken> result{Error{Code::internal, ""}};
        EXPECT_TRUE(store->submit(
            {.work = [&](store::Transaction& transaction) -> Status {
                 TRY(const auto update, yjs::decode_update(bytes, yjs::update_limits));
                 auto& part = parts_[name];
                 if (!part) {
                     TRY(part, load_part(transaction.db(), name));
                 }
                 TRY(auto one, take_update(transaction, directory, {.user = user, .name = user},
                                           *parse_name(name), *part, update));
                 result = std::move(one);
                 return Ok{};
             },
             .done =
                 [&](const Status& status) {
                     taken.set_value(status.ok() ? std::move(result) : status.error());
                 }}));
        return taken.get_future().get();
    }
    std::string outcome_of(const std::string& user, const std::string& name,
                           const std::string& bytes) {
        auto taken = take(user, name, bytes);
        return words_of(taken.ok() ? Result<campus::Json>{campus::Json::object()}
                                   : Result<campus::Json>{taken.error()});
    }
    std::string text_of(const std::string& user, const std::string& name) {
        return must(user, "doc:export", {{"doc", name}, {"root", "t"}}).at("text");
    }
    // As the relay does.
    bool compact(const std::string& name) {
        std::promise<bool> done;
        EXPECT_TRUE(store->submit(
            {.work = [&](store::Transaction& transaction) -> Status {
                 TRY(const auto compacted, compact_part(transaction.db(), name));
                 if (!compacted) return Error{Code::conflict, "nothing"};
                 TRY(const bool replaced,
                     replace_snapshot(transaction, name, *compacted, parts_[name].get()));
                 if (!replaced) return Error{Code::conflict, "not put"};
                 return Ok{};
             },
             .done = [&](const Status& s) { done.set_value(s.ok()); }}));
        return done.get_future().get();
    }
    std::vector<std::string> uncompacted() {
        std::promise<std::vector<std::string>> read;
        EXPECT_TRUE(store->submit_read([&](Result<store::Database*> db) {
            auto parts = uncompacted_parts(**db, "", 10);
            EXPECT_TRUE(parts.ok());
            read.set_value(std::move(*parts));
        }));
        return read.get_future().get();
    }
    void forget_parts() { parts_.clear(); }
    Part& part(const std::string& name) { return *parts_.at(name); }

private:
    std::map<std::string, std::shared_ptr<Part>> parts_{};
};

}  // namespace homeroom::features::documents
