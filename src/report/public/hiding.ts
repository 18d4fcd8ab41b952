/** What is hidden in a report, and searched for in it: all that must not be published, but for the report's own words. */
import type { RenderedFile } from '../renderer/renderer.ts';
import type { Report } from '../table.ts';
import { withoutCommonWords, wordsIn } from './common-words.ts';
import { textsIn } from './leaks.ts';
import { type Privacy, SHOWN, type Sort, tellingNetworks } from './privacy.ts';
import { type Secret, SecretWords } from './secret-words.ts';
import { mailsIn, Secrets } from './secrets.ts';

export interface Hiding {
  readonly secrets: Secrets;
  /** Names that are hidden where they are a name, and not searched for elsewhere: common words, by sort. */
  readonly unsearched: ReadonlyMap<Sort, number>;
}

/** What readers of it are told. */
export const NOTE =
  'This report is made to be published: names of hosts and users, mail addresses, and addresses of customers are not told.';

/** `without`: the report seen through a BlankMask. `render`: in the format that is to be written. */
export function hidingOf(
  privacy: Privacy,
  { without, render }: { without: Report; render: (report: Report) => readonly RenderedFile[] },
): Hiding {
  const drawn = render(without).flatMap(({ pieces }) => [...pieces].join(''));
  const own = [...drawn, ...[...without.tables, ...without.drawn].flatMap(textsIn)].join('\n');
  const open = wordsIn([own, NOTE, ...Object.values(SHOWN)].join('\n'));
  const { clear, left } = withoutCommonWords(secretsOf(privacy), open);
  const networks = tellingNetworks(privacy.networks);
  return { secrets: new Secrets(new SecretWords(clear), networks, mailsIn(own)), unsearched: left };
}

/** What is hidden beside text that is told anyway: its words are no secrets. */
export function secretsAround(privacy: Privacy, own: string): Secrets {
  const { clear } = withoutCommonWords(secretsOf(privacy), wordsIn([own, ...Object.values(SHOWN)].join('\n')));
  return new Secrets(new SecretWords(clear), tellingNetworks(privacy.networks));
}

function secretsOf({ hosts, machines, users, domains, paths }: Privacy): Secret[] {
  const of = (sort: Sort, texts: Iterable<string>): Secret[] =>
    [...texts].map((text) => ({ sort, text: text.trim(), shown: SHOWN[sort] }));
  return [
    ...[...hosts].map(([text, shown]): Secret => ({ sort: 'host', text, shown })),
    ...of('host', machines),
    ...of('user', users),
    ...of('domain', domains),
    ...of('path', paths),
  ].filter(({ text }) => text !== '');
}
