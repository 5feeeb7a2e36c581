// LiveKit, to which clients go themselves, with tickets of ours. What has changed afterwards the
// server tells it over its interface (Twirp, POST /twirp/livekit.RoomService/…): who is out, and
// who may show his screen. A ticket is good for minutes, and is given to a leg that is in the call
// alone: who was taken out and comes back with one that is still good is taken out again, until it
// is not; and so with a screen.
//
// No queue: what is to be said of a leg is a state, of which only the last counts.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "media/livekit_token.h"
#include "outgoing/http_client.h"

namespace homeroom::media {

struct LiveKitOptions {
    std::string url{};      // for clients
    std::string api_url{};  // for the server
    livekit::Keys keys{};
    std::chrono::seconds ticket_time{};
};

class LiveKit final : public Backend {
public:
    using Send = std::function<void(outgoing::HttpRequest, outgoing::HttpClient::Done)>;
    using Clock = std::function<WallTime()>;

    // `send`: as HttpClient::send.
    LiveKit(LiveKitOptions options, Send send, Clock clock = wall_now);

    void tell(Listener&) override {}  // its clients hear it from LiveKit
    bool is_between() const override { return true; }
    // Who gets a track is said by its publisher's client, or track by track, of which this server
    // does not know.
    bool can_show_to_some() const override { return false; }
    void follow(const Room& room) override;
    Result<std::int64_t> say(const Said& said) override;
    Json terms(const std::string& call, const std::string& leg) override;
    void tick() override;
    void stop() override;
    Counts counts() override;

private:
    // What LiveKit has of a leg, and what it is to have.
    struct LegState {
        bool is_in = true;
        livekit::Sending wanted{};
        livekit::Sending told{};  // as LiveKit has been told last, or a ticket has said
        bool is_busy = false;     // a command is under way
        WallTime ticket_until{};  // of the last that was given; the beginning of time: none was
        // Of the last with which each can be sent: whoever comes with it again has what it says.
        WallTime camera_until{}, microphone_until{}, screen_until{};
        WallTime not_before{};  // of the next command

        bool is_as_wanted(WallTime now) const;
    };
    struct Key {
        std::string call{};
        std::string leg{};
        auto operator<=>(const Key&) const = default;
    };
    struct Command {
        Key key{};
        const char* method = nullptr;
        Json body{};
        livekit::Sending sending{};
    };

    static std::optional<Command> next(const Key& key, const LegState& leg, WallTime now);
    void collect(std::vector<Command>& commands);
    void send(std::vector<Command> commands);
    void on_answer(const Command& command, const outgoing::HttpAnswer& answer);

    const LiveKitOptions options_;
    const Send send_;
    const Clock clock_;
    std::mutex mutex_{};
    bool stopped_ = false;  // guarded, as all below
    std::map<Key, LegState> legs_{};
    std::size_t in_flight_ = 0;
    Counts counts_{};
};

}  // namespace homeroom::media
