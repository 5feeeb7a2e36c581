// The library behind a pipe, for tests that compare it with Yjs itself, and for measuring both in
// one run.
//
// frame   := length (4 bytes, little-endian) payload        on standard input, answered on output
// request := operation string, arguments { buffer }*        answer := 0 result | 1 error text
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "yjs/awareness.h"
#include "yjs/changes.h"
#include "yjs/compact.h"
#include "yjs/diff.h"
#include "yjs/document.h"
#include "yjs/merge.h"
#include "yjs/reader.h"
#include "yjs/state_vector.h"
#include "yjs/sync_message.h"
#include "yjs/update.h"
#include "yjs/version.h"
#include "yjs/writer.h"

namespace {

using namespace homeroom;
using namespace homeroom::yjs;
using Json = nlohmann::json;
using Arguments = std::span<const std::string_view>;
using Operation = std::function<Result<std::string>(Arguments)>;

Result<std::vector<Update>> decode_all(Arguments bytes) {
    std::vector<Update> updates;
    for (const std::string_view update : bytes) {
        TRY(Update decoded, decode_update(update, document_limits));
        updates.push_back(std::move(decoded));
    }
    return updates;
}

Result<std::string> encode(Arguments arguments) {
    TRY(const Update update, decode_update(arguments[0], document_limits));
    return encode_update(update);
}

Result<std::string> merge_all(Arguments arguments) {
    TRY(const std::vector<Update> updates, decode_all(arguments));
    return merge(updates);
}

Result<std::string> squash(Arguments arguments) {
    TRY(const std::vector<Update> updates, decode_all(arguments));
    return compact(updates, DeletedContent::kept);
}

Result<std::string> drop(Arguments arguments) {
    TRY(const std::vector<Update> updates, decode_all(arguments));
    return compact(updates, DeletedContent::dropped);
}

Result<std::string> diff_from(Arguments arguments) {
    TRY(const Update update, decode_update(arguments[0], document_limits));
    TRY(const StateVector known, StateVector::decode(arguments[1], document_limits.clients_max));
    return diff(update, known);
}

Result<std::string> state_vector(Arguments arguments) {
    TRY(const Update update, decode_update(arguments[0], document_limits));
    return StateVector::of(update).encode();
}

// Loads, and says nothing: for the clock.
Result<std::string> load(Arguments arguments) {
    TRY(const Update update, decode_update(arguments[0], document_limits));
    TRY(const Document document, Document::load(update));
    return std::to_string(document.waiting());
}

Result<std::string> know(Arguments arguments) {
    TRY(const Update update, decode_update(arguments[0], document_limits));
    return std::to_string(Known{update}.structs().ranges().size());
}

// document, root → all that can be seen of it
Result<std::string> show(Arguments arguments) {
    TRY(const Update update, decode_update(arguments[0], document_limits));
    TRY(const Document document, Document::load(update));
    const std::string_view root = arguments[1];
    Json authors = Json::array();
    for (const AuthoredText& text : document.authors(root))
        authors.push_back({text.begin, text.length, text.first.client, text.first.clock});
    Json shown{
        {"text", document.text(root)}, {"authors", authors}, {"waiting", document.waiting()}};
    shown["list"] = Json::parse(document.list_json(root));
    shown["map"] = Json::parse(document.map_json(root));
    return shown.dump();
}

Json as_json(std::span<const IdRange> ranges) {
    Json list = Json::array();
    for (const IdRange& range : ranges) list.push_back({range.client, range.clock, range.length});
    return list;
}

// update, the document's updates… → what it would change
Result<std::string> tell_changes(Arguments arguments) {
    TRY(const Update update, decode_update(arguments[0], document_limits));
    TRY(const std::vector<Update> before, decode_all(arguments.subspan(1)));
    Known known;
    for (const Update& other : before) known.add(other);
    const Changes result = changes(update, known);
    return Json{{"written", as_json(result.written)},
                {"deleted", as_json(result.deleted)},
                {"ahead", as_json(result.deleted_ahead)},
                {"writers", writers(result)}}
        .dump();
}

Result<std::string> strip_known(Arguments arguments) {
    TRY(const Update update, decode_update(arguments[0], document_limits));
    TRY(const std::vector<Update> before, decode_all(arguments.subspan(1)));
    Known known;
    for (const Update& other : before) known.add(other);
    return only_new(update, known);
}

// the document's updates… → its version
Result<std::string> version(Arguments arguments) {
    TRY(const std::vector<Update> updates, decode_all(arguments));
    Known known;
    for (const Update& update : updates) known.add(update);
    return Version::of(known).encode();
}

// document, version
Result<std::string> view(Arguments arguments) {
    TRY(const Update update, decode_update(arguments[0], document_limits));
    TRY(const Version then, Version::decode(arguments[1], document_limits));
    return as_of(update, then);
}

// document, version, client id
Result<std::string> restore_version(Arguments arguments) {
    TRY(const Update update, decode_update(arguments[0], document_limits));
    TRY(const Version then, Version::decode(arguments[1], document_limits));
    const ClientId client = std::stoull(std::string{arguments[2]});
    TRY(const Restored restored, restore(update, then, {client, 0}));
    if (restored.lost > 0) return Error{Code::invalid, "something is lost"};
    return restored.update;
}

Result<std::string> awareness(Arguments arguments) {
    TRY(const std::vector<AwarenessEntry> entries, decode_awareness(arguments[0]));
    Awareness states;
    for (const AwarenessEntry& entry : entries) states.apply(entry, {});
    return encode_awareness(states.entries());
}

Result<std::string> sync_message(Arguments arguments) {
    TRY(const SyncMessage message, decode_sync_message(arguments[0]));
    return encode_sync_message(message);
}

const std::map<std::string_view, Operation>& operations() {
    static const std::map<std::string_view, Operation> all{
        {"encode", encode},
        {"merge", merge_all},
        {"squash", squash},
        {"drop", drop},
        {"diff", diff_from},
        {"state_vector", state_vector},
        {"load", load},
        {"know", know},
        {"show", show},
        {"changes", tell_changes},
        {"only_new", strip_known},
        {"version", version},
        {"as_of", view},
        {"restore", restore_version},
        {"awareness", awareness},
        {"sync_message", sync_message},
    };
    return all;
}

Result<std::string> run(std::string_view name, Arguments arguments) {
    const auto found = operations().find(name);
    if (found == operations().end()) return Error{Code::invalid, "no such operation"};
    return found->second(arguments);
}

// name, rounds, its arguments… → nanoseconds, the quickest round
Result<std::string> time(Arguments arguments) {
    using Clock = std::chrono::steady_clock;
    const int rounds = std::stoi(std::string{arguments[1]});
    auto quickest = Clock::duration::max();
    for (int round = 0; round < rounds; ++round) {
        const auto begin = Clock::now();
        TRY(const std::string result, run(arguments[0], arguments.subspan(2)));
        quickest = std::min(quickest, Clock::now() - begin);
    }
    return std::to_string(std::chrono::nanoseconds{quickest}.count());
}

std::string answer(std::string_view request) {
    Reader reader{request};
    const std::string_view name = reader.string();
    std::vector<std::string_view> arguments(static_cast<std::size_t>(reader.count(1)));
    for (std::string_view& argument : arguments) argument = reader.buffer();
    const auto result = name == "time" ? time(arguments) : run(name, arguments);
    if (!result.ok()) return '\1' + result.error().message;
    return '\0' + *result;
}

bool read_exactly(char* bytes, std::size_t size) {
    return std::fread(bytes, 1, size, stdin) == size;
}

}  // namespace

int main() {
    std::array<unsigned char, 4> head{};
    while (read_exactly(reinterpret_cast<char*>(head.data()), head.size())) {
        const std::size_t size =
            head[0] | head[1] << 8U | head[2] << 16U | static_cast<std::size_t>(head[3]) << 24U;
        std::string request(size, '\0');
        if (!read_exactly(request.data(), size)) return 1;
        const std::string reply = answer(request);
        for (unsigned i = 0; i < 4; ++i)
            std::putchar(static_cast<int>(reply.size() >> 8 * i & 0xFF));
        std::fwrite(reply.data(), 1, reply.size(), stdout);
        std::fflush(stdout);
    }
    return 0;
}
