/**
 * Documents of XARF 4.2.0: what the specification wants of all of them, and, where XARF_SCHEMAS names a folder with its published
 * schemas, held against these. They are another project's, and are not kept here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readToml } from '../../base/toml.ts';
import { kindsSchema } from '../../config/schema.ts';
import type { AbuseKind, Deed } from './deed.ts';
import { HOSTILE } from './testing/hostile.ts';
import { faultsIn } from './testing/json-schema.ts';
import { NOON, REPORTER } from './testing/scene.ts';
import { type Xarf, xarfOf } from './xarf.ts';

const SCHEMAS = process.env.XARF_SCHEMAS;
if (SCHEMAS === undefined) console.warn('\nSKIPPED: the published schemas of XARF; XARF_SCHEMAS names their folder\n');
const path = join(import.meta.dirname, '../../../data/kinds.toml');
const shipped = readToml({ path, text: readFileSync(path, 'utf8') }, kindsSchema).kind;
const kinds: ReadonlyMap<string, AbuseKind> = new Map(Object.entries(shipped));
const reported = [...kinds].filter(([, { xarf, forgeable }]) => xarf !== undefined && !forgeable);

function deedOf(names: readonly string[], given: Partial<Deed> = {}, port?: number): Deed {
  const told = names.map((kind, i) => ({ kind, sentence: kinds.get(kind)?.sentence ?? kind, count: i + 1 }));
  const lines = names.map((kind) => ({ time: NOON, kind, line: 'a line', target: undefined, port }));
  return { address: '203.0.113.7', first: NOON - 1, last: NOON, attempts: 9, kinds: told, lines, ...given };
}

function madeOf(deed: Deed): Xarf[] {
  return xarfOf(deed, { reporter: REPORTER, kinds, reference: '20261127-abc' });
}

/** What every document must have, by the specification: a few facts of it, so that something is checked everywhere. */
const REQUIRED: Readonly<Record<string, RegExp>> = {
  xarf_version: /^4\.\d+\.\d+$/,
  report_id: /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
  timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  source_identifier: /^[\da-f.:]{3,39}$/,
  category: /^(?:messaging|connection|vulnerability|infrastructure|reputation)$/,
  type: /^[a-z_]+$/,
  protocol: /^(?:tcp|udp)$/,
  first_seen: /Z$/,
};

function missingIn(document: Readonly<Record<string, unknown>>): string[] {
  const wrong = Object.entries(REQUIRED).filter(([name, form]) => !form.test(String(document[name])));
  const unnamed = ['reporter', 'sender'].filter((name) => typeof document[name] !== 'object');
  return [...wrong.map(([name]) => name), ...unnamed];
}

function faultsOf(xarf: Xarf): string[] {
  if ('missing' in xarf) throw new Error(`there is no document: ${xarf.missing}`);
  return [...missingIn(xarf.document), ...(SCHEMAS === undefined ? [] : schemaFaults(xarf, SCHEMAS))];
}

function schemaFaults({ type, document }: Exclude<Xarf, { missing: string }>, folder: string): string[] {
  return faultsIn(document, join(folder, `${type.replace('/', '-').replaceAll('_', '-')}.json`));
}

