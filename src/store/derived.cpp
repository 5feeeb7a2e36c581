#include "store/derived.h"

namespace homeroom::store {

const char* const journal_derived_schema = R"sql(
    ALTER TABLE journal ADD COLUMN derived_from INTEGER NOT NULL DEFAULT 0;
    CREATE VIEW journal_forgotten AS SELECT seq FROM journal WHERE kind = 'forgotten';
)sql";

Status publish_derived(Transaction& transaction, const EventDraft& draft, Seq source) {
    const Seq seq = transaction.moment();
    TRY_OK(transaction.publish(draft));
    return transaction.db()
        .statement("UPDATE journal SET derived_from = ? WHERE seq = ?")
        .bind_all(static_cast<std::int64_t>(source), static_cast<std::int64_t>(seq))
        .run();
}

// `users` stays, as in forget(). What was deleted stays deleted.
Status supersede(Database& db, std::string_view subject) {
    return db
        .statement(
            "UPDATE journal SET room = NULL, kind = 'superseded', payload = '{}', notes = NULL"
            " WHERE subject = ? AND kind <> 'forgotten'")
        .bind(1, subject)
        .run();
}

}  // namespace homeroom::store
