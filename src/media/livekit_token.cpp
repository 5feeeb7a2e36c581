#include "media/livekit_token.h"

#include "base/base64.h"
#include "base/hash.h"

namespace homeroom::media::livekit {
namespace {

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string signed_with(const Keys& keys, std::string_view subject, Json video,
                        std::chrono::seconds time, WallTime now) {
    const auto second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
    Json claims{{"iss", keys.key},
                {"nbf", second.count()},
                {"iat", second.count()},
                {"exp", (second + time).count()},
                {"video", std::move(video)}};
    if (!subject.empty()) claims["sub"] = subject;
    const Json header{{"alg", "HS256"}, {"typ", "JWT"}};
    const std::string text =
        base64::encode_url(text_of(header)) + "." + base64::encode_url(text_of(claims));
    return text + "." + base64::encode_url(hmac_sha256(keys.secret, text));
}

// Everything that LiveKit knows of, and none of it.
Json no_grants(std::string_view room) {
    return {{"room", room},
            {"roomCreate", false},
            {"roomList", false},
            {"roomRecord", false},
            {"roomAdmin", false},
            {"roomJoin", false},
            {"canPublish", false},
            {"canSubscribe", false},
            {"canPublishData", false},
            {"canPublishSources", Json::array()},
            {"canUpdateOwnMetadata", false},
            {"canSubscribeMetrics", false},
            {"ingressAdmin", false},
            {"hidden", false},
            {"recorder", false},
            {"agent", false}};
}

}  // namespace

// An empty list would mean everything: who may send nothing may not publish.
bool sends(const Sending& sending) {
    return sending.camera || sending.microphone || sending.screen;
}

Json sources(const Sending& sending) {
    Json list = Json::array();
    if (sending.camera) list.push_back("camera");
    if (sending.microphone) list.push_back("microphone");
    if (sending.screen) list.push_back("screen_share");
    if (sending.screen && sending.microphone) list.push_back("screen_share_audio");
    return list;
}

Json permission(const Sending& sending) {
    Json list = Json::array();
    if (sending.camera) list.push_back("CAMERA");
    if (sending.microphone) list.push_back("MICROPHONE");
    if (sending.screen) list.push_back("SCREEN_SHARE");
    if (sending.screen && sending.microphone) list.push_back("SCREEN_SHARE_AUDIO");
    return {{"canSubscribe", true},
            {"canPublish", sends(sending)},
            {"canPublishData", false},
            {"canPublishSources", std::move(list)},
            {"hidden", false},
            {"canUpdateMetadata", false},
            {"canSubscribeMetrics", false}};
}

std::string ticket(const Keys& keys, std::string_view room, std::string_view leg,
                   const Sending& sending, std::chrono::seconds time, WallTime now) {
    Json video = no_grants(room);
    for (const char* grant : {"roomJoin", "canSubscribe"}) video[grant] = true;
    video["canPublish"] = sends(sending);
    video["canPublishSources"] = sources(sending);
    return signed_with(keys, leg, std::move(video), time, now);
}

std::string command_token(const Keys& keys, std::string_view room, Power power,
                          std::chrono::seconds time, WallTime now) {
    Json video = no_grants(room);
    video[power == Power::create ? "roomCreate" : "roomAdmin"] = true;
    return signed_with(keys, {}, std::move(video), time, now);
}

}  // namespace homeroom::media::livekit
