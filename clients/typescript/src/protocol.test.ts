import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

it("the types are those of protocol/asyncapi.yaml (else: npm run generate)", () => {
    expect(() => execFileSync(process.execPath, ["scripts/generate.mjs", "--check"], { stdio: "pipe" })).not.toThrow();
});
