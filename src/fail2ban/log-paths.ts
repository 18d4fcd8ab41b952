/** Which jails read which log. Globs are those of the original: `*` and `?` stop at a `/`, and find no hidden file. */

/** What logrotate and its like add to a name. */
const ROTATED = /(?:\.(?:gz|xz|zst|bz2|z|old|\d{1,4})|[-.](?:\d{8,14}|\d{4}-\d\d-\d\d))+$/i;

/** The path of the log that a rotated part is of. */
export function withoutRotation(path: string): string {
  return path.replace(ROTATED, '');
}

/** A `logpath`, ready to be asked. */
export class LogGlob {
  readonly #names: readonly RegExp[];

  constructor(glob: string) {
    this.#names = segmentsOf(glob).map(expressionOf);
  }

  /** How many of the last names of a path agree; all of them when it is the very log. */
  agreement(path: string): { readonly names: number; readonly isWhole: boolean } {
    const names = segmentsOf(path);
    const plain = [...names.slice(0, -1), withoutRotation(names.at(-1) ?? '')];
    const count = Math.max(this.#agreeing(names), this.#agreeing(plain));
    return { names: count, isWhole: count === this.#names.length && count === names.length };
  }

  #agreeing(names: readonly string[]): number {
    let count = 0;
    while (count < Math.min(names.length, this.#names.length)) {
      if (this.#names.at(-1 - count)?.test(names.at(-1 - count) ?? '') !== true) break;
      count++;
    }
    return count;
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** Of one name. What cannot be understood stands for itself. */
function expressionOf(name: string): RegExp {
  let source = '';
  for (let at = 0; at < name.length; at++) {
    const letter = name[at] ?? '';
    const close = letter === '[' ? name.indexOf(']', at + 2) : -1;
    if (letter === '*') source += '.*';
    else if (letter === '?') source += '.';
    else if (close > 0) {
      source += classOf(name.slice(at + 1, close));
      at = close;
    } else source += letter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  return new RegExp(`^${/^[*?[]/.test(name) ? '(?!\\.)' : ''}${source}$`, 's');
}

function classOf(text: string): string {
  const isNegated = text.startsWith('!');
  const inside = (isNegated ? text.slice(1) : text).replace(/[\\\]^[]/g, '\\$&');
  // A range that runs backwards is nothing that a file could be named by.
  return /(.)-(.)/.test(inside) && [...inside.matchAll(/(.)-(.)/g)].some(([, a = '', b = '']) => a > b)
    ? '(?!)'
    : `[${isNegated ? '^' : ''}${inside}]`;
}
