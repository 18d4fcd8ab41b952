/** Who speaks another language to the mail server: mostly HTTP, by a bot that tries every port. */
import { fromLog } from '../../base/text.ts';
import type { Evidence } from '../../model.ts';
import { spokenIn } from './session.ts';
import type { Story, Telling } from './story.ts';
import { claimOf, dayText, whoIs } from './story.ts';
import { quoted } from './stranger.ts';

const KIND = 'mail.gibberish';

/** Bans that are looked at, spread evenly: each is a look-up in the ledger, a thousand take a twentieth of a second. */
const LOOKED_AT = 1_000;

interface Example {
  readonly ban: number;
  readonly line: Evidence;
  readonly said: string;
}

/** Told where a line is a request of HTTP, the longest of them: whatever else it may be, nobody can say. */
export function foreign(telling: Telling): readonly Story[] {
  const { attempts, addresses, place } = countsOf(telling);
  const found = attempts === 0 ? undefined : exampleIn(telling);
  if (found === undefined) return [];
  const { line, said, ban } = found;
  const { subjects } = telling.facts.bans;
  const subject = subjects.holderOf(line.address);
  const { text } = line.address;
  return [
    {
      topic: 'foreign',
      subject: text,
      text: telling.phrases.foreign({
        attempts,
        addresses,
        said: quoted(telling, fromLog(said)),
        who: subject < 0 ? text : whoIs(telling, subject, text),
        day: dayText(telling, line.time),
      }),
      claims: [
        claimOf(telling, attempts, ['kinds', place, 'attempts']),
        claimOf(telling, addresses, ['kinds', place, 'addresses']),
      ],
      trail: {
        ids: [ban],
        count: 1,
        show: text,
        isTelling: ({ path, offset }) => path === line.path && offset === line.offset,
      },
    },
  ];
}

function exampleIn({ facts, records }: Telling): Example | undefined {
  const bans = facts.bans.sample.items();
  const stride = Math.max(1, Math.ceil(bans.length / LOOKED_AT));
  let best: Example | undefined;
  for (const ban of bans.filter((_, i) => i % stride === 0)) {
    for (const line of records.evidenceOf(ban)) {
      const said = line.kind === KIND ? spokenIn(line.line) : undefined;
      if (said === undefined || !isHttp(said) || said.length <= (best?.said.length ?? 0)) continue;
      best = { ban, line, said };
    }
  }
  return best;
}

function isHttp(said: string): boolean {
  return /^[A-Z]{3,10} [\x21-\x7e]+ HTTP\/\d/.test(said);
}

function countsOf({ facts: { deeds, attempts, spreads } }: Telling) {
  const deed = Array.from({ length: deeds.size }, (_, id) => id).find(
    (id) => deeds.second.text(deeds.secondOf(id)) === KIND && attempts.byDeed.at(id) > 0,
  );
  const place = { kind: KIND, service: deed === undefined ? '' : deeds.first.text(deeds.firstOf(deed)) };
  if (deed === undefined) return { attempts: 0, addresses: 0, place };
  return { attempts: attempts.byDeed.at(deed), addresses: spreads.deeds.of(deed).things, place };
}
