/** What clients of fail2ban and its server say to each other: the few sorts of values of Python that occur. */

/** A list is an array; lists that cannot grow (`Tuple`) and errors (`Raised`) have a type of their own. */
export type Value = string | number | boolean | null | Tuple | Raised | readonly Value[] | ReadonlyMap<string, Value>;

export class Tuple {
  readonly items: readonly Value[];

  constructor(...items: readonly Value[]) {
    this.items = items;
  }
}

/** An error that the server answers with, by the name under which clients know it. */
export class Raised {
  readonly type: RaisedType;
  readonly argument: string;

  constructor(type: RaisedType, argument: string) {
    this.type = type;
    this.argument = argument;
  }
}

/** `UnknownJailException` is of the original's own, and only its own clients can read it, as with the original. */
export type RaisedType = 'Exception' | 'IndexError' | 'ValueError' | 'UnknownJailException';

/** As JSON has it: tuples are lists. */
export function plain(value: Value): unknown {
  if (value instanceof Tuple) return value.items.map(plain);
  if (value instanceof Raised) return { error: value.type, what: value.argument };
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [key, plain(each)]));
  return value;
}
