import { defineConfig } from "vitest/config";

// Where `npm run dev` finds a running `homeroom serve --demo`.
const server = "http://127.0.0.1:8080";

export default defineConfig({
    build: {
        target: "es2021",
        // Every asset is a file of its own with a hashed name: the server's policy allows nothing inline.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
    },
    // @homeroom/yjs lies beside this folder: its Yjs is ours, for two would not know each other's documents.
    resolve: { dedupe: ["yjs", "lib0", "y-protocols"] },
    server: {
        proxy: {
            "/api": server,
            "/demo": server,
            "/readyz": server,
            "/socket.io": { target: server, ws: true },
        },
    },
    test: { environment: "node", include: ["src/**/*.test.ts"] },
});
