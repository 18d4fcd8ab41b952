/**
 * Merges the attempts of several logs in the order of time, so that bans are made in the order of events.
 * A log is taken to be in order itself; a line that is late stays where it stands.
 */
import type { Attempt } from '../model.ts';

/** A stream of attempts in batches. */
export type AttemptStream = AsyncIterator<readonly Attempt[]>;

interface Head {
  readonly stream: AttemptStream;
  batch: readonly Attempt[];
  at: number;
}

/** Batches in the order of time over all streams; equal times in the order of the streams. */
export async function* inOrderOfTime(streams: readonly AttemptStream[]): AsyncGenerator<readonly Attempt[]> {
  const heads: Head[] = [];
  for (const stream of streams) {
    const head: Head = { stream, batch: [], at: 0 };
    if (await refill(head)) heads.push(head);
  }
  while (heads.length > 0) {
    const first = earliest(heads, undefined);
    if (!first) return;
    const limit = timeOf(earliest(heads, first));
    const start = first.at;
    do first.at++;
    while (first.at < first.batch.length && timeOf(first) < limit);
    yield first.batch.slice(start, first.at);
    if (first.at >= first.batch.length && !(await refill(first))) heads.splice(heads.indexOf(first), 1);
  }
}

/** Whether there is more. Batches may be empty: a chunk without attempts is most chunks. */
async function refill(head: Head): Promise<boolean> {
  do {
    const next = await head.stream.next();
    if (next.done) return false;
    head.batch = next.value;
    head.at = 0;
  } while (head.batch.length === 0);
  return true;
}

function earliest(heads: readonly Head[], except: Head | undefined): Head | undefined {
  let best: Head | undefined;
  for (const head of heads) {
    if (head !== except && (best === undefined || timeOf(head) < timeOf(best))) best = head;
  }
  return best;
}

function timeOf(head: Head | undefined): number {
  return head?.batch[head.at]?.time ?? Number.POSITIVE_INFINITY;
}
