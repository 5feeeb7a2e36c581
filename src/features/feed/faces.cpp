#include "features/feed/faces.h"

#include <array>
#include <optional>

#include "base/ids.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;

constexpr std::array animals{
    "Badger",   "Beaver",  "Bison",   "Camel",   "Crane",    "Curlew",  "Dolphin", "Dormouse",
    "Eagle",    "Falcon",  "Ferret",  "Finch",   "Fox",      "Gazelle", "Gecko",   "Hare",
    "Hedgehog", "Heron",   "Ibex",    "Jackdaw", "Kestrel",  "Koala",   "Lark",    "Lemur",
    "Lynx",     "Magpie",  "Marten",  "Mole",    "Moose",    "Newt",    "Otter",   "Owl",
    "Panda",    "Pelican", "Penguin", "Plover",  "Puffin",   "Quail",   "Raven",   "Robin",
    "Salmon",   "Seal",    "Shrew",   "Sparrow", "Squirrel", "Stork",   "Swallow", "Swan",
    "Tapir",    "Tern",    "Toad",    "Trout",   "Turtle",   "Vole",    "Walrus",  "Warbler",
    "Weasel",   "Whale",   "Wolf",    "Wombat",  "Woodcock", "Wren",    "Yak",     "Zebra",
};

Author named(const campus::Directory& directory, const Author& author) {
    const auto person = directory.person(author.id);
    return {author.id, person ? person->name : author.name};
}

Result<std::optional<Author>> pseudonym_in(store::Database& db, std::string_view thread,
                                           std::string_view user) {
    auto select = db.statement("SELECT id, name FROM pseudonyms WHERE post = ? AND user = ?");
    select.bind_all(thread, user);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Author>{};
    return std::optional{Author{std::string{select.text(0)}, std::string{select.text(1)}}};
}

Result<bool> is_taken(store::Database& db, std::string_view thread, const std::string& name) {
    auto select = db.statement("SELECT 1 FROM pseudonyms WHERE post = ? AND name = ?");
    select.bind_all(thread, std::string_view{name});
    return select.step();
}

// From random bytes alone: neither the person nor the order in which they came shows in it, but for
// the number of those who came when an animal had gone.
Result<std::string> free_name(store::Database& db, std::string_view thread) {
    std::size_t place = 0;
    for (const char c : random_bytes(2)) place = place * 256 + static_cast<unsigned char>(c);
    for (std::size_t round = 1;; ++round) {
        for (std::size_t i = 0; i < animals.size(); ++i) {
            std::string name = std::string{"Anonymous "} + animals[(place + i) % animals.size()];
            if (round > 1) name += " " + std::to_string(round);
            TRY(const bool taken, is_taken(db, thread, name));
            if (!taken) return name;
        }
    }
}

Status add_pseudonym(store::Database& db, Post& post, std::string_view user) {
    TRY(const auto name, free_name(db, post.id));
    const std::string id = "~" + random_id20();
    ++post.pseudonyms;
    return db.statement("INSERT INTO pseudonyms (post, user, id, name) VALUES (?, ?, ?, ?)")
        .bind_all(std::string_view{post.id}, user, std::string_view{id}, std::string_view{name})
        .run();
}

Result<bool> was_seen_by_name(store::Database& db, const Post& post, std::string_view user) {
    if (post.author.id == user && !post.anonymous) return true;
    auto select = db.statement(
        "SELECT EXISTS (SELECT 1 FROM comments WHERE post = ?1 AND author = ?2 AND anonymous = 0) "
        "OR EXISTS (SELECT 1 FROM reactions WHERE user = ?2 AND (target = ?1 OR target IN "
        "(SELECT id FROM comments WHERE post = ?1)))");
    select.bind_all(std::string_view{post.id}, user);
    TRY([[maybe_unused]] const bool found, select.step());
    return select.number(0) != 0;
}

}  // namespace

Result<Author> face_of(store::Database& db, const campus::Directory& directory, const Post& post,
                       const Author& who) {
    if (post.pseudonyms == 0) return named(directory, who);
    TRY(auto pseudonym, pseudonym_in(db, post.id, who.id));
    return pseudonym ? std::move(*pseudonym) : named(directory, who);
}

Result<Author> author_face(store::Database& db, const campus::Directory& directory,
                           std::string_view thread, const Author& author, bool anonymous) {
    if (!anonymous) return named(directory, author);
    TRY(auto pseudonym, pseudonym_in(db, thread, author.id));
    // Never the name, whatever happened to the row.
    return pseudonym ? std::move(*pseudonym) : Author{"~", "Anonymous"};
}

Result<bool> requested_anonymity(const campus::WriteCall& call, const Json& request,
                                 const Post& post) {
    TRY(const auto asked, campus::optional_bool(request, "anonymous"));
    if (!asked.value_or(false)) return false;
    if (!call.policy.feed.anonymous)
        return Error{Code::forbidden, "this school has no anonymous questions", "anonymous"};
    if (post.visibility.kind == Visibility::Kind::users) {
        return Error{Code::invalid, "a post for some people has no anonymous authors", "anonymous"};
    }
    return true;
}

Result<bool> comment_anonymously(campus::WriteCall& call, const Json& request, Post& post) {
    auto& db = call.transaction.db();
    TRY(const auto asked, campus::optional_bool(request, "anonymous"));
    TRY(const auto pseudonym, pseudonym_in(db, post.id, call.who.user));
    if (pseudonym) {
        if (asked.value_or(true)) return true;
        return Error{Code::conflict, "you are anonymous in this thread", "anonymous"};
    }
    TRY(const bool wanted, requested_anonymity(call, request, post));
    if (!wanted) return false;
    TRY(const bool seen, was_seen_by_name(db, post, call.who.user));
    if (seen) return Error{Code::conflict, "you were seen in this thread by name", "anonymous"};
    TRY_OK(add_pseudonym(db, post, call.who.user));
    TRY_OK(db.statement("UPDATE posts SET pseudonyms = ? WHERE id = ?")
               .bind_all(post.pseudonyms, std::string_view{post.id})
               .run());
    return true;
}

Status hide_author(campus::WriteCall& call, Post& post) {
    post.anonymous = true;
    return add_pseudonym(call.transaction.db(), post, post.author.id);
}

Json to_json(const Author& face) {
    return Json{{"id", face.id}, {"name", face.name}};
}

}  // namespace homeroom::features::feed
