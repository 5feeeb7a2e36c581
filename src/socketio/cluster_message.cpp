#include "socketio/cluster_message.h"

#include <utility>

#include "socketio/pack.h"

namespace homeroom::socketio {
namespace {

using Texts = std::vector<std::string>;

Json json_of(const hub::Arguments& arguments) {
    Json attachments = Json::array();
    for (const std::string& bytes : arguments.attachments)
        attachments.push_back(
            Json::binary(Json::binary_t::container_type(bytes.begin(), bytes.end())));
    return {{"json", arguments.json}, {"attachments", std::move(attachments)}};
}

hub::Arguments arguments_of(const Json& json) {
    hub::Arguments arguments{.json = json.at("json").get<Texts>()};
    for (const Json& attachment : json.at("attachments")) {
        const Json::binary_t& bytes = attachment.get_binary();
        arguments.attachments.emplace_back(bytes.begin(), bytes.end());
    }
    return arguments;
}

}  // namespace

std::string bytes_of(const Json& message) {
    std::string bytes;
    Json::to_msgpack(message, bytes);
    return bytes;
}

Json json_of(const hub::Selection& selection) {
    return {{"nsp", selection.nsp},
            {"everyone", selection.everyone},
            {"rooms", selection.rooms},
            {"except", selection.except}};
}

hub::Selection selection_of(const Json& json) {
    return {.nsp = json.at("nsp").get<std::string>(),
            .everyone = json.at("everyone").get<bool>(),
            .rooms = json.at("rooms").get<Texts>(),
            .except = json.at("except").get<Texts>()};
}

Json json_of(const Outgoing& outgoing) {
    Json json = {{"to", json_of(outgoing.to)},
                 {"event", outgoing.event},
                 {"arguments", json_of(outgoing.arguments)},
                 {"volatile", outgoing.flags.is_volatile},
                 {"compress", outgoing.flags.compress}};
    if (outgoing.flags.timeout) json["timeout"] = outgoing.flags.timeout->count();
    return json;
}

Outgoing outgoing_of(const Json& json) {
    Outgoing outgoing{.to = selection_of(json.at("to")),
                      .event = json.at("event").get<std::string>(),
                      .arguments = arguments_of(json.at("arguments"))};
    outgoing.flags.is_volatile = json.at("volatile").get<bool>();
    outgoing.flags.compress = json.at("compress").get<bool>();
    if (json.contains("timeout"))
        outgoing.flags.timeout =
            std::chrono::milliseconds{json.at("timeout").get<std::chrono::milliseconds::rep>()};
    return outgoing;
}

Json json_of(const Values& values) {
    return json_of(pack(values).value_or(hub::Arguments{}));
}

Values values_of(const Json& json) {
    return unpack(arguments_of(json));
}

Json json_of(const std::vector<hub::BroadcastAnswer>& answers) {
    Json all = Json::array();
    for (const hub::BroadcastAnswer& one : answers)
        all.push_back(
            {{"id", one.socket_id}, {"answer", one.answer ? json_of(*one.answer) : Json(nullptr)}});
    return all;
}

std::vector<hub::BroadcastAnswer> broadcast_answers_of(const Json& json) {
    std::vector<hub::BroadcastAnswer> answers;
    for (const Json& one : json) {
        hub::BroadcastAnswer answer{.socket_id = one.at("id").get<std::string>()};
        if (!one.at("answer").is_null()) answer.answer = arguments_of(one.at("answer"));
        answers.push_back(std::move(answer));
    }
    return answers;
}

Json json_of(const std::vector<RemoteSocket>& sockets) {
    Json all = Json::array();
    for (const RemoteSocket& one : sockets)
        all.push_back({{"id", one.id},
                       {"rooms", one.rooms},
                       {"data", one.data},
                       {"handshake", one.handshake}});
    return all;
}

std::vector<RemoteSocket> remote_sockets_of(const Json& json, const std::string& node) {
    std::vector<RemoteSocket> sockets;
    for (const Json& one : json)
        sockets.push_back({.id = one.at("id").get<std::string>(),
                           .rooms = one.at("rooms").get<Texts>(),
                           .data = one.at("data"),
                           .handshake = one.at("handshake"),
                           .node = node});
    return sockets;
}

}  // namespace homeroom::socketio
