#include "features/calls/screens.h"

#include <algorithm>

#include "features/calls/limits.h"

namespace homeroom::features::calls {
namespace {

constexpr std::string_view stopped = "stopped", timed_out = "time", revoked = "revoked",
                           taken_over = "taken", gone = "gone";

News about(NewsKind kind, std::string_view user, std::string_view by = {},
           std::string_view word = {}) {
    return {.kind = kind, .users = {std::string{user}}, .word = word, .by = std::string{by}};
}

auto grant_of(Screen& screen, std::string_view user) {
    return std::ranges::find(screen.grants, user, &Screen::Grant::user);
}

void drop_wish(Screen& screen, std::string_view user) {
    std::erase_if(screen.wishes, [&](const Screen::Wish& wish) { return wish.of == user; });
}

void stop(Call& call, std::string_view by, std::string_view word, Happenings& news) {
    if (call.screen.presenter.empty()) return;
    news.push_back(about(NewsKind::screen_stopped, call.screen.presenter, by, word));
    call.screen.presenter.clear();
    call.screen.until = {};
    call.screen.viewers.clear();
    call.screen.board.clear();
}

}  // namespace

Result<Happenings> request_screen(Call& call, std::string_view by, std::string_view of,
                                  WallTime now) {
    TRY_OK(require_here(call, by, "call"));
    TRY_OK(require_here(call, of, "from"));
    Screen& screen = call.screen;
    const bool already =
        std::ranges::any_of(screen.wishes, [&](const auto& wish) { return wish.of == of; });
    if (already || screen.presenter == of) return Happenings{};
    if (screen.wishes.size() >= limits::screen_wishes_max)
        return Error{Code::too_large, "too many wait to show their screens", "call"};
    screen.wishes.push_back({std::string{by}, std::string{of}, now});
    return counted(call, {about(NewsKind::screen_requested, of, by)});
}

Result<Happenings> grant_screen(Call& call, std::string_view by, std::string_view user,
                                std::chrono::minutes time, WallTime now) {
    TRY_OK(require_here(call, user, "user"));
    Screen& screen = call.screen;
    drop_wish(screen, user);
    const WallTime until = now + time;
    if (const auto found = grant_of(screen, user); found != screen.grants.end())
        found->until = until;
    else
        screen.grants.push_back({std::string{user}, until});
    if (screen.presenter == user && screen.until != WallTime{}) screen.until = until;
    News granted = about(NewsKind::screen_granted, user, by);
    granted.until = until;
    return counted(call, {std::move(granted)});
}

Result<Happenings> deny_screen(Call& call, std::string_view by, std::string_view user) {
    if (!call.is_live()) return Error{Code::conflict, "the call is over", "call"};
    Screen& screen = call.screen;
    const bool wished =
        std::ranges::any_of(screen.wishes, [&](const auto& wish) { return wish.of == user; });
    const bool granted = grant_of(screen, user) != screen.grants.end();
    if (!wished && !granted && screen.presenter != user) return Happenings{};
    drop_wish(screen, user);
    std::erase_if(screen.grants, [&](const auto& grant) { return grant.user == user; });
    Happenings news{about(NewsKind::screen_denied, user, by)};
    if (screen.presenter == user) stop(call, by, revoked, news);
    return counted(call, std::move(news));
}

bool Screen::is_shown_to(std::string_view user) const {
    return viewers.empty() || user == presenter ||
           std::ranges::find(viewers, user) != viewers.end();
}

Result<Happenings> start_screen(Call& call, std::string_view user, bool is_free,
                                std::vector<std::string> viewers, WallTime now) {
    TRY_OK(require_here(call, user, "call"));
    for (const std::string& viewer : viewers) TRY_OK(require_here(call, viewer, "viewers"));
    Screen& screen = call.screen;
    if (screen.presenter == user) {
        if (screen.viewers == viewers) return Happenings{};
        screen.viewers = std::move(viewers);
        return counted(call, {about(NewsKind::screen_started, user, user)});
    }
    const auto grant = grant_of(screen, user);
    const bool granted = grant != screen.grants.end() && grant->until > now;
    if (!is_free && !granted)
        return Error{Code::forbidden, "nobody has granted you to show your screen", "call"};
    if (!is_free && !screen.presenter.empty())
        return Error{Code::conflict, "somebody else shows his screen", "call"};
    Happenings news;
    stop(call, user, taken_over, news);
    drop_wish(screen, user);
    screen.presenter = user;
    screen.until = is_free ? WallTime{} : grant->until;
    screen.viewers = std::move(viewers);
    news.push_back(about(NewsKind::screen_started, user, user));
    return counted(call, std::move(news));
}

Result<Happenings> annotate_screen(Call& call, std::string_view board) {
    Screen& screen = call.screen;
    if (!call.is_live() || screen.presenter.empty())
        return Error{Code::conflict, "nobody shows his screen", "call"};
    if (screen.board == board) return Happenings{};
    screen.board = board;
    return counted(call, {changed("board", screen.presenter)});
}

Result<Happenings> stop_screen(Call& call, std::string_view by) {
    Happenings news;
    stop(call, by, stopped, news);
    return counted(call, std::move(news));
}

void forget_screen_of(Call& call, std::string_view user, Happenings& news) {
    Screen& screen = call.screen;
    std::erase_if(screen.wishes,
                  [&](const auto& wish) { return wish.of == user || wish.user == user; });
    std::erase_if(screen.grants, [&](const auto& grant) { return grant.user == user; });
    if (screen.presenter == user) stop(call, user, gone, news);
}

void expire_screen(Call& call, WallTime now, Happenings& news) {
    Screen& screen = call.screen;
    std::erase_if(screen.grants, [&](const auto& grant) { return grant.until <= now; });
    if (!screen.presenter.empty() && screen.until != WallTime{} && screen.until <= now)
        stop(call, "", timed_out, news);
}

std::optional<WallTime> next_screen_deadline(const Screen& screen) {
    std::optional<WallTime> next;
    const auto consider = [&](WallTime time) { next = next ? std::min(*next, time) : time; };
    for (const auto& grant : screen.grants) consider(grant.until);
    if (!screen.presenter.empty() && screen.until != WallTime{}) consider(screen.until);
    return next;
}

}  // namespace homeroom::features::calls
