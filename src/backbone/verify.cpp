#include "backbone/verify.h"

#include <optional>
#include <utility>

#include "backbone/cloud_event.h"
#include "backbone/cursors.h"
#include "kafka/partition.h"

namespace homeroom::backbone {
namespace {

constexpr std::size_t page_events = 500;

// Which event of ours a record is; nothing: none.
struct EventName {
    Seq seq = 0;
    std::string id{};
};
std::optional<EventName> name_of(const kafka::Record& record, const std::string& source) {
    if (header_of(record, "ce_source") != source) return std::nullopt;
    const auto seq = store::seq_from_text(header_of(record, "ce_sequence").value_or(""));
    const auto id = header_of(record, "ce_id");
    if (!seq || !id) return std::nullopt;
    return EventName{*seq, std::string{*id}};
}

// The newest state, not a snapshot: an event is committed before it is sent.
Result<Committed> look_up(store::Database& db, const EventName& event) {
    {
        auto select = db.statement("SELECT id FROM journal WHERE seq = ?");
        select.bind(1, static_cast<std::int64_t>(event.seq));
        TRY(const bool row, select.step());
        if (row) return select.text(0) == event.id ? Committed::yes : Committed::never;
    }
    TRY(const auto first, store::first_seq(db));
    return event.seq < first ? Committed::no_more : Committed::never;
}

Result<std::string> id_of(store::Database& db, Seq seq) {
    auto select = db.statement("SELECT id FROM journal WHERE seq = ?");
    select.bind(1, static_cast<std::int64_t>(seq));
    TRY(const bool row, select.step());
    return row ? std::string{select.text(0)} : std::string{};
}

Status read_topic(store::Database& db, kafka::TopicReader& reader, const std::string& source,
                  Completeness& check) {
    for (;;) {
        TRY(auto received, reader.next());
        if (!received) return Ok{};
        auto event = name_of(received->record, source);
        if (!event) {
            check.on_foreign_record();
            continue;
        }
        TRY(const auto committed, look_up(db, *event));
        check.on_record({.partition = received->partition,
                         .seq = event->seq,
                         .id = std::move(event->id),
                         .key = std::move(received->record.key),
                         .replayed = header_of(received->record, replayed_header).has_value()},
                        committed);
    }
}

Status read_dead_letters(const OpenTopic& open, const VerifyOptions& options, Completeness& check) {
    auto reader = open(options.dead_letters);
    if (!reader.ok()) {
        if (reader.error().code == Code::not_found) return Ok{};
        return std::move(reader).error();
    }
    for (;;) {
        TRY(const auto received, (*reader)->next());
        if (!received) return Ok{};
        if (const auto event = name_of(received->record, options.source))
            check.on_dead_letter(event->seq);
    }
}

// What not even the dead letters took is known, too.
Status read_left_out(store::Database& db, Completeness& check) {
    auto select = db.statement("SELECT seq FROM kafka_left_out");
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return Ok{};
        check.on_dead_letter(static_cast<Seq>(select.number(0)));
    }
}

Status read_journal(store::Database& db, const JournalRange& range, std::size_t partitions,
                    const VerifyOptions& options, Completeness& check) {
    const auto is_for_nobody = [&](const store::JournalEvent& event) {
        return options.is_for_somebody && !options.is_for_somebody(event.audience);
    };
    for (Seq after = range.from - 1; after < range.to;) {
        TRY(const auto events, store::read_on(db, after, page_events));
        if (events.empty()) return Ok{};
        for (const auto& event : events) {
            if (event.seq > range.to) return Ok{};
            after = event.seq;
            if (is_forgotten(event)) {
                check.on_event(event.seq, "", "", std::nullopt, [] { return false; });
                continue;
            }
            const std::string key = key_of(event.audience);
            const auto partition =
                static_cast<std::size_t>(kafka::partition_of(key, static_cast<int>(partitions)));
            TRY(const auto id, id_of(db, event.seq));
            check.on_event(event.seq, id, key, partition, [&] { return is_for_nobody(event); });
        }
    }
    return Ok{};
}

}  // namespace

Result<VerifyResult> verify(store::Database& db, const OpenTopic& open,
                            const VerifyOptions& options) {
    VerifyResult result;
    TRY(result.journal_first, store::first_seq(db));
    TRY(result.journal_last, store::last_seq(db));
    TRY(result.range, find_range(db, options.from, options.to));
    if (result.journal_last > seqs_max)
        return Error{Code::too_large, "the journal is longer than can be held against a topic"};
    TRY(auto stored, stored_cursors(db));
    TRY(const auto reader, open(options.topic));
    result.extents = reader->extents();
    const std::size_t partitions = result.extents.size();
    std::vector<Seq> delivered(partitions, result.journal_last);
    if (!options.other_topic) {
        TRY(delivered, cursors_for(db, std::move(stored), partitions));
    }
    Completeness check{result.extents, std::move(delivered), result.journal_last,
                       !options.other_topic};
    TRY_OK(read_topic(db, *reader, options.source, check));
    if (!options.other_topic) {
        TRY_OK(read_dead_letters(open, options, check));
        TRY_OK(read_left_out(db, check));
    }
    TRY_OK(read_journal(db, result.range, partitions, options, check));
    result.report = check.report();
    return result;
}

}  // namespace homeroom::backbone
