/** What the name of a rotated log says: of which log it is a part, and how old. Names only; nothing is opened. */

export interface Rotation {
  /** The name of the log that is written to: `auth.log` for `auth.log.2.gz`. */
  readonly base: string;
  /** How the name tells the age: not at all for the log that is written to. */
  readonly by: 'nothing' | 'number' | 'date';
  /** Grows with the age by number, falls with it by date. */
  readonly turn: number;
}

/** A name with what is needed to put a log's parts into order. */
export interface Named {
  readonly rotation: Rotation;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

// 20241003 or 2024-10-03, and perhaps an hour or seconds since 1970 behind it; before a last `.log`, or at the end.
const DATED_INSIDE = /^(.+?)[-._](\d\d\d\d)-?(\d\d)-?(\d\d)(?:[-_.T]?(\d+))?(\.log)$/;
const DATED = /^(.+?)[-._](\d\d\d\d)-?(\d\d)-?(\d\d)(?:[-_.T]?(\d+))?$/;
const NUMBERED = /^(.+)\.(\d\d?\d?\d?)$/;
const COMPRESSED = /\.(?:gz|z|Z)$/;
/** Seconds since 1970 have ten digits; the product with a day number is still a safe integer. */
const REST_LIMIT = 1e11;
/** Logs that are named after the host that sends them: the last number is no rotation. */
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

export function rotationOf(name: string): Rotation {
  const plain = name.replace(COMPRESSED, '');
  const dated = DATED_INSIDE.exec(plain) ?? DATED.exec(plain);
  const turn = dated ? turnOf(dated) : undefined;
  if (dated && turn !== undefined) return { base: `${dated[1]}${dated[6] ?? ''}`, by: 'date', turn };
  const numbered = IPV4.test(plain) ? undefined : NUMBERED.exec(plain);
  if (numbered) return { base: numbered[1] ?? '', by: 'number', turn: Number(numbered[2]) };
  if (plain.endsWith('.old') && plain.length > 4) return { base: plain.slice(0, -4), by: 'number', turn: 1 };
  return { base: plain, by: 'nothing', turn: 0 };
}

/** The parts of one log, oldest first. */
export function oldestFirst<T extends Named>(parts: readonly T[]): readonly T[] {
  const ways = new Set(parts.map(({ rotation }) => rotation.by));
  // Numbers and dates side by side come from a change of the configuration; only the files' times order both.
  const mixed = ways.has('number') && ways.has('date');
  return [...parts].sort((a, b) => {
    const last = Number(a.rotation.by === 'nothing') - Number(b.rotation.by === 'nothing');
    const byTurn = a.rotation.by === 'number' ? b.rotation.turn - a.rotation.turn : a.rotation.turn - b.rotation.turn;
    return last || (mixed ? 0 : byTurn) || a.modified - b.modified || (a.name < b.name ? -1 : 1);
  });
}

/** The date and what follows as a number that grows with time; undefined when it is no date. */
function turnOf(dated: RegExpExecArray): number | undefined {
  const [year, month, day, rest] = dated.slice(2, 6).map((text) => Number(text ?? 0));
  if (year === undefined || month === undefined || day === undefined || rest === undefined) return undefined;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || rest >= REST_LIMIT) return undefined;
  return (Date.UTC(year, month - 1, day) / 86_400_000) * REST_LIMIT + rest;
}
