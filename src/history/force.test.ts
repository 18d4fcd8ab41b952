/** Bans that are still in force, ends that come late, runs that fail or meet: what a daemon and a report make of them. */
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UTC } from '../base/zone.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import type { Ban } from '../model.ts';
import { audit, makeReport } from '../report/report.ts';
import {
  bansIn,
  fail2ban,
  HOST,
  HOUR,
  importFiles,
  iso,
  logLine,
  NOW,
  networkOf,
  ORIGIN,
  put,
  rowsIn,
  scratch,
} from './testing.ts';

const OURS = { jails: [], wide: { ipv4: 10, ipv6: 5, findTime: 86_400_000 }, campaign: undefined };

const IP = '203.0.113.7';
const TODAY = '2025-01-01';

function inForce(ledger: Ledger): string[] {
  return [...ledger.inForce(HOST, NOW)].map(({ subject, jail }) => `${subject} ${jail}`);
}

async function withBan(path: string, ban: Partial<Ban>): Promise<void> {
  const ledger = await openLedger({ path, mode: 'write', clock: () => NOW });
  ledger.begin();
  ledger.ban(
    {
      ...{ subject: networkOf(IP), host: HOST, jail: 'ssh', service: 'ssh', kind: 'ssh.login', prior: 0, evidence: [] },
      ...{ from: NOW - HOUR, until: NOW + HOUR, reason: { rule: 'manual', by: 'ada', why: '' } },
      ...ban,
    },
    ORIGIN,
  );
  ledger.commit();
  ledger.close();
}

describe('bans that are still in force', () => {
  const bans = [
    { ip: IP, time: `${TODAY}T11:00:00Z`, seconds: 7_200 },
    { ip: IP, time: `${TODAY}T11:30:00Z`, seconds: -1, jail: 'recidive' },
    { ip: '198.51.100.1', time: `${TODAY}T10:00:00Z`, seconds: 600 },
  ];

  it('are recorded, and released at once: no daemon enforces them', async () => {
    const { ledger, outcome } = await importFiles([fail2ban(join(scratch(), 'db'), { bans })]);
    expect(inForce(ledger)).toEqual([]);
    expect(outcome.recorded).toMatchObject({ bans: 3, notEnforced: 2, enforced: 0, releases: 2 });
    expect(bansIn(ledger).map(({ until }) => iso(until))).toEqual([
      `${TODAY}T10:10:00Z`,
      `${TODAY}T13:00:00Z`,
      'for good',
    ]);
    const why = 'imported for the record, not to be enforced';
    expect(ledger.releasesOf(networkOf(IP))).toMatchObject([
      { at: NOW, why },
      { at: NOW, why },
    ]);
  });

  it('are in force when that is wanted, and wait for a block', async () => {
    const { ledger, outcome } = await importFiles([fail2ban(join(scratch(), 'db'), { bans })], { enforce: true });
    expect(inForce(ledger)).toEqual([`${IP} sshd`, `${IP} recidive`]);
    expect(ledger.unanswered(HOST, NOW)).toHaveLength(2);
    expect(outcome.recorded).toMatchObject({ enforced: 2, notEnforced: 0, releases: 0 });
  });

  it('end no ban of our own', async () => {
    const ledgerPath = join(scratch(), 'ledger.db');
    await withBan(ledgerPath, {});
    const { ledger } = await importFiles([fail2ban(join(scratch(), 'db'), { bans })], { ledgerPath });
    expect(inForce(ledger)).toEqual([`${IP} ssh`]);
    expect(ledger.releasesOf(networkOf(IP))).toEqual([]);
    // A release would end all bans of the address, so these end now.
    expect(
      bansIn(ledger)
        .slice(2)
        .map(({ until }) => iso(until)),
    ).toEqual([iso(NOW), iso(NOW)]);
  });

  it('are not, where the log tells that somebody let them in', async () => {
    const folder = scratch();
    fail2ban(join(folder, 'fail2ban.sqlite3'), { bans: [{ ip: IP, time: `${TODAY}T11:00:00Z`, seconds: 86_400 }] });
    put(
      folder,
      'fail2ban.log',
      logLine(`${TODAY}T11:00:01Z`, `[sshd] Ban ${IP}`) + logLine(`${TODAY}T11:20:00Z`, `[sshd] Unban ${IP}`),
    );
    const { ledger } = await importFiles([folder], { enforce: true });
    expect(inForce(ledger)).toEqual([]);
    expect(rowsIn(ledger)).toEqual([[IP, 'sshd', `${TODAY}T11:00:00Z`, '2025-01-02T11:00:00Z', 0]]);
    expect(ledger.releasesOf(networkOf(IP))).toMatchObject([{ at: Date.parse(`${TODAY}T11:20:00Z`) }]);
  });

  it('end when a later import tells that they did, once, and never with another ban', async () => {
    const folder = scratch();
    const ledgerPath = join(folder, 'ledger.db');
    const database = fail2ban(join(folder, 'db'), { bans: [{ ip: IP, time: `${TODAY}T11:00:00Z`, seconds: 86_400 }] });
    const log = put(
      folder,
      'log',
      logLine(`${TODAY}T11:00:01Z`, `[sshd] Ban ${IP}`) + logLine(`${TODAY}T11:20:00Z`, `[sshd] Unban ${IP}`),
    );
    await importFiles([database], { ledgerPath, enforce: true });
    const { ledger } = await importFiles([log], { ledgerPath, enforce: true });
    expect(inForce(ledger)).toEqual([]);
    const again = await importFiles([log], { ledgerPath, enforce: true });
    expect(again.outcome.recorded).toMatchObject({ releases: 0, endsLost: 0 });

    const other = join(folder, 'other.db');
    await importFiles([database], { ledgerPath: other, enforce: true });
    await withBan(other, {});
    const lost = await importFiles([log], { ledgerPath: other, enforce: true });
    expect(lost.outcome.recorded).toMatchObject({ releases: 0, endsLost: 1 });
    expect(inForce(lost.ledger)).toEqual([`${IP} sshd`, `${IP} ssh`]);
  });
});

