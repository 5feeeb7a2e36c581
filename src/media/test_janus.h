// For tests: a Janus in memory, as far as VideoRoom's interface is used. It answers when it is told
// to, in any order, and can be lost.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "media/janus_core.h"

namespace homeroom::media {

class FakeJanus {
public:
    struct Handle {
        std::uint64_t session = 0;
        std::uint64_t room = 0;
        std::uint64_t feed = 0;             // of a publisher
        std::set<std::uint64_t> watches{};  // of a subscriber
        bool is_subscriber = false;
        bool flows = false;
        bool answered = true;
        std::string offered{};            // the last offer of the client's
        std::set<std::string> stopped{};  // mids that are kept from others
    };
    struct RoomIn {
        std::string secret{};
        std::string pin{};
        std::size_t publishers = 0;
    };

    std::uint64_t session = 0;
    std::map<std::uint64_t, Handle> handles{};
    std::map<std::uint64_t, RoomIn> rooms{};
    std::vector<Json> events{};
    std::string admin_key{};
    std::vector<std::string> faults{};  // what a real one would not take

    // The answer to a request.
    Json answer(const JanusCore::Request& request) {
        const auto numbers = numbers_of(request.path);
        if (!numbers.empty() && numbers[0] != session) return error(458, "No such session");
        const Json body = Json::parse(request.body);
        const std::string what = body.at("janus");
        if (what == "create") return success((session = next_++));
        if (what == "attach") {
            handles[next_] = {.session = session};
            return success(next_++);
        }
        const std::uint64_t handle = numbers.at(1);
        if (!handles.contains(handle)) return error(459, "No such handle");
        if (what == "detach") {
            hang_up(handle);
            handles.erase(handle);
            return Json{{"janus", "success"}};
        }
        return message(handle, body);
    }
    Json poll() {
        Json list = Json::array();
        for (Json& event : events) list.push_back(std::move(event));
        events.clear();
        return list;
    }
    // A browser and this one have found each other.
    void connect(std::uint64_t handle) {
        handles.at(handle).flows = true;
        events.push_back(Json{{"janus", "webrtcup"}, {"sender", handle}});
    }
    void hang_up(std::uint64_t handle) {
        Handle& own = handles.at(handle);
        for (auto& [number, other] : handles) other.watches.erase(own.feed);
        own.flows = false;
    }
    // It begins anew and knows nothing.
    void restart() {
        session = 0;
        handles.clear();
        rooms.clear();
        events.clear();
    }
    std::set<std::uint64_t> feeds_in(std::uint64_t room) const {
        std::set<std::uint64_t> feeds;
        for (const auto& [number, handle] : handles)
            if (handle.room == room && handle.feed != 0) feeds.insert(handle.feed);
        return feeds;
    }

private:
    static std::vector<std::uint64_t> numbers_of(const std::string& path) {
        std::vector<std::uint64_t> numbers;
        for (std::size_t at = 0; at < path.size();) {
            const std::size_t end = std::min(path.find('/', at + 1), path.size());
            numbers.push_back(std::stoull(path.substr(at + 1, end - at - 1)));
            at = end;
        }
        return numbers;
    }
    static Json success(std::uint64_t id) { return {{"janus", "success"}, {"data", {{"id", id}}}}; }
    static Json error(int code, const char* reason) {
        return {{"janus", "error"}, {"error", {{"code", code}, {"reason", reason}}}};
    }
    static Json now(Json data) {
        return {{"janus", "success"},
                {"plugindata", {{"plugin", "janus.plugin.videoroom"}, {"data", std::move(data)}}}};
    }
    static Json refusal(int code, const char* words) {
        return {{"videoroom", "event"}, {"error_code", code}, {"error", words}};
    }
    Json later(std::uint64_t handle, const Json& request, Json data, Json jsep = nullptr) {
        Json event{
            {"janus", "event"},
            {"sender", handle},
            {"transaction", request.at("transaction")},
            {"plugindata", {{"plugin", "janus.plugin.videoroom"}, {"data", std::move(data)}}}};
        if (!jsep.is_null()) event["jsep"] = std::move(jsep);
        events.push_back(std::move(event));
        return {{"janus", "ack"}};
    }

