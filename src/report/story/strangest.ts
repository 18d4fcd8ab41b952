/**
 * The strangest request: the one with the most different characters that a shell would act upon, then the longest, then the
 * earliest. It is a measure that anyone can check, and what code injection cannot do without.
 */
import { fromLog } from '../../base/text.ts';
import type { Aim } from '../../model.ts';
import type { Story, Telling } from './story.ts';
import { claimOf, dayText, whoIs } from './story.ts';
import { quoted } from './stranger.ts';

/** Two of them are in many an honest query. */
const SIGNS_MIN = 3;

export function strangest(telling: Telling): readonly Story[] {
  const { bans } = telling.facts;
  let best: { aim: Aim; target: string; signs: number } | undefined;
  let looked = 0;
  for (const aim of telling.aims.lines) {
    const { target } = aim;
    if (target === undefined) continue;
    looked++;
    const signs = signsIn(target);
    const step = signs - (best?.signs ?? SIGNS_MIN - 1) || target.length - (best?.target.length ?? target.length);
    if (step > 0) best = { aim, target, signs };
  }
  if (best === undefined) return [];
  const { aim, target, signs } = best;
  const { bans: chosen, of: count } = telling.aims;
  const subject = bans.subjects.holderOf(aim.address);
  return [
    {
      topic: 'strangest',
      subject: aim.address.text,
      text: telling.phrases.strangest({
        target: quoted(telling, fromLog(target)),
        looked,
        sample: chosen === count ? undefined : { bans: chosen, of: count },
        signs,
        who: subject < 0 ? aim.address.text : whoIs(telling, subject, aim.address.text),
        host: aim.host,
        day: dayText(telling, aim.time),
        kind: aim.kind,
      }),
      claims: chosen === count ? [] : [claimOf(telling, count, ['totals', 'total', 'bans'])],
      trail: {
        ids: [aim.ban],
        count: 1,
        show: aim.address.text,
        // A target in the sample may be cut.
        isTelling: (line) => line.time === aim.time && line.target?.startsWith(target) === true,
      },
    },
  ];
}

const SIGNS = '$`(){}<>|;&\\\'"';

/** How many of the characters are in a target, as it is or as its escapes (`%24`) stand for; control characters are one. */
export function signsIn(target: string): number {
  const plain = target.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  let signs = /[\x00-\x1f\x7f]/.test(plain) ? 1 : 0;
  for (const sign of SIGNS) if (plain.includes(sign)) signs++;
  return signs;
}