it('a dry run says what would be and records nothing', async () => {
  const folder = scratch();
  const ledgerPath = join(folder, 'ledger.db');
  const path = fail2ban(join(folder, 'db'), {
    bans: [
      { ip: IP, time: `${TODAY}T10:00:00Z` },
      { ip: IP, time: `${TODAY}T11:00:00Z` },
    ],
  });
  const { ledger, outcome } = await importFiles([path], { ledgerPath, dryRun: true });
  expect(outcome).toMatchObject({ jails: [{ jail: 'sshd', kind: 'ssh.login', bans: 2 }], recorded: undefined });
  expect([iso(outcome.first ?? 0), iso(outcome.last ?? 0)]).toEqual([`${TODAY}T10:00:00Z`, `${TODAY}T11:00:00Z`]);
  expect(bansIn(ledger)).toEqual([]);
  expect(ledger.state('import')).toBe(undefined);
});

it.each([
  ['in its middle', (path: string) => truncateSync(path, statSync(path).size / 2)],
  [
    'on a page',
    (path: string) => {
      const bytes = readFileSync(path);
      bytes.fill(0xa5, 8 * 4_096, 60 * 4_096);
      writeFileSync(path, bytes);
    },
  ],
])('a database that is damaged %s changes nothing, not even what another file tells', async (_, damage) => {
  const folder = scratch();
  const ledgerPath = join(folder, 'ledger.db');
  const data = { matches: ['x'.repeat(200)], failures: 1 };
  const bans = Array.from({ length: 2_000 }, (__, n) => ({
    ip: `198.51.${n >> 8}.${n & 255}`,
    time: 1_700_000_000 + n,
    data,
  }));
  const path = fail2ban(join(folder, 'fail2ban.sqlite3'), { bans });
  damage(path);
  const log = put(folder, 'fail2ban.log', logLine(`${TODAY}T11:00:01Z`, `[sshd] Ban ${IP}`));
  await expect(importFiles([path, log], { ledgerPath })).rejects.toThrow(/the database is damaged/);
  const { ledger } = await importFiles([log], { ledgerPath });
  expect(bansIn(ledger)).toHaveLength(1);
});

