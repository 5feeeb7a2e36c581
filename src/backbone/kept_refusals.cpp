#include "backbone/kept_refusals.h"

namespace homeroom::backbone {
namespace {

// Words that name a record: "… names nothing on the roster: ada", "user ada is sis's to change, …".
// An id that is elsewhere in them may be a part of another.
constexpr campus::PersonalList lists[] = {
    {"commands.refused",
     "SELECT place, CASE WHEN substr(refusal, length(refusal) - length(?1) - 1) = ': ' || ?1"
     " OR instr(refusal, ' ' || ?1 || ' is ') > 0 THEN"
     " json_object('source', source, 'id', id, 'at', at, 'refusal', refusal) END FROM"
     " (SELECT json_array(source, id) AS place, source, id, at, refusal FROM kafka_commands"
     "  WHERE (source, id) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_POSITION(
         1) ") ORDER BY source, id LIMIT ?3)"},
};

// Of whomever else it is about it loses no more than its words.
Result<bool> erase_from_refusals(campus::EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        campus::walk(db,
                     "SELECT place, CASE WHEN instr(refusal, ?1) > 0 THEN place END FROM"
                     " (SELECT json_array(source, id) AS place, refusal FROM kafka_commands"
                     "  WHERE (source, id) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_POSITION(
                         1) ") ORDER BY source, id LIMIT ?3)",
                     call.user, call.position));
    call.position = found.position;
    for (const std::string& place : found.keys) {
        auto update = db.statement(
            "UPDATE kafka_commands SET refusal = substr(refusal, 1, instr(refusal, ' '))"
            " WHERE source = json_extract(?1, '$[0]') AND id = json_extract(?1, '$[1]')");
        update.bind(1, std::string_view{place});
        TRY_OK(update.run());
        ++call.erased;
    }
    return found.more;
}

constexpr campus::EraseRule erasing[] = {
    {"commands", erase_from_refusals},
};

}  // namespace

campus::PersonalData personal_data() {
    return {.lists = lists, .erasing = erasing};
}

}  // namespace homeroom::backbone
