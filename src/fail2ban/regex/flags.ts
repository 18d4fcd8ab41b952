/** The flags of Python's expressions, as they hold for one part of an expression. */
import { asciiOnly, type CharSet, foldCase } from './charset.ts';

export interface Flags {
  /** `i` */
  readonly ignoreCase: boolean;
  /** `m` */
  readonly multiline: boolean;
  /** `s` */
  readonly dotAll: boolean;
  /** `x` */
  readonly verbose: boolean;
  /** `a` */
  readonly ascii: boolean;
}

export const NO_FLAGS: Flags = { ignoreCase: false, multiline: false, dotAll: false, verbose: false, ascii: false };

const NAMES: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  x: 'verbose',
  a: 'ascii',
};

/** The flags with the letters set or unset; undefined for a letter that is none. `u` is always so. */
export function withFlags(flags: Flags, letters: string, value: boolean): Flags | undefined {
  let changed = flags;
  for (const letter of letters) {
    const name = NAMES[letter];
    if (name) changed = { ...changed, [name]: value };
    else if (letter !== 'u') return undefined;
    else changed = { ...changed, ascii: false };
  }
  return changed;
}

/** A set that was written out, with both cases when case does not count. */
export function inCase(set: CharSet, flags: Flags): CharSet {
  if (!flags.ignoreCase) return set;
  const folded = foldCase(set);
  return flags.ascii ? { ascii: folded.ascii, beyond: set.beyond } : folded;
}

/** `\d`, `\w`, `\s`: within ASCII only, or not. */
export function categoryIn(set: CharSet, flags: Flags): CharSet {
  return flags.ascii ? asciiOnly(set) : set;
}
