// Shows that the schema of the chart's values refuses what is misspelt and what has a wrong type, anywhere.
//   standard input:   {"schema": …, "defaults": "YAML of values.yaml", "values": "YAML of values that fill every list and map"}
//   standard output:  {"mutations": number, "accepted": ["path: what was changed", …], "samples": [{"change": …, "values": "YAML"}, …]}
// The samples are every n-th mutation as values of their own, for Helm to refuse as well.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, sampleStep] = [process.argv[2], Number(process.argv[3])];
const require = createRequire(pathToFileURL(folder + "/"));
const yaml = require("yaml");
const Ajv = require("ajv").default;

const input = JSON.parse(await new Response(process.stdin).text());
const schema = input.schema;
const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
const base = merge(yaml.parse(input.defaults), yaml.parse(input.values));
if (!validate(base)) {
  throw new Error("The values are refused before anything is changed: " + JSON.stringify(validate.errors, null, 2));
}

const accepted = [];
const samples = [];
let mutations = 0;
visit(schema, base, []);
console.log(JSON.stringify({ mutations, accepted, samples }));

function visit(node, value, path) {
  const rule = resolve(node);
  for (const wrong of wrongTypes(rule)) {
    tryChange(path, `${JSON.stringify(wrong)} instead of ${JSON.stringify(value)}`, () => wrong, path);
  }

  if (Array.isArray(value)) {
    value.forEach((item, index) => visit(rule.items, item, [...path, index]));
  } else if (value !== null && typeof value === "object") {
    // Keys of a map are free; those of an object that the chart reads are not.
    if (rule.properties !== undefined) {
      for (const key of Object.keys(value)) {
        for (const misspelt of misspellings(key).filter((name) => rule.properties[name] === undefined)) {
          tryChange([...path, key], `also as ${misspelt}`, (held) => held, [...path, misspelt]);
        }
      }
    }

    for (const [key, item] of Object.entries(value)) {
      visit(rule.properties?.[key] ?? Object.values(rule.patternProperties ?? {})[0], item, [...path, key]);
    }
  }
}

// Changes a copy of the values at one place, and keeps what the schema does not refuse at that place.
function tryChange(from, change, replace, to) {
  if (to.length === 0) {
    return;
  }

  mutations++;
  const values = structuredClone(base);
  const parent = to.slice(0, -1).reduce((object, key) => object[key], values);
  parent[to.at(-1)] = replace(from.reduce((object, key) => object[key], base));
  const name = `${from.join(".")}: ${change}`;
  const place = to.map((key) => `/${String(key).replaceAll("/", "~1")}`).join("");
  const isRefused = !validate(values) && validate.errors.some((error) => error.instancePath === place
    || (error.keyword === "additionalProperties" && `${error.instancePath}/${error.params.additionalProperty}` === place));
  if (!isRefused) {
    accepted.push(name);
  } else if (mutations % sampleStep === 0) {
    samples.push({ change: name, values: yaml.stringify(values) });
  }
}

function wrongTypes(rule) {
  const allowed = typesOf(rule);
  const wrong = [["string", "?? wrong ??"], ["number", 7.5], ["boolean", true], ["array", []], ["object", {}], ["null", null]];
  return wrong.filter(([type]) => !allowed.has(type)).map(([, value]) => value);
}

function typesOf(rule) {
  const types = rule.type === undefined && rule.anyOf !== undefined
    ? rule.anyOf.flatMap((one) => [...typesOf(resolve(one))])
    : [rule.type].flat();
  if (types.includes(undefined)) {
    throw new Error("A place of the schema has no type: " + JSON.stringify(rule));
  }

  return new Set(types);
}

function misspellings(key) {
  return [`${key}s`, key.slice(0, -1), key[0].toUpperCase() + key.slice(1), key[0] + key[2] + key[1] + key.slice(3)]
    .filter((name) => name !== key && !name.includes("undefined"));
}

function resolve(node) {
  const { $ref, ...rest } = node;
  return $ref === undefined ? node : { ...resolve(schema.definitions[$ref.split("/").at(-1)]), ...rest };
}

// As Helm merges values: objects by key, all else as a whole, and null takes a key away.
function merge(below, above) {
  if (!isObject(below) || !isObject(above)) {
    return above;
  }

  const merged = { ...below };
  for (const [key, value] of Object.entries(above)) {
    if (value === null) {
      delete merged[key];
    } else {
      merged[key] = merge(below[key], value);
    }
  }

  return merged;
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
