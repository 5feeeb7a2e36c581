#include "features/feed/files/file.h"

#include <algorithm>
#include <openssl/crypto.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/limits.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;

std::string signature_of(std::string_view key, std::string_view file, std::string_view user,
                         std::int64_t expires_ms) {
    // A length before each, so that no two links have the same text.
    std::string text = std::to_string(file.size()) + ':' + std::string{file};
    text += std::to_string(user.size()) + ':' + std::string{user};
    text += std::to_string(expires_ms);
    return base64::encode_url(hmac_sha256(key, text));
}

// Somebody else's, elsewhere, not there yet, used already: all are none.
Result<File> requested_file(const campus::WriteCall& call, const Json& id,
                            const std::string& room) {
    if (!id.is_string())
        return Error{Code::invalid, "attachments is a list of attachments' ids", "attachments"};
    TRY(auto file, load_file(call.transaction.db(), id.get_ref<const std::string&>()));
    if (!file || file->uploader != call.who.user || file->room != room || !file->complete ||
        !file->post.empty()) {
        return Error{Code::not_found, "there is no such attachment", "attachments"};
    }
    return std::move(*file);
}

}  // namespace

Result<std::optional<File>> load_file(store::Database& db, std::string_view id) {
    auto select = db.statement(
        "SELECT id, room, uploader, name, type, bytes, complete, post FROM files WHERE id = ?");
    select.bind(1, id);
    TRY(const bool found, select.step());
    if (!found) return std::optional<File>{};
    const auto text = [&select](int column) { return std::string{select.text(column)}; };
    return std::optional{File{.id = text(0),
                              .room = text(1),
                              .uploader = text(2),
                              .name = text(3),
                              .type = text(4),
                              .bytes = select.number(5),
                              .complete = select.number(6) != 0,
                              .post = text(7)}};
}

Result<bool> may_have(store::Database& db, const campus::Directory& directory, const File& file,
                      std::string_view user) {
    if (file.post.empty()) return file.uploader == user && directory.is_member(user, file.room);
    TRY(const auto post, load_post(db, file.post));
    return post && post->audience().admits(user, directory);
}

Result<std::vector<File>> requested_files(const campus::WriteCall& call, const Json& request,
                                          const std::string& room) {
    std::vector<File> files;
    const auto found = request.find("attachments");
    if (found == request.end() || found->is_null()) return files;
    if (!found->is_array())
        return Error{Code::invalid, "attachments is a list of attachments' ids", "attachments"};
    if (found->size() > limits::files_per_post_max) {
        return Error{
            Code::too_large,
            "a post has at most " + std::to_string(limits::files_per_post_max) + " attachments",
            "attachments"};
    }
    for (const Json& id : *found) {
        TRY(auto file, requested_file(call, id, room));
        if (std::ranges::find(files, file.id, &File::id) == files.end())
            files.push_back(std::move(file));
    }
    return files;
}

Status attach(store::Database& db, const Post& post, const std::vector<File>& files) {
    std::int64_t place = 0;
    for (const File& file : files) {
        TRY_OK(db.statement("UPDATE files SET post = ?, place = ? WHERE id = ?")
                   .bind_all(std::string_view{post.id}, place++, std::string_view{file.id})
                   .run());
    }
    return Ok{};
}

Result<Json> files_view(store::Database& db, std::string_view post) {
    auto select =
        db.statement("SELECT id, name, type, bytes FROM files WHERE post = ? ORDER BY place");
    select.bind(1, post);
    Json view = Json::array();
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return view;
        view.push_back(Json{{"id", select.text(0)},
                            {"name", select.text(1)},
                            {"type", select.text(2)},
                            {"bytes", select.number(3)}});
    }
}

Status erase_files(store::Transaction& transaction, std::string_view post) {
    auto& db = transaction.db();
    {
        auto select = db.statement("SELECT id FROM files WHERE post = ?");
        select.bind(1, post);
        while (true) {
            TRY(const bool more, select.step());
            if (!more) break;
            TRY_OK(campus::forget(transaction, select.text(0)));
        }
    }
    TRY_OK(db.statement("INSERT INTO files_gone (id) SELECT id FROM files WHERE post = ?")
               .bind(1, post)
               .run());
    return db.statement("DELETE FROM files WHERE post = ?").bind(1, post).run();
}

Result<std::string> link_key(store::Database& db) {
    auto select = db.statement("SELECT key FROM file_links");
    TRY(const bool found, select.step());
    if (!found) return Error{Code::internal, "the key of links is missing"};
    return std::string{select.text(0)};
}

FileLink make_link(std::string_view key, std::string_view file, std::string_view user,
                   WallTime expires) {
    const std::int64_t expires_ms = expires.time_since_epoch().count();
    return {std::string{user}, expires_ms, signature_of(key, file, user, expires_ms)};
}

bool is_valid(const FileLink& link, std::string_view key, std::string_view file, WallTime now) {
    if (link.expires_ms <= now.time_since_epoch().count()) return false;
    const std::string wanted = signature_of(key, file, link.user, link.expires_ms);
    return wanted.size() == link.signature.size() &&
           CRYPTO_memcmp(wanted.data(), link.signature.data(), wanted.size()) == 0;
}

}  // namespace homeroom::features::feed
