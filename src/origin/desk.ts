/**
 * The queue before one informant: a few questions at a time, each neighborhood once, answers remembered, failures tried
 * again later. It never blocks: whoever brings a question goes on at once, and hears of the answer, or never.
 */
import type { Address, Network } from '../base/address.ts';
import type { Answer, Finding } from '../model.ts';
import type { Informant, Reply } from './informant.ts';

export interface DeskOptions<Asker> {
  readonly clock: () => number;
  /** What was said before about an address of the network, not before `since`: the record's memory. */
  readonly recall: (about: Answer['about'], network: Network, since: number) => Finding | undefined;
  readonly onFinding: (asker: Asker, finding: Finding) => void;
  /** How often a question is asked that nobody answers. */
  readonly tries: number;
  /** How long an informant may have us wait; longer is no answer. */
  readonly longestWaitMs: number;
}

/** How things stand at a desk, for `status`. Counts are since the start. */
export interface DeskFacts {
  readonly about: Answer['about'];
  readonly option: string;
  /** In the queue, or being asked. */
  readonly waiting: number;
  readonly answered: number;
  readonly unanswered: number;
  /** Questions that found no room in the queue. */
  readonly dropped: number;
  readonly trouble: string | undefined;
}

interface Question<Asker> {
  readonly asker: Asker;
  readonly address: Address;
  /** The neighborhood, as text: it is asked about by one at a time. */
  readonly place: string;
  /** Not before. */
  at: number;
  tries: number;
}

/**
 * An hour of a ban a second, or ten thousand at once; some 3 MB. What finds no room is counted, and taken up when the
 * daemon starts again, or by `rapsheet enrich`.
 */
export const QUEUE_MAX = 10_000;
/** Attackers come back: a day of a busy host. Some 3 MB; 20 where every text is as long as it may be. */
const REMEMBERED_MAX = 10_000;
/** The second try comes after a minute, the third after four. */
const RETRY_MS = 60_000;
/** Whoever did not answer three times is not asked about again by the next ban a minute later. */
const SILENT_MS = 600_000;
/** Questions that are begun or answered from memory in a turn, some 50 µs each: a ban may come right behind it. */
const BEGUN_MAX = 10;
/** Questions that are looked at in a turn, some 2 µs each. In a long queue the next turn goes on behind them. */
const LOOKS_MAX = 500;

export class Desk<Asker> {
  readonly informant: Informant;
  readonly #options: DeskOptions<Asker>;
  #queue: Question<Asker>[] = [];
  /** Where the queue is looked at next. */
  #from = 0;
  #soon: NodeJS.Immediate | undefined;
  #running = 0;
  readonly #asked = new Set<string>();
  readonly #remembered = new Map<string, Finding>();
  readonly #silent = new Map<string, number>();
  readonly #counts = { answered: 0, unanswered: 0, dropped: 0 };
  #giving = new AbortController();

  constructor(informant: Informant, options: DeskOptions<Asker>) {
    this.informant = informant;
    this.#options = options;
  }

