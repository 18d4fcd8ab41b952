/**
 * As much of JSON Schema (2020-12) as the schemas of XARF use, to hold documents against them in tests. A keyword that it does
 * not know is an error, so that nothing is passed over.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';

type Schema = Readonly<Record<string, unknown>>;

interface Place {
  /** The file that the schema is in, for `$ref`. */
  readonly file: string;
  readonly root: Schema;
  /** Of the value. */
  readonly path: string;
}

/** What is wrong with a value by the schema in a file; empty when nothing is. */
export function faultsIn(value: unknown, file: string): string[] {
  const root = schemaIn(file);
  return check(value, root, { file, root, path: '$' });
}

const files = new Map<string, Schema>();

function schemaIn(file: string): Schema {
  const known = files.get(file) ?? asSchema(JSON.parse(readFileSync(file, 'utf8')));
  files.set(file, known);
  return known;
}

function asSchema(value: unknown): Schema {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not a schema');
  return Object.fromEntries(Object.entries(value));
}

function asList(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error('not a list in a schema');
  return value;
}

type Keyword = (value: unknown, given: unknown, place: Place, schema: Schema) => string[];

const fault = (isRight: boolean, { path }: Place, what: string): string[] => (isRight ? [] : [`${path} ${what}`]);
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** They say nothing of a value by themselves. */
const SILENT = new Set('$schema $id $defs title description examples default x-recommended then'.split(' '));

const KEYWORDS: Readonly<Record<string, Keyword>> = {
  contentEncoding: (value, given, place) =>
    fault(
      given === 'base64' && typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value,
      place,
      'is not base64',
    ),
  $ref: (value, given, place) => refer(value, String(given), place),
  allOf: (value, given, place) => asList(given).flatMap((each) => check(value, asSchema(each), place)),
  anyOf: (value, given, place) => {
    const isAny = asList(given).some((each) => check(value, asSchema(each), place).length === 0);
    return fault(isAny, place, 'is none of what it may be');
  },
  if: (value, given, place, schema) =>
    check(value, asSchema(given), place).length === 0 ? check(value, asSchema(schema.then), place) : [],
  type: (value, given, place) => fault(isOfType(value, String(given)), place, `is no ${given}`),
  const: (value, given, place) => fault(value === given, place, `is not ${given}`),
  enum: (value, given, place) => fault(asList(given).includes(value), place, `is not one of ${given}`),
  pattern: (value, given, place) =>
    fault(typeof value !== 'string' || new RegExp(String(given)).test(value), place, `does not look like ${given}`),
  format: (value, given, place) =>
    fault(typeof value !== 'string' || isOfFormat(value, String(given)), place, `is no ${given}`),
  maxLength: (value, given, place) =>
    fault(typeof value !== 'string' || [...value].length <= Number(given), place, 'is too long'),
  minimum: (value, given, place) => fault(typeof value !== 'number' || value >= Number(given), place, 'is too small'),
  maximum: (value, given, place) => fault(typeof value !== 'number' || value <= Number(given), place, 'is too large'),
  maxItems: (value, given, place) =>
    fault(!Array.isArray(value) || value.length <= Number(given), place, 'has too many'),
  items: (value, given, place) =>
    Array.isArray(value)
      ? value.flatMap((each, i) => check(each, asSchema(given), { ...place, path: `${place.path}[${i}]` }))
      : [],
  required: (value, given, place) =>
    isObject(value)
      ? asList(given).flatMap((key) => fault(Object.hasOwn(value, String(key)), place, `lacks ${key}`))
      : [],
  properties: (value, given, place) => {
    if (!isObject(value)) return [];
    const schemas = asSchema(given);
    return Object.entries(value).flatMap(([key, each]) =>
      Object.hasOwn(schemas, key)
        ? check(each, asSchema(schemas[key]), { ...place, path: `${place.path}.${key}` })
        : [],
    );
  },
  additionalProperties: (value, given, place, schema) => {
    if (given === true || !isObject(value)) return [];
    const known = Object.keys(asSchema(schema.properties));
    return Object.keys(value).flatMap((key) => fault(known.includes(key), place, `may not have ${key}`));
  },
};

function check(value: unknown, schema: Schema, place: Place): string[] {
  return Object.entries(schema).flatMap(([name, given]) => {
    if (SILENT.has(name)) return [];
    const keyword = KEYWORDS[name];
    if (!keyword) throw new Error(`the schema has the keyword ${name}, which is not known here`);
    return keyword(value, given, place, schema);
  });
}

function refer(value: unknown, reference: string, place: Place): string[] {
  const [file = '', inside = ''] = reference.split('#');
  // The types lie beside the core here, and in a folder below it where they are published.
  const path = file === '' ? place.file : join(dirname(place.file), file.replace('../', ''));
  const root = file === '' ? place.root : schemaIn(path);
  const target = inside
    .split('/')
    .filter(Boolean)
    .reduce((schema, key) => asSchema(schema[key]), root);
  return check(value, target, { ...place, file: path, root });
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  uuid: (text) => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(text),
  'date-time': (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)),
  email: (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text),
  hostname: (text) => /^(?=.{1,253}$)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*$/.test(text),
  ipv4: (text) => isIP(text) === 4,
  ipv6: (text) => isIP(text) === 6,
  uri: (text) => URL.canParse(text),
};

function isOfFormat(text: string, format: string): boolean {
  const is = FORMATS[format];
  if (!is) throw new Error(`the schema has the format ${format}, which is not known here`);
  return is(text);
}
