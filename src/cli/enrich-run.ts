/** Others asked about bans of the past, as fast as they may be asked, each answer recorded as it comes. */
import { parseNetwork } from '../base/address.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Answer, BanRecord, Finding, Scope } from '../model.ts';
import { askedAddress } from '../origin/asked-address.ts';
import { Enricher, type Informant } from '../origin/enricher.ts';

/** What came of the questions to one informant. */
export interface EnrichOutcome {
  readonly about: Answer['about'];
  /** Bans that had no answer. */
  readonly bans: number;
  readonly answered: number;
  /** Nobody answered, or not in time. */
  readonly unanswered: number;
  /** What is wrong with it in the end. */
  readonly trouble: string | null;
}

export interface EnrichRequest {
  readonly ledger: Ledger;
  readonly scope: Scope;
  readonly informants: readonly Informant[];
  /** For each informant; the oldest first. */
  readonly limit: number;
  readonly clock: () => number;
  /** Called now and then. */
  readonly onProgress: (outcomes: readonly EnrichOutcome[]) => void;
}

/** Questions that wait at a time: the next ones are read from the ledger when there is room. */
const AHEAD = 200;
const PAUSE_MS = 50;
/** Answers are written together, for each commit waits for the disk. */
const COMMIT_MS = 1_000;
/** Whoever wants to be left alone for longer is asked another day. */
const LONGEST_WAIT_MS = 300_000;

interface Errand {
  readonly about: Answer['about'];
  readonly bans: number;
  readonly rest: Iterator<BanRecord>;
  isRead: boolean;
}

/** Ends when everybody was asked. @throws ProblemError of the ledger */
export async function enrichBans(request: EnrichRequest): Promise<readonly EnrichOutcome[]> {
  const { ledger, informants, clock, onProgress } = request;
  const answers = new Map<string, readonly [number, Finding]>();
  const enricher = new Enricher<number>(informants, {
    clock,
    recall: (about, network, since) => ledger.lastFinding(about, network, since),
    onFinding: (id, finding) => answers.set(`${id} ${finding.answer.about}`, [id, finding]),
    tries: 1,
    longestWaitMs: LONGEST_WAIT_MS,
  });
  const errands = informants.map(({ about }) => errandOf(about, request));
  const outcomes = (): EnrichOutcome[] =>
    enricher.facts.map(({ about, answered, unanswered, trouble }, i) => ({
      ...{ about, bans: errands[i]?.bans ?? 0, answered, unanswered },
      trouble: trouble ?? null,
    }));
  try {
    let written = clock();
    while (errands.some(({ isRead }) => !isRead) || enricher.room.some(({ taken }) => taken > 0)) {
      feed(errands, enricher, ledger);
      enricher.turn();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      if (Math.abs(clock() - written) >= COMMIT_MS) {
        record(ledger, answers);
        written = clock();
      }
      onProgress(outcomes());
    }
    return outcomes();
  } finally {
    record(ledger, answers);
    enricher.close();
  }
}

/** Counted before it begins: people want to know how long it takes. */
function errandOf(about: Answer['about'], { ledger, scope, limit }: EnrichRequest): Errand {
  let bans = 0;
  for (const _ of ledger.withoutFinding(about, scope)) if (++bans === limit) break;
  return { about, bans, rest: take(ledger.withoutFinding(about, scope), bans), isRead: false };
}

function* take<Item>(items: Iterable<Item>, most: number): Generator<Item> {
  let count = 0;
  for (const item of items) {
    if (count++ === most) return;
    yield item;
  }
}

function feed(errands: readonly Errand[], enricher: Enricher<number>, ledger: Ledger): void {
  for (const errand of errands) {
    const room = enricher.room.find(({ about }) => about === errand.about);
    for (let taken = room?.taken ?? 0; taken < AHEAD && !errand.isRead; taken++) {
      const next = errand.rest.next();
      if (next.done) errand.isRead = true;
      else ask(next.value, errand.about, { enricher, ledger });
    }
  }
}

function ask(
  { id, subject }: BanRecord,
  about: Answer['about'],
  { enricher, ledger }: { enricher: Enricher<number>; ledger: Ledger },
): void {
  const network = parseNetwork(subject);
  if (!network) return;
  const address = askedAddress(network, () => ledger.evidenceOf(id));
  enricher.add(id, address, about);
}

/** What was written is written once, also where this is called again after a failure. */
function record(ledger: Ledger, answers: Map<string, readonly [number, Finding]>): void {
  if (answers.size === 0) return;
  ledger.begin();
  for (const [id, finding] of answers.values()) ledger.finding(id, finding);
  ledger.commit();
  answers.clear();
}
