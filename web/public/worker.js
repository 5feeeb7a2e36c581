// Keeps the page itself, so that it opens without a network: the shell then says that the connection is away, and what is
// written waits for it. Nothing of what anybody wrote is kept here: requests to the server's own paths are not touched.

const kept = "homeroom-shell-1";
// Names in /assets/ have a hash: what was once fetched never changes. So many are kept, the last ones used.
const assetsMax = 60;

self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(kept).then((cache) => cache.add("/")).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
    const forget = (names) => Promise.all(names.filter((name) => name !== kept).map((name) => caches.delete(name)));
    event.waitUntil(caches.keys().then(forget).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) return;
    if (request.mode === "navigate" && url.pathname === "/") event.respondWith(pageOf(request));
    else if (url.pathname.startsWith("/assets/")) event.respondWith(assetOf(request));
});

// The newest there is; without a network the last one.
async function pageOf(request) {
    const cache = await caches.open(kept);
    try {
        const page = await fetch(request);
        if (page.ok) await cache.put("/", page.clone());
        return page;
    } catch {
        return (await cache.match("/")) ?? Response.error();
    }
}

async function assetOf(request) {
    const cache = await caches.open(kept);
    const known = await cache.match(request);
    if (known) return known;
    const asset = await fetch(request);
    if (asset.ok) {
        await cache.put(request, asset.clone());
        const assets = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith("/assets/"));
        for (const old of assets.slice(0, Math.max(0, assets.length - assetsMax))) await cache.delete(old);
    }
    return asset;
}
