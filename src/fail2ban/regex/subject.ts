/** A text that expressions are tried on, with what decides how they can be. Made once for all expressions. */

export interface Subject {
  readonly text: string;
  /** ASCII without carriage returns, not empty: there V8 and Python agree about letters, blanks, lines and `\B`. */
  readonly isPlain: boolean;
  /** No newline, but perhaps one at the end. */
  readonly isOneLine: boolean;
}

/** Of a text that ends in a newline; `isPlain`: it is known to be plain, and to have no other. */
export function lineSubject(text: string, isPlain: boolean): Subject {
  return isPlain ? { text, isPlain, isOneLine: true } : subjectOf(text);
}

export function subjectOf(text: string): Subject {
  const newline = text.indexOf('\n');
  return {
    text,
    isPlain: text !== '' && !NOT_PLAIN.test(text),
    isOneLine: newline < 0 || newline === text.length - 1,
  };
}

const NOT_PLAIN = /[^\x00-\x0c\x0e-\x7f]/;
