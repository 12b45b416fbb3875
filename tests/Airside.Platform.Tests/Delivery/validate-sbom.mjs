// Validates a document against the schema of CycloneDX 1.6:  node validate-sbom.mjs PACKAGES DOCUMENT
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [folder, path] = process.argv.slice(2);
const require = createRequire(resolve(folder) + "/");
const { Ajv } = require("ajv");
const schemas = `${resolve(folder)}/node_modules/@cyclonedx/cyclonedx-library/res/schema`;
const read = (name) => JSON.parse(readFileSync(`${schemas}/${name}.SNAPSHOT.schema.json`, "utf8"));

const ajv = new Ajv({ strict: false, allErrors: true });
// The schemas refer to one another by the names of their files.
for (const name of ["spdx", "jsf-0.82"]) {
  const { $id, ...schema } = read(name);
  ajv.addSchema(schema, `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
}

require("ajv-formats").default(ajv);
require("ajv-formats-draft2019")(ajv);
const validate = ajv.compile(read("bom-1.6"));
const document = JSON.parse(readFileSync(path, "utf8"));
if (!validate(document)) {
  console.error(validate.errors.map((error) => `${error.instancePath}: ${error.message}`).join("\n"));
  process.exitCode = 1;
}
