// Writes a CycloneDX document of the contents of the image:
//   node sbom.mjs ABOUT LOCK PACKAGES DEPS...
//   ABOUT     version, commit and base of the image
//   LOCK      the service's lock file, with the hash of each package
//   PACKAGES  the folder of restored packages, with their licenses
//   DEPS      the list of assemblies that the runtime loads, one file for each platform of the image
import { readFileSync } from "node:fs";

const [aboutFile, lockFile, packages, ...depsFiles] = process.argv.slice(2);
const about = Object.fromEntries(readFileSync(aboutFile, "utf8").trim().split("\n").map((line) => line.split(/=(.*)/s, 2)));
const locked = new Map(Object.values(JSON.parse(readFileSync(lockFile, "utf8")).dependencies)
  .flatMap((dependencies) => Object.entries(dependencies))
  .filter(([, dependency]) => dependency.type !== "Project")
  .map(([name, dependency]) => [`${name}/${dependency.resolved}`.toLowerCase(), dependency]));

const components = new Map();
const dependencies = new Map();
const root = "airside";
for (const file of depsFiles) {
  const deps = JSON.parse(readFileSync(file, "utf8"));
  const target = deps.targets[deps.runtimeTarget.name];
  for (const [key, library] of Object.entries(deps.libraries)) {
    const reference = referenceOf(key, library);
    if (library.type !== "project") {
      components.set(reference, componentOf(key, library, reference));
    }

    const needed = Object.entries(target[key]?.dependencies ?? {})
      .filter(([name, version]) => deps.libraries[`${name}/${version}`] !== undefined)
      .map(([name, version]) => referenceOf(`${name}/${version}`, deps.libraries[`${name}/${version}`]));
    const known = dependencies.get(reference) ?? new Set();
    needed.filter((other) => other !== reference).forEach((other) => known.add(other));
    dependencies.set(reference, known);
  }
}

const base = baseOf(about.runtime_image);
components.set(base["bom-ref"], base);
dependencies.get(root).add(base["bom-ref"]);

console.log(JSON.stringify({
  $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    component: {
      "bom-ref": root,
      type: "container",
      name: "airside",
      version: about.version,
      licenses: [{ license: { id: "Apache-2.0" } }],
      properties: [{ name: "airside:commit", value: about.commit }],
    },
  },
  components: sorted([...components.values()]),
  dependencies: [...dependencies].sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([ref, needed]) => ({ ref, dependsOn: [...needed].sort() })),
}, null, 2));

// The projects of this repository are the image itself.
function referenceOf(key, library) {
  return library.type === "project" ? root : `pkg:nuget/${nameOf(key)}@${versionOf(key)}`;
}

function nameOf(key) {
  return key.slice(0, key.indexOf("/")).replace(/^runtimepack\./, "");
}

function versionOf(key) {
  return key.slice(key.indexOf("/") + 1);
}

function componentOf(key, library, reference) {
  const hash = locked.get(key.toLowerCase())?.contentHash;
  const license = licenseOf(nameOf(key), versionOf(key));
  return {
    "bom-ref": reference,
    type: library.type === "runtimepack" ? "framework" : "library",
    name: nameOf(key),
    version: versionOf(key),
    ...(license === undefined ? {} : { licenses: [license] }),
    purl: reference,
    ...(hash === undefined ? {} : { properties: [{ name: "airside:nuget-content-hash", value: hash }] }),
  };
}

// A package that is not restored here, such as the runtime, has no license to read.
function licenseOf(name, version) {
  const id = name.toLowerCase();
  try {
    const text = readFileSync(`${packages}/${id}/${version.toLowerCase()}/${id}.nuspec`, "utf8");
    const expression = /<license type="expression">([^<]+)</.exec(text)?.[1];
    return expression === undefined ? undefined : { expression };
  } catch (error) {
    if (error.code !== "ENOENT") {
      throw error;
    }
  }
}

function baseOf(image) {
  const [named, digest] = image.split("@");
  const tag = named.lastIndexOf(":") > named.lastIndexOf("/") ? named.slice(named.lastIndexOf(":") + 1) : "latest";
  const repository = named.slice(0, named.length - (named.endsWith(`:${tag}`) ? tag.length + 1 : 0));
  const name = repository.slice(repository.lastIndexOf("/") + 1);
  const version = digest ?? tag;
  const purl = `pkg:oci/${name}@${encodeURIComponent(version)}?repository_url=${encodeURIComponent(repository)}&tag=${tag}`;
  return { "bom-ref": purl, type: "container", name: repository, version, purl };
}

function sorted(list) {
  return list.sort((left, right) => (left["bom-ref"] < right["bom-ref"] ? -1 : 1));
}
