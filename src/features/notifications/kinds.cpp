#include "features/notifications/kinds.h"

namespace homeroom::features::notifications {

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::mention: return "mention";
        case Kind::comment: return "comment";
        case Kind::reply: return "reply";
        case Kind::grade: return "grade";
        case Kind::announcement: return "announcement";
        case Kind::message: return "message";
        case Kind::study: return "study";
        case Kind::live: return "live";
        case Kind::call: return "call";
    }
    return "";
}

std::optional<Kind> kind_of(std::string_view text) {
    for (const Kind kind : kinds) {
        if (to_string(kind) == text) return kind;
    }
    return std::nullopt;
}

std::string_view to_string(Channel channel) {
    switch (channel) {
        case Channel::push: return "push";
        case Channel::mail: return "mail";
    }
    return "";
}

std::optional<Channel> channel_of(std::string_view text) {
    for (const Channel channel : channels) {
        if (to_string(channel) == text) return channel;
    }
    return std::nullopt;
}

Choice default_choice(Kind kind) {
    return {.mail = kind == Kind::grade || kind == Kind::announcement};
}

}  // namespace homeroom::features::notifications
