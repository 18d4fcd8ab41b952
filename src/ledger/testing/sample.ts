/** For the tests of this folder: attempts, bans and origins with what a test does not care for filled in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Address, type Network, parseAddress, parseNetwork } from '../../base/address.ts';
import { ProblemError } from '../../base/problem.ts';
import type { Attempt, Ban, Evidence, Finding, Origin, Pattern, Scope } from '../../model.ts';
import { openDatabase } from '../database.ts';
import { type Ledger, type LedgerOptions, type NewAbuseReport, openLedger } from '../ledger.ts';

/** 2024-10-03T10:00:00Z. */
export const NOON = Date.UTC(2024, 9, 3, 10);

/** What makes a ledger of today one of version 5, as far as its tables go. */
const WITHOUT_SIXTH = ['ban_page', 'tally_page', 'unpacked'].map((table) => `DROP TABLE ${table}`);
/** Likewise of version 4. */
export const WITHOUT_FIFTH = [
  ...WITHOUT_SIXTH,
  ...['outbox', 'abuse_step', 'abuse_address', 'abuse'].map((table) => `DROP TABLE ${table}`),
];

export const EVERYTHING: Scope = { period: { from: 0, until: Number.POSITIVE_INFINITY, name: 'all' }, host: undefined };

/** Makes of a closed ledger one of version 5. */
export function makeFifth(path: string): void {
  const database = openDatabase(path, 'write');
  for (const statement of [...WITHOUT_SIXTH, 'PRAGMA user_version = 5']) database.exec(statement);
  database.gather();
  database.close();
}

/** A folder that goes away with the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function open(given: Partial<LedgerOptions> = {}): Promise<Ledger> {
  const ledger = await openLedger({ path: ':memory:', mode: 'write', clock: () => NOON, ...given });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Runs work as one transaction. */
export function record<T>(ledger: Ledger, work: () => T): T {
  ledger.begin();
  const result = work();
  ledger.commit();
  return result;
}

export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`${text} is not an address`);
  return parsed;
}

export function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed) throw new Error(`${text} is not a network`);
  return parsed;
}

export function pattern(given: Partial<Pattern> = {}): Pattern {
  return {
    filter: 'sshd',
    number: 1,
    service: 'ssh',
    kind: 'ssh.login',
    voice: undefined,
    syslog: true,
    success: false,
    ...given,
  };
}

const PATTERN = pattern();

export function attempt(given: Partial<Attempt> & { readonly host?: string } = {}): Attempt {
  const { host = 'web1', ...fields } = given;
  return {
    time: NOON,
    address: address('203.0.113.7'),
    pattern: PATTERN,
    user: undefined,
    target: undefined,
    file: { host, path: '/var/log/auth.log', modified: NOON },
    offset: 0,
    count: 1,
    session: '',
    line: 'Failed password for root from 203.0.113.7 port 40022 ssh2',
    ...fields,
  };
}

export function evidence(given: Partial<Evidence> = {}): Evidence {
  return {
    time: NOON - 1000,
    address: address('203.0.113.7'),
    kind: 'ssh.login',
    filter: 'sshd',
    pattern: 1,
    user: 'root',
    target: undefined,
    path: '/var/log/auth.log',
    offset: 4711,
    count: 1,
    line: 'Failed password for root from 203.0.113.7 port 40022 ssh2',
    ...given,
  };
}

export function ban(subject = '203.0.113.7', given: Partial<Ban> = {}): Ban {
  return {
    subject: network(subject),
    host: 'web1',
    jail: 'sshd',
    service: 'ssh',
    kind: 'ssh.login',
    from: NOON,
    until: NOON + 600_000,
    prior: 0,
    reason: { rule: 'threshold', score: 5, limit: 5, findTime: 600_000, kinds: { 'ssh.login': 5 } },
    evidence: [evidence()],
    ...given,
  };
}

export function origin(given: Partial<Origin> = {}): Origin {
  return {
    country: 'NL',
    asn: 64_500,
    organization: 'Example Hosting',
    organizationAsGiven: 'EXAMPLE-HOSTING-AS',
    network: '203.0.113.0/24',
    scanner: undefined,
    latitude: 52.37,
    longitude: 4.9,
    sources: ['country: example 2024-10-01'],
    ...given,
  };
}

export function finding(given: Partial<Finding> = {}): Finding {
  return {
    address: address('203.0.113.7'),
    at: NOON + 500,
    source: 'DNS',
    answer: { about: 'reverse-name', names: [{ name: 'host7.example.net', verified: true }] },
    ...given,
  };
}

/** The problem that work ends with; fails when there is none. */
export async function problemOf(work: () => unknown): Promise<ProblemError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('no problem was found');
}

export function abuseReport(given: Partial<NewAbuseReport> = {}): NewAbuseReport {
  return {
    ...{ way: 'mail', contact: 'abuse@example.net', organization: 'Example Hosting', day: 20_000, made: NOON },
    ...{ attempts: 12, addresses: ['203.0.113.7'], content: '{}' },
    ...given,
  };
}
