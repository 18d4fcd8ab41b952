/**
 * Whether an address is an exit of Tor: whoever attacks from one may be anybody. From a file that the user names and keeps
 * up to date, one address a line; the project's own list `exit-addresses` is understood as well. Read again when it changes.
 */
import { readFileSync, type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Address, parseAddress, single } from '../../base/address.ts';
import { errorCode } from '../../base/problem.ts';
import type { Informant, Reply } from '../informant.ts';
import { dateName } from '../origin-source.ts';

/** Tor has some 3,000 exits; a list of ten times as many would have 1 MB. */
const BYTES_MAX = 4_194_304;

export interface TorExitsOptions {
  readonly clock: () => number;
  readonly path: string;
}

export function torExits(options: TorExitsOptions): Informant {
  return new TorExits(options);
}

class TorExits implements Informant {
  readonly about = 'tor-exit';
  readonly option = 'tor_exits';
  readonly workers = 1;
  readonly patienceMs = 1_000;
  /** The list is at hand and changes by the hour. */
  readonly keepMs = 0;
  readonly #options: TorExitsOptions;
  #stamp = '';
  #exits: ReadonlySet<string> = new Set();
  #trouble: string | undefined;

  constructor(options: TorExitsOptions) {
    this.#options = options;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  neighborhood(address: Address): ReturnType<Informant['neighborhood']> {
    return single(address);
  }

  holds(): boolean {
    return true;
  }

  readyAt(): number {
    return 0;
  }

  async ask(address: Address): Promise<Reply> {
    const { clock, path } = this.#options;
    try {
      const stats = statSync(path);
      this.#refresh(stats);
      const source = `${basename(path)} ${dateName(stats.mtimeMs)}`;
      const answer = { about: this.about, isExit: this.#exits.has(address.text) } as const;
      this.#trouble = undefined;
      return { state: 'answered', finding: { address, at: clock(), source, answer } };
    } catch (error) {
      const what = errorCode(error) ?? (error instanceof Error ? error.message : String(error));
      this.#trouble = `${path} cannot be read: ${what}`;
      return { state: 'failed', why: this.#trouble };
    }
  }

  close(): void {
    this.#exits = new Set();
    this.#stamp = '';
  }

  #refresh({ ino, size, mtimeMs, ctimeMs }: Stats): void {
    const stamp = `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
    if (size > BYTES_MAX) throw new Error(`it has more than ${BYTES_MAX} bytes`);
    if (stamp !== this.#stamp) this.#exits = exitsIn(readFileSync(this.#options.path, 'latin1'));
    this.#stamp = stamp;
    if (this.#exits.size === 0) throw new Error('there is no address in it');
  }
}

/** Lines that are no address (comments, the other lines of `exit-addresses`) say nothing. */
function exitsIn(text: string): ReadonlySet<string> {
  const exits = new Set<string>();
  for (const line of text.split('\n')) {
    const word =
      line
        .replace(/^ExitAddress /, '')
        .trim()
        .split(/[\s,#]/, 1)[0] ?? '';
    const address = parseAddress(word);
    if (address) exits.add(address.text);
  }
  return exits;
}
