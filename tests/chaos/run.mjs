// node run.mjs [MINUTES] [--seed N] [--brokers 0|1|3] [--out FOLDER]      docs/reliability.md
//
// Exit code 0 when nothing was found. Else what is needed to look into it stays, and where it is is said.

import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { tidyUp } from "../e2e/support/scenario.mjs";
import { whyNoKafka } from "../e2e/support/kafka.mjs";
import { Campaign } from "./campaign.mjs";
import { inWords } from "./report.mjs";

const build = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../build");
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: "string" }, brokers: { type: "string", default: "3" }, out: { type: "string" } },
});
const minutes = Number(positionals[0] ?? 30);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const brokers = Number(values.brokers);
if (!(minutes > 0) || !Number.isInteger(seed) || ![0, 1, 3].includes(brokers) || positionals.length > 1) {
    console.error("chaos [MINUTES] [--seed N] [--brokers 0|1|3] [--out FOLDER]");
    process.exit(2);
}
const without = brokers > 0 ? whyNoKafka() : undefined;
if (without) {
    console.error(without);
    process.exit(2);
}

const folder = path.resolve(values.out ?? path.join(build, "chaos", String(seed)));
const campaign = new Campaign({ seconds: minutes * 60, seed, brokers, say: (words) => console.log(words) });
let result;
try {
    result = await campaign.run();
    campaign.write(folder, result);
    console.log(inWords(result));
    console.log(`report: ${path.join(folder, "report.json")}`);
} catch (error) {
    console.error(`the campaign itself failed (seed ${seed})`, error, campaign.server?.describeLog() ?? "");
}
process.exitCode = result?.ok ? 0 : 1;
if (!result?.ok) {
    process.env.KEEP_DATA = "yes";
    console.log(`kept: ${folder} ${campaign.server?.folder ?? ""} ${campaign.kafka?.folder ?? ""}`);
}
await tidyUp();
process.exit();
