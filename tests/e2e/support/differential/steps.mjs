// Steps of scripts, in few words, for those that are written by hand. See play.mjs for what each does.

export const step = (act, more = {}) => ({ client: 0, do: act, ...more });

export const polling = (more = {}) => step("open", { by: "polling", reading: true, ...more });
export const webSocket = (more = {}) => step("open", { by: "websocket", ...more });
export const send = (...packets) => step("send", { packets });
export const read = () => step("read");
export const rest = () => step("rest");
export const candidate = (more = {}) => step("candidate", more);
export const candidateSays = (...packets) => step("candidateSays", { packets });
export const ask = (method, query, more = {}) => step("ask", { method, query, ...more });
export const knock = (query, more = {}) => step("knock", { query, ...more });
export const post = (body, more = {}) => step("post", { body, ...more });
export const close = (how, more = {}) => step("close", { how, ...more });

// Of another client than the first.
export const of = (client, one) => ({ ...one, client });

export const bytes = (hex) => ({ hex });
export const large = (filler) => ({ before: '42["message","', filler, after: '"]' });
export const nested = (levels) => `42["message",${"[".repeat(levels)}${"]".repeat(levels)}]`;
