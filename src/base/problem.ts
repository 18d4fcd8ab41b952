/**
 * What a person did wrong or must mend, as a value: where, what, and the likeliest way out.
 * Programmer errors are plain exceptions; this is for everything else that reaches the terminal.
 */

/** sysexits.h, the part that we use. */
export const EXIT = {
  done: 0,
  no: 1,
  usage: 64,
  badData: 65,
  noInput: 66,
  unavailable: 69,
  notPermitted: 77,
  badConfig: 78,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** One problem with its place. */
export interface Problem {
  /** `file:line:column`, as far as it is known. */
  readonly where?: string;
  readonly what: string;
  readonly hint?: string;
}

/** Ends a command with a sentence and an exit status. */
export class ProblemError extends Error {
  readonly status: ExitStatus;
  readonly problems: readonly Problem[];

  constructor(status: ExitStatus, problems: Problem | readonly Problem[], options?: { cause?: unknown }) {
    const list = 'what' in problems ? [problems] : problems;
    super(list.map(formatProblem).join('\n'), options);
    this.name = 'ProblemError';
    this.status = status;
    this.problems = list;
  }
}

/** One line: `where: what (hint)`. */
export function formatProblem(problem: Problem): string {
  const where = problem.where === undefined ? '' : `${problem.where}: `;
  return `${where}${problem.what}${problem.hint === undefined ? '' : ` (${problem.hint})`}`;
}

/** `ENOENT` and the like, of an error of the file system; undefined for any other. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The candidate nearest to a misspelled word, when it is near enough to be what was meant. */
export function likeliest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // Two letters in the wrong order are two changes, and the commonest mistake.
  let bestDistance = Math.max(word.length < 4 ? 1 : 2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, change));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
