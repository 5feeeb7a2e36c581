// A request of the socket as its REST call, as protocol/openapi.yaml says they correspond.

const query = (values) => {
    const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
    return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
};
const part = encodeURIComponent;
const page = ({ before, limit }) => ({ before, limit });

// name → the body → [method, route under /api/v1, what is sent]
const forms = {
    "feed:list": ({ room, ...rest }) => ["GET", `/rooms/${part(room)}/posts${query(rest)}`],
    "post:create": ({ to, ...rest }) => ["POST", `/rooms/${part(to)}/posts`, rest],
    "post:get": ({ post }) => ["GET", `/posts/${part(post)}`],
    "post:update": ({ post, ...rest }) => ["PATCH", `/posts/${part(post)}`, rest],
    "post:delete": ({ post }) => ["DELETE", `/posts/${part(post)}`],
    "comment:create": ({ post, ...rest }) => ["POST", `/posts/${part(post)}/comments`, rest],
    "comment:update": ({ comment, ...rest }) => ["PATCH", `/comments/${part(comment)}`, rest],
    "comment:delete": ({ comment }) => ["DELETE", `/comments/${part(comment)}`],
    "reaction:set": (request) => ["PUT", "/reactions", request],
    "post:pin": ({ post, ...rest }) => ["PUT", `/posts/${part(post)}/pin`, rest],
    "post:lock": ({ post, ...rest }) => ["PUT", `/posts/${part(post)}/lock`, rest],
    "comment:endorse": ({ comment, ...rest }) => ["PUT", `/comments/${part(comment)}/endorsement`, rest],
    "poll:vote": ({ post, ...rest }) => ["PUT", `/posts/${part(post)}/vote`, rest],
    "poll:close": ({ post }) => ["POST", `/posts/${part(post)}/close`, {}],
    "feed:history": ({ target, ...rest }) =>
        target.post
            ? ["GET", `/posts/${part(target.post)}/history${query(page(rest))}`]
            : ["GET", `/comments/${part(target.comment)}/history${query(page(rest))}`],
    "feed:search": (request) => ["GET", `/search${query(request)}`],
    "feed:settings": ({ room }) => ["GET", `/rooms/${part(room)}/settings`],
    "feed:slow": ({ room, ...rest }) => ["PUT", `/rooms/${part(room)}/slow`, rest],
    "feed:mutes": ({ room }) => ["GET", `/rooms/${part(room)}/mutes`],
    "feed:mute": ({ room, user, ...rest }) => ["PUT", `/rooms/${part(room)}/mutes/${part(user)}`, rest],
    "feed:unmute": ({ room, user }) => ["DELETE", `/rooms/${part(room)}/mutes/${part(user)}`],
    "report:list": ({ room, ...rest }) => ["GET", `/rooms/${part(room)}/reports${query(rest)}`],
    "report:create": (request) => ["POST", "/reports", request],
    "report:resolve": ({ report, ...rest }) => ["PATCH", `/reports/${part(report)}`, rest],
    "attachment:create": ({ to, ...rest }) => ["POST", `/rooms/${part(to)}/attachments`, rest],
    "attachment:link": ({ attachment }) => ["GET", `/attachments/${part(attachment)}/link`],
    "grade:list": (request) => ["GET", `/grades${query(request)}`],
    "announcement:list": ({ room, ...rest }) =>
        room === undefined
            ? ["GET", `/announcements${query(rest)}`]
            : ["GET", `/rooms/${part(room)}/announcements${query(rest)}`],
    "announcement:create": ({ to, ...rest }) => ["POST", `/rooms/${part(to)}/announcements`, rest],
    "announcement:update": ({ announcement, ...rest }) => ["PATCH", `/announcements/${part(announcement)}`, rest],
    "announcement:withdraw": ({ announcement }) => ["DELETE", `/announcements/${part(announcement)}`],
    "announcement:ack": ({ announcement }) => ["PUT", `/announcements/${part(announcement)}/ack`, {}],
    "announcement:acks": ({ announcement, ...rest }) => ["GET", `/announcements/${part(announcement)}/acks${query(rest)}`],
    "notification:list": (request) => ["GET", `/notifications${query(request)}`],
    "notification:read": (request) => ["PUT", "/notifications/read", request],
    "notification:seen": (request) => ["PUT", "/notifications/seen", request],
    "notification:preferences": () => ["GET", "/notifications/preferences"],
    "notification:prefer": (request) => ["PUT", "/notifications/preferences", request],
    "notification:quiet": (request) => ["PUT", "/notifications/quiet-hours", request],
    "conversation:list": (request) => ["GET", `/conversations${query(request)}`],
    "conversation:create": (request) => ["POST", "/conversations", request],
    "conversation:add": ({ conversation, ...rest }) => ["POST", `/conversations/${part(conversation)}/members`, rest],
    "conversation:remove": ({ conversation, user }) => [
        "DELETE",
        `/conversations/${part(conversation)}/members/${part(user)}`,
    ],
    "message:list": ({ conversation, ...rest }) => ["GET", `/conversations/${part(conversation)}/messages${query(rest)}`],
    "message:send": (request) => ["POST", "/messages", request],
    "message:read": ({ conversation, ...rest }) => ["PUT", `/conversations/${part(conversation)}/read`, rest],
    "message:update": ({ message, ...rest }) => ["PATCH", `/messages/${part(message)}`, rest],
    "message:delete": ({ message }) => ["DELETE", `/messages/${part(message)}`],
    "call:list": (request) => ["GET", `/calls${query(page(request))}`],
    "call:get": ({ call }) => ["GET", `/calls/${part(call)}`],
    "call:decline": ({ call }) => ["POST", `/calls/${part(call)}/decline`, {}],
    "call:leave": ({ call }) => ["POST", `/calls/${part(call)}/leave`, {}],
    "call:end": ({ call }) => ["POST", `/calls/${part(call)}/end`, {}],
    "call:settings": ({ call, ...rest }) => ["POST", `/calls/${part(call)}/settings`, rest],
    "call:admit": ({ call, ...rest }) => ["POST", `/calls/${part(call)}/admit`, rest],
    "call:deny": ({ call, ...rest }) => ["POST", `/calls/${part(call)}/deny`, rest],
    "call:mute": ({ call, ...rest }) => ["POST", `/calls/${part(call)}/mute`, rest],
    "call:attendance": ({ call, ...rest }) => ["GET", `/calls/${part(call)}/attendance${query(rest)}`],
    "call:supervised": ({ room }) => ["GET", `/rooms/${part(room)}/calls`],
    "block:list": () => ["GET", "/blocks"],
    "block:set": ({ user, ...rest }) => ["PUT", `/blocks/${part(user)}`, rest],
    "study:list": ({ room, ...rest }) =>
        room === undefined
            ? ["GET", `/study-sessions${query(rest)}`]
            : ["GET", `/rooms/${part(room)}/study-sessions${query(rest)}`],
    "study:get": ({ session }) => ["GET", `/study-sessions/${part(session)}`],
    "study:update": ({ session, ...rest }) => ["PATCH", `/study-sessions/${part(session)}`, rest],
    "study:start": ({ session, ...rest }) => ["POST", `/study-sessions/${part(session)}/start`, rest],
    "study:end": ({ session, ...rest }) => ["POST", `/study-sessions/${part(session)}/end`, rest],
    "study:attendance": ({ session, ...rest }) => ["GET", `/study-sessions/${part(session)}/attendance${query(rest)}`],
    "live:list": ({ room, ...rest }) =>
        room === undefined ? ["GET", `/lives${query(rest)}`] : ["GET", `/rooms/${part(room)}/lives${query(rest)}`],
    "live:get": ({ live }) => ["GET", `/lives/${part(live)}`],
    "live:update": ({ live, ...rest }) => ["PATCH", `/lives/${part(live)}`, rest],
    "live:cancel": ({ live }) => ["DELETE", `/lives/${part(live)}`],
    "live:end": ({ live, ...rest }) => ["POST", `/lives/${part(live)}/end`, rest],
    "live:recording": ({ live, ...rest }) => ["PUT", `/lives/${part(live)}/recording`, rest],
    "supervision:list": ({ room, ...rest }) => ["GET", `/rooms/${part(room)}/conversations${query(rest)}`],
    "supervision:read": ({ conversation, ...rest }) => [
        "GET",
        `/supervision/${part(conversation)}/messages${query(rest)}`,
    ],
};

// → { method, route, sent }, or undefined: what is of a connection alone (typing, presence), and what the platform does
// by its own calls (grades), has none.
export function restForm(name, body) {
    const [method, route, sent] = forms[name]?.(body) ?? [];
    return method === undefined ? undefined : { method, route, sent };
}

// Asks as that user. → the answer as the socket gives it: { ok: true, … } or { ok: false, error: { code, … } }
export async function askByRest(server, user, name, body) {
    const { method, route, sent } = restForm(name, body);
    const answer = await server.rest(method, route, sent, { token: server.token(user) });
    const json = answer.text === "" ? {} : answer.json();
    if (answer.status < 300) return { ok: true, ...json };
    const { code, detail: message, field, retryAfter } = json;
    return { ok: false, error: { code, message, field, retryAfter } };
}
