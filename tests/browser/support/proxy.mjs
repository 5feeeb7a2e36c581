// What stands in front of a server in life, as far as an operator's page needs it: it also hands out the admin listener's numbers.

import http from "node:http";

import { keep } from "../../e2e/support/scenario.mjs";

// → its address
export async function proxy(server) {
    const standing = http.createServer((request, response) => {
        const port = request.url === "/metrics" ? server.adminPort : server.port;
        const on = http.request({ host: "127.0.0.1", port, path: request.url, method: request.method, headers: request.headers }, (answer) => {
            response.writeHead(answer.statusCode, answer.headers);
            answer.pipe(response);
        });
        on.on("error", () => response.destroy());
        request.pipe(on);
    });
    await new Promise((listening) => standing.listen(0, "127.0.0.1", listening));
    keep({ discard: () => new Promise((closed) => (standing.closeAllConnections?.(), standing.close(closed))) });
    return `http://127.0.0.1:${standing.address().port}`;
}
