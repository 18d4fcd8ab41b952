/**
 * The report to publish. The records are seen through a mask before any question is asked; what comes out is searched for
 * secrets once more, by means that know nothing of the mask.
 */
import type { Problem } from '../../base/problem.ts';
import type { ReportOptions } from '../question/question.ts';
import type { ReportRecords } from '../records.ts';
import type { RenderedFile } from '../renderer/renderer.ts';
import type { Rules } from '../rule.ts';
import type { Report } from '../table.ts';
import { withoutCommonWords, wordsIn } from './common-words.ts';
import { leaksOf, textsIn } from './leaks.ts';
import { type Mask, PublicMask } from './mask.ts';
import { maskedRecords } from './masked-records.ts';
import { type Privacy, SHOWN, type Sort, tellingNetworks } from './privacy.ts';
import { type Secret, SecretWords } from './secret-words.ts';
import { mailsIn, Secrets } from './secrets.ts';

export interface PublicReport {
  readonly report: Report;
  /** The secrets that files of this report hold, by table; they must not be written when there are any. */
  leaks(report: Report, files: readonly RenderedFile[]): Problem[];
  /** Names that are hidden where they are a name, and not searched for elsewhere: common words, by sort. */
  readonly unsearched: ReadonlyMap<Sort, number>;
}

interface Making {
  readonly make: (records: ReportRecords, options: ReportOptions) => Report;
  /** In the format that is to be written. */
  readonly render: (report: Report) => readonly RenderedFile[];
}

export function makePublic(
  { records, options, privacy }: { records: ReportRecords; options: ReportOptions; privacy: Privacy },
  { make, render }: Making,
): PublicReport {
  const networks = tellingNetworks(privacy.networks);
  const { host } = options.scope;
  const shown = host === undefined ? undefined : (privacy.hosts.get(host) ?? SHOWN.host);
  const named = { ...options, scope: { ...options.scope, host: shown } };
  // What the report says of itself: nothing that a stranger or a log wrote is in it.
  const blank = new BlankMask(new PublicMask(privacy, new Secrets(new SecretWords([]), [])));
  const without = make(maskedRecords(records, blank, host), { ...named, remarks: [] });
  const drawn = render(without).flatMap(({ pieces }) => [...pieces].join(''));
  const own = [...drawn, ...[...without.tables, ...without.drawn].flatMap(textsIn)].join('\n');
  const open = wordsIn([own, NOTE, ...Object.values(SHOWN)].join('\n'));
  const { clear, left } = withoutCommonWords(secretsOf(privacy), open);
  const secrets = new Secrets(new SecretWords(clear), networks, mailsIn(own));
  const report = make(maskedRecords(records, new PublicMask(privacy, secrets), host), {
    ...named,
    remarks: [...options.remarks.map((remark) => secrets.hide(remark)), NOTE],
    rules: hiddenRules(options.rules, secrets),
  });
  return { report, unsearched: left, leaks: (made, files) => leaksOf(made, files, secrets) };
}

/** Jails and kinds are named by whoever wrote the configuration. */
function hiddenRules(rules: Rules, secrets: Secrets): Rules {
  const jails = rules.jails.map((jail) => ({
    ...jail,
    name: secrets.hide(jail.name),
    kinds: jail.kinds.map((kind) => secrets.hide(kind)),
  }));
  return { ...rules, jails };
}

const NOTE =
  'This report is made to be published: names of hosts and users, mail addresses, and addresses of customers are not told.';

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

/** All that a log says is left out, and so is every host's name. */
class BlankMask implements Mask {
  readonly #mask: Mask;

  constructor(mask: Mask) {
    this.#mask = mask;
  }

  host(name: string): string {
    return this.#mask.host(name);
  }

  user(): string {
    return '';
  }

  subject(text: string): string {
    return text;
  }

  address<Address>(address: Address): Address {
    return address;
  }

  text(): string {
    return '';
  }
}
