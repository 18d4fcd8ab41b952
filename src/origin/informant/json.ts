/** JSON that a stranger wrote, within limits: what is nested deeper than anything honest is not parsed at all. */

/** RDAP nests some ten levels: entities in entities, with arrays of arrays for their cards. */
const DEPTH_MAX = 32;

/** `what` for bytes that are no such JSON. */
export function strangersJson(bytes: Buffer): { readonly value: unknown } | { readonly what: string } {
  const text = bytes.toString('utf8');
  if (isTooDeep(text)) return { what: `is nested deeper than ${DEPTH_MAX} levels` };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { what: 'is not JSON' };
  }
}

/** Of a text that may be no JSON: then what this says of it does not matter. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isQuoted) {
      if (code === 92) i++;
      else if (code === 34) isQuoted = false;
    } else if (code === 34) isQuoted = true;
    else if (code === 91 || code === 123) {
      if (++depth > DEPTH_MAX) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
}

/** A field of an object; undefined of anything else. Only its own: `__proto__` is no field. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

/** The entries of an array, at most so many; none of anything else. */
export function entriesIn(value: unknown, most: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}
