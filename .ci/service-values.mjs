// The values that an Application passes to a chart, as JSON:  node service-values.mjs PACKAGES APPLICATIONS.yaml NAME
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [packages, file, name] = process.argv.slice(2);
const yaml = createRequire(resolve(packages) + "/")("yaml");
const application = yaml.parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS())
  .find((document) => document?.kind === "Application" && document.metadata.name === name);
if (application === undefined) {
  throw new Error(`${file} has no application '${name}'`);
}

console.log(JSON.stringify(application.spec.source.helm.valuesObject));