it('a second import takes over from the first, and neither records a ban twice', async () => {
  const folder = scratch();
  const ledgerPath = join(folder, 'ledger.db');
  const bans = Array.from({ length: 9_000 }, (_, n) => ({
    ip: `198.51.${n >> 8}.${n & 255}`,
    time: 1_700_000_000 + n,
  }));
  const path = fail2ban(join(folder, 'db'), { bans });
  const second = await openLedger({ path: ledgerPath, mode: 'write', clock: () => NOW });
  const first = importFiles([path], {
    ledgerPath,
    onStep: ({ what }) => {
      if (what !== 'recording') return;
      second.begin();
      second.saveState('import', 'the second');
      second.commit();
    },
  });
  await expect(first).rejects.toThrow(/another import was started/);
  const before = bansIn(second).length;
  second.close();
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(9_000);
  const { ledger, outcome } = await importFiles([path], { ledgerPath, token: 'the second' });
  expect(outcome.sources).toMatchObject([{ known: before, fresh: 9_000 - before }]);
  expect(new Set(bansIn(ledger).map(({ subject }) => subject)).size).toBe(9_000);
  expect(bansIn(ledger)).toHaveLength(9_000);
});

it('a report of an imported year adds up, and claims no rule of ours for it', async () => {
  const folder = scratch();
  const ledgerPath = join(folder, 'ledger.db');
  const jails = ['sshd', 'postfix-sasl', 'nginx-http-auth', 'recidive', 'shop'];
  const bans = Array.from({ length: 3_000 }, (_, n) => ({
    ip: n % 7 === 0 ? `2001:db8::${n % 90}` : `198.51.${n % 3}.${n % 40}`,
    time: Date.UTC(2024, 0, 1) / 1_000 + n * 10_000,
    jail: jails[n % 5] ?? '',
    seconds: n % 100 === 0 ? -1 : 600,
    data: { matches: ['x'], failures: n % 9, user: `user${n % 30}` },
  }));
  const { ledger } = await importFiles([fail2ban(join(folder, 'db'), { bans })], { ledgerPath });
  const reportOf = () =>
    makeReport(ledger, {
      scope: { period: { from: Date.UTC(2024, 0, 1), until: Date.UTC(2025, 0, 1), name: '2024' }, host: undefined },
      ...{ top: 10, topByService: 5, kinds: new Map(), rules: OURS, remarks: [], creditsOf: () => new Map() },
      ...{ language: 'en', zone: UTC, now: NOW, before: undefined },
    });
  const statements = (topic: string): unknown[] =>
    reportOf()
      .tables.find(({ name }) => name === 'method')
      ?.rows.filter(({ cells }) => cells.topic === topic)
      .map(({ cells }) => cells.statement) ?? [];
  expect(audit(reportOf())).toEqual([]);
  expect(reportOf().summary[0]?.text.replaceAll('\u00a0', ' ')).toMatch(/^3,000 bans of \d+ unique addresses/);
  expect(statements('Imported')[0]).toBe("3,000 bans from fail2ban's database, by its rules and no other.");
  expect(statements('Rule')).toEqual([]);
  ledger.close();
  await withBan(ledgerPath, { from: Date.UTC(2024, 5, 1), until: Date.UTC(2024, 5, 2) });
  const mixed = await openLedger({ path: ledgerPath, mode: 'read', clock: () => NOW });
  const report = makeReport(mixed, {
    scope: { period: { from: Date.UTC(2024, 0, 1), until: Date.UTC(2025, 0, 1), name: '2024' }, host: undefined },
    ...{ top: 10, topByService: 5, kinds: new Map(), rules: OURS, remarks: [], creditsOf: () => new Map() },
    ...{ language: 'en', zone: UTC, now: NOW, before: undefined },
  });
  mixed.close();
  expect(audit(report)).toEqual([]);
  const rules = report.tables.find(({ name }) => name === 'method')?.rows.filter(({ cells }) => cells.topic === 'Rule');
  expect(rules?.map(({ cells }) => cells.statement)).toEqual([expect.stringMatching(/^networks: 10 banned addresses/)]);
});