    Json message(std::uint64_t number, const Json& request) {
        const Json& body = request.at("body");
        const std::string what = body.at("request");
        if (what == "create") return create(body);
        if (what == "destroy") return destroy(body);
        if (what == "moderate") return moderate(body);
        Handle& handle = handles.at(number);
        const Json jsep = request.value("jsep", Json());
        if (what == "joinandconfigure" || what == "join") {
            const auto room = rooms.find(body.at("room").get<std::uint64_t>());
            if (room == rooms.end()) return later(number, request, refusal(426, "No such room"));
            if (room->second.pin != body.at("pin").get<std::string>())
                return later(number, request, refusal(433, "Unauthorized"));
            if (handle.room != 0) faults.push_back("joined twice");
            handle.room = room->first;
        } else if (handle.room == 0) {
            return later(number, request, refusal(424, "Join first"));
        }
        if (what == "joinandconfigure" || what == "configure") {
            if (what == "joinandconfigure") handle.feed = body.at("id");
            if (jsep.value("type", "") != "offer") faults.push_back("nothing is offered");
            handle.offered = jsep.value("sdp", "");
            if (handle.offered.find("a=candidate") != std::string::npos)
                faults.push_back("a client's candidate");
            return later(number, request, {{"videoroom", "joined"}},
                         Json{{"type", "answer"}, {"sdp", "answer to " + handle.offered}});
        }
        if (what == "start") {
            if (handle.answered) faults.push_back("an answer to nothing");
            handle.answered = true;
            return later(number, request, {{"videoroom", "event"}, {"started", "ok"}});
        }
        return watch(number, handle, what, request);
    }

    Json create(const Json& body) {
        if (!admin_key.empty() && body.value("admin_key", "") != admin_key)
            return now(refusal(433, "Unauthorized"));
        const std::uint64_t room = body.at("room");
        if (rooms.contains(room)) return now(refusal(427, "Room exists"));
        rooms[room] = {body.at("secret"), body.at("pin"), body.at("publishers")};
        return now({{"videoroom", "created"}, {"room", room}});
    }
    Json destroy(const Json& body) {
        const std::uint64_t number = body.at("room");
        const auto room = rooms.find(number);
        if (room == rooms.end()) return now(refusal(426, "No such room"));
        if (room->second.secret != body.at("secret").get<std::string>())
            return now(refusal(433, "Unauthorized"));
        for (auto& [one, handle] : handles) {
            if (handle.room != number || handle.feed == 0) continue;
            hang_up(one);
            handle.feed = 0;
        }
        rooms.erase(room);
        return now({{"videoroom", "destroyed"}});
    }
    Json moderate(const Json& body) {
        const auto room = rooms.find(body.at("room").get<std::uint64_t>());
        if (room == rooms.end()) return now(refusal(426, "No such room"));
        if (room->second.secret != body.at("secret").get<std::string>())
            return now(refusal(433, "Unauthorized"));
        for (auto& [number, handle] : handles) {
            if (handle.feed == 0 || body.at("id") != handle.feed) continue;
            const std::string mid = body.at("mid");
            if (body.at("mute").get<bool>())
                handle.stopped.insert(mid);
            else
                handle.stopped.erase(mid);
            return now({{"videoroom", "success"}});
        }
        return now(refusal(428, "No such feed"));
    }
    Json watch(std::uint64_t number, Handle& handle, const std::string& what, const Json& request) {
        const Json& body = request.at("body");
        const bool joins = what == "join";
        if (!handle.answered) faults.push_back("an offer upon an offer");
        const Json more = body.value(joins ? "streams" : "subscribe", Json::array());
        for (const Json& one : more) {
            const std::uint64_t feed = one.at("feed");
            const bool is_there = std::ranges::any_of(handles, [&](const auto& other) {
                return other.second.feed == feed && other.second.flows;
            });
            if (!is_there) {
                if (joins) handle.room = 0;
                return later(number, request, refusal(428, "No such feed"));
            }
        }
        handle.is_subscriber = true;
        for (const Json& one : body.value("unsubscribe", Json::array()))
            handle.watches.erase(one.at("feed").get<std::uint64_t>());
        for (const Json& one : more) handle.watches.insert(one.at("feed").get<std::uint64_t>());
        Json streams = Json::array();
        for (const std::uint64_t feed : handle.watches)
            streams.push_back(Json{
                {"mid", std::to_string(streams.size())}, {"type", "video"}, {"feed_id", feed}});
        handle.answered = false;
        return later(number, request,
                     {{"videoroom", joins ? "attached" : "updated"}, {"streams", streams}},
                     Json{{"type", "offer"}, {"sdp", "offer " + std::to_string(next_++)}});
    }

    std::uint64_t next_ = 1;
};

// The core with that Janus behind it.
class CoreUnderTest {
public:
    explicit CoreUnderTest(std::string admin_key = {})
        : core({.api_secret = "secret/1",
                .admin_key = admin_key,
                .room_secret = "of this installation",
                .bitrate = 1'000'000},
               100) {
        janus.admin_key = std::move(admin_key);
        tick();
    }

