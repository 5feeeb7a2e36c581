// The PostgreSQL server that tests/tools/with-postgres has started for this test file. Without one the tests run on SQLite.

import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import path from "node:path";

const { TEST_POSTGRES: server, POSTGRES_BIN: programs, POSTGRES_FOLDER: folder } = process.env;

export const onPostgres = server !== undefined;

// Runs one of PostgreSQL's programs as the server's user.
export function postgresProgram(name, ...args) {
    const as = (process.env.POSTGRES_RUN ?? "").split(" ").filter((word) => word !== "");
    const [program, ...all] = [...as, path.join(programs, name), ...args];
    return execFileSync(program, all, { cwd: "/", encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

export function query(sql, connection = server) {
    return postgresProgram("psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", connection, "-c", sql).trim();
}

// What makes one `homeroom` keep its data in a schema of its own there.
export function postgresFor() {
    if (!onPostgres) return {};
    const schema = `s${crypto.randomBytes(8).toString("hex")}`;
    query(`CREATE SCHEMA ${schema}`);
    return { HOMEROOM_STORE_POSTGRES: `${server} options='-c search_path=${schema}'` };
}

// mode: "immediate" is as good as kill -9: no checkpoint, no goodbye.
export function stopPostgres(mode = "immediate") {
    postgresProgram("pg_ctl", "-D", `${folder}/data`, "-m", mode, "-w", "stop");
}

export function startPostgres() {
    postgresProgram("pg_ctl", "-D", `${folder}/data`, "-l", `${folder}/log`, "-w", "-t", "60", "start");
}
