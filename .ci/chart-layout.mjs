// Writes a packed chart in the layout that registries accept, as Helm does:  node chart-layout.mjs CHART.tgz FOLDER
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const [chart, folder] = process.argv.slice(2);
const blobs = `${folder}/blobs/sha256`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(blobs, { recursive: true });

const entries = execFileSync("tar", ["-xOzf", chart, "airside/Chart.yaml"], { encoding: "utf8" }).trim().split("\n")
  .map((line) => /^(apiVersion|name|description|type|version|appVersion): "?([^"]*)"?$/.exec(line))
  .filter((match) => match !== null)
  .map(([, key, value]) => [key, value]);
const config = blob("application/vnd.cncf.helm.config.v1+json", JSON.stringify(Object.fromEntries(entries)));
const content = blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", readFileSync(chart));
const mediaType = "application/vnd.oci.image.manifest.v1+json";
const manifest = blob(mediaType, JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [content] }));
writeFileSync(`${folder}/oci-layout`, JSON.stringify({ imageLayoutVersion: "1.0.0" }));
writeFileSync(`${folder}/index.json`, JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));

function blob(mediaType, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex");
  writeFileSync(`${blobs}/${hash}`, bytes);
  return { mediaType, digest: `sha256:${hash}`, size: Buffer.byteLength(bytes) };
}
