/** A rap sheet in which every text is somebody's attempt at a page. No test in here. */
import { parseAddress } from '../src/base/address.ts';
import { UTC } from '../src/base/zone.ts';
import { makeRapSheet, type RapSheetRecords, renderReport, type SheetSubject } from '../src/report/report.ts';
import { banOf, DAY, OCTOBER, originOf, tallyOf } from '../src/report/testing/records.ts';

/** As HTML: an organization of that name, whose hosts, services, lines, neighbors, registrations and refusals are the other texts. */
export function hostileSheet(texts: readonly string[]): string {
  const subject: SheetSubject = { type: 'asn', asn: 64_500 };
  const options = { subject, top: 'all', lines: 'all', language: 'en', zone: UTC } as const;
  const kinds = new Map(texts.map((text) => [text, { sentence: text }]));
  const [file] = renderReport(makeRapSheet(recordsOf(texts), { ...options, kinds }), 'html', {
    width: 80,
    color: false,
  });
  return [...(file?.pieces ?? [])].join('');
}

function recordsOf(texts: readonly string[]): RapSheetRecords {
  const at = (i: number): string => texts[i % texts.length] ?? '';
  const bans = texts.map((text, i) => {
    const origin = originOf({ country: 'NL', organization: text, scanner: text, asn: 64_500, sources: [text] });
    const places = { host: at(i + 1), service: at(i + 2), kind: text, jail: text };
    const reason = { rule: 'manual', by: text, why: at(i + 3) } as const;
    return {
      ...banOf({ id: i + 1, subject: `192.0.2.${i}`, from: OCTOBER.from + i * DAY, origin, ...places }),
      reason,
    };
  });
  const address = parseAddress('192.0.2.1');
  if (address === undefined) throw new Error('not an address');
  return {
    bansOf: () => bans,
    talliesOf: () =>
      bans.map(({ subject, host, service, kind, from }) =>
        tallyOf({ address: subject, host, service, kind, day: from / DAY, count: 3, first: from, last: from }),
      ),
    evidenceOf: () =>
      texts.map((text, i) => {
        const line = { user: text, target: at(i + 1), path: at(i + 2), filter: at(i + 3), line: text };
        const where = { ban: i + 1, host: text, time: OCTOBER.from, offset: i, pattern: 1, count: 1 };
        return { ...where, ...line, address, kind: i % 2 === 0 ? 'mail.relay.listed' : text };
      }),
    findingsOf: () =>
      texts.map((text, i) => {
        const told = { network: text, name: text, holder: at(i + 1), country: 'NL', abuse: [at(i + 2)] };
        return { ban: i + 1, address, at: OCTOBER.from, source: text, answer: { about: 'registration', ...told } };
      }),
    reportsOf: () =>
      texts.map((text, i) => ({
        ...{ to: text },
        steps: [
          { state: 'approved', at: OCTOBER.from, note: '' } as const,
          { state: 'answered', at: OCTOBER.from, note: at(i + 1) } as const,
        ],
      })),
    neighborsOf: () => texts.map((text, i) => ({ ...banOf({ subject: `198.51.100.${i}` }), host: text })),
    effectsOf: ({ id }) => ({ blocks: [{ state: 'refused', at: OCTOBER.from, why: at(id) }], releases: [] }),
    omissions: () => texts.map((from) => ({ of: 'tallies', from })),
  };
}