  get facts(): DeskFacts {
    const { about, option, trouble } = this.informant;
    return { about, option, trouble, waiting: this.room.taken, ...this.#counts };
  }

  get room(): { readonly taken: number; readonly left: number } {
    const taken = this.#queue.length + this.#running;
    return { taken, left: Math.max(0, QUEUE_MAX - taken) };
  }

  add(asker: Asker, address: Address): void {
    if (this.room.left === 0) {
      this.#counts.dropped++;
      return;
    }
    this.#queue.push({ asker, address, place: this.informant.neighborhood(address).text, at: 0, tries: 0 });
  }

  /** Asks as many questions as may be asked now. To be called now and then; answers lead to further turns by themselves. */
  turn(): void {
    const now = this.#options.clock();
    for (let begun = 0; this.#running < this.informant.workers; begun++) {
      if (begun === BEGUN_MAX) {
        this.#turnSoon();
        return;
      }
      const question = this.#next(now);
      if (!question) return;
      const known = this.#known(question, now);
      if (known) this.#tell(question, known);
      else if (this.#isSilent(question, now)) this.#counts.unanswered++;
      else void this.#ask(question);
    }
  }

  /** Forgets the questions; answers on their way are not told any more. What was counted stays. */
  clear(): void {
    this.#giving.abort();
    this.#giving = new AbortController();
    if (this.#soon) clearImmediate(this.#soon);
    this.#soon = undefined;
    this.#queue = [];
    this.#from = 0;
    this.#running = 0;
    this.#asked.clear();
  }

  close(): void {
    this.clear();
    this.informant.close();
  }

  #next(now: number): Question<Asker> | undefined {
    const looks = Math.min(LOOKS_MAX, this.#queue.length);
    for (let look = 0; look < looks; look++) {
      const index = (this.#from + look) % this.#queue.length;
      const question = this.#queue[index];
      if (question && this.#mayAsk(question, now)) return this.#queue.splice(index, 1)[0];
    }
    this.#from = this.#queue.length === 0 ? 0 : (this.#from + looks) % this.#queue.length;
    return undefined;
  }

  #mayAsk({ at, place, address }: Question<Asker>, now: number): boolean {
    return at <= now && !this.#asked.has(place) && this.informant.readyAt(address) <= now;
  }

  /** After others had their turn: many answers at once must not hold up the program. */
  #turnSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.turn();
    });
  }

  async #ask(question: Question<Asker>): Promise<void> {
    const { signal } = this.#giving;
    this.#running++;
    this.#asked.add(question.place);
    const reply = await replyOf(this.informant, question.address, signal);
    // What was cleared meanwhile is nobody's question any more.
    if (signal.aborted) return;
    this.#running--;
    this.#asked.delete(question.place);
    this.#heard(question, reply);
    this.#turnSoon();
  }

  #heard(question: Question<Asker>, reply: Reply): void {
    const now = this.#options.clock();
    switch (reply.state) {
      case 'answered':
        this.#remember(question.place, reply.finding);
        this.#tell(question, reply.finding);
        return;
      case 'unasked':
        return;
      case 'later':
        if (reply.at - now > this.#options.longestWaitMs) this.#counts.unanswered++;
        else this.#queue.push({ ...question, at: reply.at });
        return;
      case 'failed': {
        const tries = question.tries + 1;
        if (tries < this.#options.tries) {
          this.#queue.push({ ...question, tries, at: now + RETRY_MS * 4 ** (tries - 1) });
          return;
        }
        this.#counts.unanswered++;
        keep(this.#silent, question.place, now + SILENT_MS);
      }
    }
  }

  #tell({ asker }: Question<Asker>, finding: Finding): void {
    this.#counts.answered++;
    this.#options.onFinding(asker, finding);
  }

  #known({ address, place }: Question<Asker>, now: number): Finding | undefined {
    const { about, keepMs } = this.informant;
    if (keepMs === 0) return undefined;
    const isGood = (finding: Finding | undefined): finding is Finding =>
      finding !== undefined && finding.at >= now - keepMs && this.informant.holds(finding, address);
    const remembered = this.#remembered.get(place);
    if (isGood(remembered)) return remembered;
    const recalled = this.#options.recall(about, this.informant.neighborhood(address), now - keepMs);
    if (!isGood(recalled)) return undefined;
    this.#remember(place, recalled);
    return recalled;
  }

  #remember(place: string, finding: Finding): void {
    if (this.informant.keepMs > 0) keep(this.#remembered, place, finding);
  }

  #isSilent({ place }: Question<Asker>, now: number): boolean {
    return (this.#silent.get(place) ?? 0) > now;
  }
}

/** Sets an entry; the oldest goes where there are too many. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  const [oldest] = map.keys();
  if (map.size >= REMEMBERED_MAX && oldest !== undefined) map.delete(oldest);
  map.set(key, value);
}

/** Waits as long as the informant's patience says, whatever it does; what it throws is its failure. */
async function replyOf(informant: Informant, address: Address, signal: AbortSignal): Promise<Reply> {
  const giving = new AbortController();
  const giveUp = (): void => giving.abort();
  const timer = setTimeout(giveUp, informant.patienceMs);
  signal.addEventListener('abort', giveUp);
  const late = new Promise<Reply>((resolve) => {
    giving.signal.addEventListener('abort', () => resolve({ state: 'failed', why: 'no answer in time' }));
  });
  try {
    return await Promise.race([informant.ask(address, giving.signal), late]);
  } catch (error) {
    return { state: 'failed', why: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}
