/**
 * The report to publish. The records are seen through a mask before any question is asked; what comes out is searched for
 * secrets once more, by means that know nothing of the mask.
 */
import type { Problem } from '../../base/problem.ts';
import { type Counts, countAll } from '../facts.ts';
import type { ReportOptions } from '../question/question.ts';
import type { ReportRecords } from '../records.ts';
import type { RenderedFile } from '../renderer/renderer.ts';
import type { Rules } from '../rule.ts';
import type { Report } from '../table.ts';
import { BlankMask } from './blank-mask.ts';
import { hidingOf, NOTE, secretsAround } from './hiding.ts';
import { leaksOf } from './leaks.ts';
import { type Mask, PublicMask } from './mask.ts';
import { maskedRecords } from './masked-records.ts';
import { type Privacy, SHOWN, type Sort } from './privacy.ts';
import type { Secrets } from './secrets.ts';

export interface PublicReport {
  readonly report: Report;
  /** The secrets that files of this report hold, by table; they must not be written when there are any. */
  leaks(report: Report, files: readonly RenderedFile[]): Problem[];
  /** Names that are hidden where they are a name, and not searched for elsewhere: common words, by sort. */
  readonly unsearched: ReadonlyMap<Sort, number>;
}

interface Making {
  readonly make: (records: ReportRecords, options: ReportOptions, counts: Counts) => Report;
  /** In the format that is to be written. */
  readonly render: (report: Report) => readonly RenderedFile[];
}

export function makePublic(
  { records, options, privacy }: { records: ReportRecords; options: ReportOptions; privacy: Privacy },
  { make, render }: Making,
): PublicReport {
  const { host } = options.scope;
  const shown = host === undefined ? undefined : (privacy.hosts.get(host) ?? SHOWN.host);
  const named = { ...options, isPublic: true, scope: { ...options.scope, host: shown } };
  const blank = new BlankMask(privacy);
  const withoutWords = maskedRecords(records, blank, host);
  // Both masks hide the same hosts and addresses, so that all is counted once.
  const counts = countAll(withoutWords, named);
  const without = make(withoutWords, { ...named, remarks: [] }, counts);
  const { secrets, unsearched } = hidingOf(privacy, { without, render });
  const mask = new PublicMask(privacy, secrets, blank.numbers);
  const shownOptions = {
    ...named,
    remarks: [...options.remarks.map((remark) => secrets.hide(remark)), NOTE],
    rules: hiddenRules(options.rules, secrets),
  };
  const report = make(maskedRecords(records, mask, host), shownOptions, counts);
  return { report, unsearched, leaks: (made, files) => leaksOf(made, files, secrets) };
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

/** A mask for what is published otherwise: `own` is text that stands around what is masked. */
export function publicMask(privacy: Privacy, own: string): Mask {
  return new PublicMask(privacy, secretsAround(privacy, own));
}
