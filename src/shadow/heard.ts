/** What a server said of subjects that it had not banned yet: how often they failed, and what kept them from being banned. */

/** Subjects between their first failure and their ban; when there are more, it begins anew and knows less. */
const SUBJECTS_MAX = 100_000;

interface Said {
  failures: number;
  /** When the last one was, epoch milliseconds. */
  last: number | undefined;
  ignored: number;
  ignoredBy: string;
}

export class Heard {
  /** Whether its log tells of failures at all. */
  tellsFailures = false;
  #said = new Map<string, Said>();

  /** `time`: of the failure itself. */
  failed(jail: string, subject: string, time: number | undefined): void {
    this.tellsFailures = true;
    const said = this.#of(jail, subject);
    said.failures++;
    said.last = time;
  }

  /** `by`: its word for why. */
  ignored(jail: string, subject: string, by: string): void {
    const said = this.#of(jail, subject);
    said.ignored++;
    said.ignoredBy = by;
  }

  /** Undefined when it said nothing. */
  of(jail: string, subject: string): Readonly<Said> | undefined {
    return this.#said.get(`${jail}\n${subject}`);
  }

  /** It was banned; it begins anew. */
  take(jail: string, subject: string): Readonly<Said> | undefined {
    const said = this.of(jail, subject);
    this.#said.delete(`${jail}\n${subject}`);
    return said;
  }

  #of(jail: string, subject: string): Said {
    const key = `${jail}\n${subject}`;
    const known = this.#said.get(key);
    if (known) return known;
    if (this.#said.size >= SUBJECTS_MAX) {
      this.#said = new Map();
      this.tellsFailures = false;
    }
    const said = { failures: 0, last: undefined, ignored: 0, ignoredBy: '' };
    this.#said.set(key, said);
    return said;
  }
}
