// Validates Kubernetes documents against the schemas of the versions that they were rendered for.
//   standard input:   {"1.34": {"name of a rendering": "YAML with documents", …}, …}
//   standard output:  {"checked": number of documents, "faults": ["version, rendering, kind/name: what is wrong", …]}
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const require = createRequire(pathToFileURL(folder + "/"));
const yaml = require("yaml");
const resources = ["argo-cd", "prometheus-operator", "external-secrets", "keda", "argo-rollouts", "gateway-api"];

const input = JSON.parse(await new Response(process.stdin).text());
const faults = [];
let checked = 0;
for (const [version, renderings] of Object.entries(input)) {
  for (const [rendering, text] of Object.entries(renderings)) {
    // Kubernetes reads YAML 1.1, where 0440 is octal.
    for (const parsed of yaml.parseAllDocuments(text, { version: "1.1" })) {
      const document = parsed.toJS();
      if (document !== null) {
        checked++;
        const name = `${version}, ${rendering}, ${document.kind}/${document.metadata?.name}`;
        const found = [...parsed.errors.map(String), ...await validate(version, document)];
        faults.push(...found.map((fault) => `${name}: ${fault}`));
      }
    }
  }
}

console.log(JSON.stringify({ checked, faults }));

async function validate(version, document) {
  const model = await modelOf(version, document);
  if (model === undefined) {
    return [`there is no ${document.kind} of ${document.apiVersion}`];
  }

  const notes = [];
  const faults = [];
  const watched = watch(Object.assign(Object.create(model.prototype), document), "", notes);
  try {
    model.prototype.validate.call(watched);
  } catch (error) {
    faults.push(error.message);
  }

  for (const note of notes.filter((note) => note.isEntered && !note.isMap)) {
    const unknown = Object.keys(note.object).filter((key) => !note.read.has(key));
    faults.push(...unknown.map((key) => `${note.path}/${key} is unknown`));
  }

  return faults;
}

// Kinds of Kubernetes itself come with its version; the others have one package each.
async function modelOf(version, { apiVersion, kind }) {
  const packages = [`kubernetes-${version}`, ...resources.map((name) => `@kubernetes-models/${name}`)];
  for (const name of packages) {
    try {
      const module = await import(pathToFileURL(`${folder}/node_modules/${name}/${apiVersion}/index.js`).href);
      const models = module.default ?? module;
      if (models[kind] !== undefined) {
        return models[kind];
      }
    } catch (error) {
      if (error.code !== "ERR_MODULE_NOT_FOUND") {
        throw error;
      }
    }
  }
}

// The schemas name the fields that there are, but refuse no others. A validator asks for each field that it knows, so what it did not
// ask for in an object that it looked into is unknown. One that goes through all keys takes the object as a map, which has no unknown.
function watch(object, path, notes) {
  if (object === null || typeof object !== "object") {
    return object;
  }

  const note = { object, path, isEntered: false, isMap: Array.isArray(object), read: new Set() };
  const children = new Map(Object.entries(object).map(([key, value]) => [key, watch(value, `${path}/${key}`, notes)]));
  notes.push(note);
  return new Proxy(object, {
    get(target, key) {
      if (typeof key !== "string" || key in Object.prototype || key === "validate") {
        return Reflect.get(target, key);
      }

      note.isEntered = true;
      note.read.add(key);
      return children.get(key) ?? Reflect.get(target, key);
    },
    ownKeys(target) {
      note.isMap = true;
      return Reflect.ownKeys(target);
    },
  });
}
