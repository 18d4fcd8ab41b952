/** JSON that may be none: cut short, damaged, or of somebody else. */

/** Undefined for what is none, which no JSON is. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // That it is none is all that there is to say.
  }
}

/** The fields of an object, or of a list by their numbers; undefined for anything else. */
export function jsonFields(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parsedJson(text);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
}