describe('xarfOf()', () => {
  it('makes documents that the schemas take, of every kind that is reported and any port', () => {
    for (const [kind, { xarf }] of reported) {
      for (const address of ['203.0.113.7', '2001:db8::7']) {
        const [made, ...more] = madeOf(deedOf([kind], { address }, 40_022));
        expect([made?.type, more]).toEqual([xarf, []]);
        if (made && xarf !== 'messaging/spam') expect([kind, faultsOf(made)]).toEqual([kind, []]);
      }
    }
    expect(new Set(reported.map(([, { xarf }]) => xarf)).size).toBeGreaterThan(5);
  });

  it('makes one document a type, whose attempts are those of its kinds', () => {
    const made = madeOf(deedOf(['ssh.login', 'ssh.user', 'web.probe.env', 'mail.relay'], {}, 5));
    expect(made.map(({ type }) => type)).toEqual([
      'connection/login_attack',
      'connection/vulnerability_scan',
      'messaging/spam',
    ]);
    expect(made[0]).toMatchObject({
      document: {
        ...{ xarf_version: '4.2.0', category: 'connection', type: 'login_attack', source_identifier: '203.0.113.7' },
        ...{ source_port: 5, attempt_count: 3, service: 'ssh', protocol: 'tcp' },
        reporter: { org: 'Example Ltd', contact: 'reports@example.org', domain: 'example.org' },
        ...{ first_seen: '2026-11-27T09:59:59.999Z', last_seen: '2026-11-27T10:00:00.000Z' },
      },
    });
    expect(made[1]).toMatchObject({ document: { scan_type: 'web_vuln_scan', total_requests: 3 } });
  });

  it('makes up nothing that no log tells: without a port there is no document of what requires one', () => {
    expect(madeOf(deedOf(['ssh.login', 'web.flood', 'mail.relay', 'ssh.protocol']))).toMatchObject([
      { type: 'connection/ddos', missing: expect.stringContaining('source port') },
      { type: 'connection/login_attack', missing: expect.stringContaining('source port') },
      { type: 'connection/reconnaissance', document: { probed_resources: ['ssh'] } },
      { type: 'messaging/spam', missing: expect.stringContaining('envelope sender') },
    ]);
  });

  it('tells the port together with its own time', () => {
    const line = { kind: 'ssh.login', line: 'x', target: undefined };
    const lines = [
      { ...line, time: NOON - 60_000, port: 7 },
      { ...line, time: NOON, port: undefined },
    ];
    const [made] = madeOf(deedOf(['ssh.login'], { lines }));
    expect(made).toMatchObject({ document: { source_port: 7, timestamp: '2026-11-27T09:59:00.000Z' } });
  });

  it('has the same number for the same report, and another for any other', () => {
    const idOf = (deed: Deed, reference: string): unknown => {
      const [made] = xarfOf(deed, { reporter: REPORTER, kinds, reference });
      return made && 'document' in made ? made.document.report_id : undefined;
    };
    const deed = deedOf(['web.probe']);
    expect(idOf(deed, 'a')).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(idOf(deed, 'a')).toBe(idOf({ ...deed, attempts: 4 }, 'a'));
    const others = [
      idOf(deed, 'b'),
      idOf({ ...deed, address: '203.0.113.8' }, 'a'),
      idOf(deedOf(['ssh.protocol']), 'a'),
    ];
    expect(new Set([idOf(deed, 'a'), ...others]).size).toBe(4);
  });

  it('is taken whatever is in lines, targets and the name of who reports', () => {
    const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 400 }));
    const line = fc.record({
      time: fc.constant(NOON),
      kind: fc.constantFrom('web.request', 'web.probe.injection', 'ssh.login'),
    });
    const lines = fc.array(
      fc.tuple(line, text, fc.option(text, { nil: undefined }), fc.integer({ min: 1, max: 65_535 })),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(lines, text, (given, organization) => {
        const told = given.map(([base, each, target, port]) => ({ ...base, line: each, target, port }));
        const deed = deedOf(['web.request', 'web.probe.injection'], { lines: told });
        const made = xarfOf(deed, { reporter: { ...REPORTER, organization }, kinds, reference: 'r' });
        expect(made.flatMap(faultsOf)).toEqual([]);
        expect(Object.getPrototypeOf(made[0])).toBe(Object.prototype);
      }),
      { numRuns: 60 },
    );
  });
});

describe.skipIf(SCHEMAS === undefined)('the check against the schemas', () => {
  it('finds what is wrong', () => {
    const [made] = madeOf(deedOf(['ssh.login'], {}, 1));
    if (!made || 'missing' in made) throw new Error('there is no document');
    const faults = (change: object) =>
      schemaFaults({ ...made, document: { ...made.document, ...change } }, SCHEMAS ?? '');
    expect(faults({ source_port: 0 })).toEqual(['$.source_port is too small']);
    expect(faults({ xarf_version: '3' })[0]).toMatch(/xarf_version does not look like/);
    expect(faults({ report_id: 'x', first_seen: 'yesterday' })).toHaveLength(2);
    expect(faults({ protocol: 'http' })).toHaveLength(1);
    expect(faults({ sender: { org: 'x', contact: 'a@example.org', domain: 'example.org', more: 1 } })).toEqual([
      '$.sender may not have more',
    ]);
    const { source_port: _, ...without } = made.document;
    expect(faultsOf({ ...made, document: without })).toEqual(['$ lacks source_port']);
    expect(faults({ evidence: [{ content_type: 'text/plain', payload: '!' }] })).toEqual([
      '$.evidence[0].payload is not base64',
    ]);
  });
});
