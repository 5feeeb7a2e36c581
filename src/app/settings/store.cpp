// [store], [retention]: where what is kept is kept, and for how long.
#include "app/settings/kinds.h"

namespace homeroom::app {

Settings store_settings() {
    using Store = Config::Store;
    const Section store{"store", &Config::store};
    return {
        store("durability", &Store::durability, choice({"full", "normal"})),
        store("check", &Store::check, choice({"off", "quick", "full"})),
        store("postgres", &Store::postgres, text("a connection string of PostgreSQL")),
        store("statement_timeout", &Store::statement_timeout, duration_like("10s")),
        store("keep_events", &Store::keep_events, duration_like("30d")),
        store("keep_bytes", &Store::keep_bytes,
              number<std::size_t>(0, SIZE_MAX / 2, "a number of bytes; 0 for no limit")),
        store("keep_at_least", &Store::keep_at_least, duration_like("24h")),
    };
}

Settings retention_settings() {
    using Retention = Config::Retention;
    const Section retention{"retention", &Config::retention};
    const Kind age{"a duration like \"365d\", or \"forever\"",
                   [](Retention::Age& to, const Texts& texts) {
                       if (texts.front() == "forever") {
                           to.reset();
                           return true;
                       }
                       return read_duration(to.emplace(), texts.front());
                   }};
    return {
        retention("posts", &Retention::posts, age),
        retention("messages", &Retention::messages, age),
        retention("announcements", &Retention::announcements, age),
        retention("calls", &Retention::calls, age),
        retention("live", &Retention::live, age),
        retention("notifications", &Retention::notifications, age),
        retention("presence", &Retention::presence, age),
        retention("study", &Retention::study, age),
        retention("documents", &Retention::documents, age),
        retention("connections", &Retention::connections, age),
        retention("audit", &Retention::audit, age),
    };
}

}  // namespace homeroom::app