    void follow(const Room& room) {
        JanusCore::Output output;
        core.follow(room, now, output);
        take(std::move(output));
    }
    Result<std::int64_t> say(const Said& said) {
        JanusCore::Output output;
        auto number = core.say(said, now, output);
        take(std::move(output));
        return number;
    }
    Result<std::int64_t> offer(const std::string& leg, Link link,
                               const std::string& what = "m=audio 9\r\nm=video 9\r\n") {
        return say({.call = "call",
                    .leg = leg,
                    .link = link,
                    .description = "v=0\r\no=- " + leg + std::to_string(sessions[leg]) +
                                   " 2 IN IP4 127.0.0.1\r\n" + what +
                                   "a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n"});
    }
    void tick(std::chrono::milliseconds time = std::chrono::milliseconds{250}) {
        now += time;
        JanusCore::Output output;
        core.tick(now, output);
        take(std::move(output));
    }
    // One request is answered, by its place among those that wait; the polls when there is
    // something.
    void answer(std::size_t place) {
        const auto at = waiting.begin() + static_cast<std::ptrdiff_t>(place);
        const JanusCore::Request request = *at;
        waiting.erase(at);
        if (is_gone) return answer(request.id, Error{Code::unavailable, "connection refused"});
        if (request.is_poll) {
            if (request.path.find("/" + std::to_string(janus.session) + "?") != 0 ||
                janus.session == 0)
                return answer(request.id, Json{{"janus", "error"}, {"error", {{"code", 458}}}});
            return answer(request.id, janus.poll());
        }
        answer(request.id, janus.answer(request));
    }
    void answer(std::uint64_t id, const Result<Json>& json) {
        JanusCore::Output output;
        // As it comes over a wire.
        core.on_answer(id, json.ok() ? Result<Json>{Json::parse(json->dump())} : json, now, output);
        take(std::move(output));
    }
    // Whatever can happen without anybody's doing: answers, connections, clients that answer
    // offers.
    void settle() {
        for (int rounds = 0; rounds < 400; ++rounds) {
            const auto ready = std::ranges::find_if(waiting, [&](const auto& request) {
                return !request.is_poll || !janus.events.empty() || is_gone ||
                       !request.path.starts_with("/" + std::to_string(janus.session) + "?");
            });
            if (ready != waiting.end())
                answer(static_cast<std::size_t>(ready - waiting.begin()));
            else if (!connect_one() && !answer_one())
                return;
        }
        ADD_FAILURE() << "it never comes to rest";
    }
    bool connect_one() {
        for (auto& [number, handle] : janus.handles) {
            if (handle.feed == 0 || handle.flows) continue;
            janus.connect(number);
            return true;
        }
        return false;
    }
    bool answer_one() {
        for (auto& [leg, open] : open_offers) {
            if (open == 0) continue;
            const std::int64_t number = std::exchange(open, 0);
            static_cast<void>(say({.call = "call",
                                   .leg = leg,
                                   .link = Link::watch,
                                   .description = "answer",
                                   .negotiation = number}));
            return true;
        }
        return false;
    }
    bool is_ready() const { return core.terms("call").at("made").is_number(); }
    const FakeJanus::RoomIn* room() const {
        return janus.rooms.size() == 1 ? &janus.rooms.begin()->second : nullptr;
    }
    // What was told since the last time, in words: "a camera answer", "b watch offer", "a media".
    std::vector<std::string> words() {
        std::vector<std::string> list;
        for (const Told& one : std::exchange(told, {})) {
            std::string text = one.leg;
            if (one.event == "call:media") {
                text += one.body.at("media").at("made").is_null() ? " lost" : " ready";
            } else {
                const Json& data = one.body.at("data");
                text += " " + one.body.at("link").get<std::string>() + " " +
                        (data.contains("closed")
                             ? "closed"
                             : data.at("description").at("type").get<std::string>());
            }
            list.push_back(text);
        }
        return list;
    }

    FakeJanus janus{};
    JanusCore core;
    SteadyTime now{std::chrono::hours{1}};
    std::deque<JanusCore::Request> waiting{};
    std::vector<Told> told{};
    std::map<std::string, std::int64_t> open_offers{};  // by leg: what its client has to answer
    std::map<std::string, Json> streams{};              // by leg: what it sees, as it was told last
    std::map<std::string, int> sessions{};              // by leg: which connection of its browser's
    bool is_gone = false;

private:
    void take(JanusCore::Output output) {
        for (auto& request : output.requests) waiting.push_back(std::move(request));
        for (Told& one : output.told) {
            const bool is_watch = one.body.value("link", "") == "watch";
            if (is_watch && one.body.at("data").contains("streams")) {
                open_offers[one.leg] = one.body.at("data").at("negotiation");
                streams[one.leg] = one.body.at("data").at("streams");
            }
            if (one.event == "call:media" || (is_watch && one.body.at("data").contains("closed"))) {
                open_offers.erase(one.leg);
                streams.erase(one.leg);
            }
            told.push_back(std::move(one));
        }
    }
};

}  // namespace homeroom::media
