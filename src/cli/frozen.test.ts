/**
 * What is recorded of where an address comes from stays as it was: a report, and a rap sheet, of last year are the same
 * bytes when the data have changed, are gone, and others have been asked since.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mmdbBytes } from '../origin/testing/mmdb-writer.ts';
import { enrichCommand } from './enrich.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { showCommand } from './show.ts';
import { runCommand, scratch } from './testing.ts';

const BUILT = { build_epoch: Date.UTC(2024, 8, 1) / 1_000, database_type: 'GeoLite2-ASN' };

function attack(address: string): string {
  return Array.from(
    { length: 5 },
    (_, i) =>
      `2024-10-03T10:00:0${i}.000000+00:00 web1 sshd[${i + 1}]: Failed password for root from ${address} port 22 ssh2\n`,
  ).join('');
}

it('a report of last year does not change when the origin data do', async () => {
  const folder = scratch();
  const [config, ledger, data] = ['rapsheet.toml', 'ledger.db', 'GeoLite2-ASN.mmdb'].map((name) => join(folder, name));
  if (!config || !ledger || !data) throw new Error('no places');
  const settings = (origin: string): void =>
    writeFileSync(config, `[general]\nzone = "UTC"\n[origin]\ndiscover = false\n${origin}\n`);
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  writeFileSync(join(logs, 'auth.log'), attack('203.0.113.7') + attack('198.51.100.9'));
  const record = { autonomous_system_number: 24940, autonomous_system_organization: 'HETZNER-AS' };
  writeFileSync(data, mmdbBytes({ '203.0.113.0/24': record }, { metadata: BUILT }));
  settings(`sources = ["${data}"]`);
  const common = ['-c', config, '--ledger', ledger];
  await runCommand(replayCommand(), ['--host', `web1=${logs}`, '--quiet', ...common]);
  const report = async (): Promise<string> => {
    const { out, err, status } = await runCommand(reportCommand(), ['2024-10', '--format', 'markdown', ...common]);
    expect([status, err]).toEqual([0, '']);
    return out;
  };
  const before = await report();
  expect(before).toMatch(/\| Hetzner Online GmbH \|/);
  expect(before).toMatch(/\| hosting \|/);
  expect(before).toMatch(/asn, organization, network: GeoLite2-ASN 2024-09-01 \(1 ban\)/);
  expect(before).toMatch(/type: organizations\.toml 20\d\d-\d\d-\d\d \(1 ban\)/);
  expect(before).toMatch(/GeoLite2 data created by MaxMind/);
  const sheet = async (): Promise<string> => (await runCommand(showCommand(), ['203.0.113.7', ...common])).out;
  expect(await sheet()).toMatch(/^Type +hosting$/m);

  const other = { autonomous_system_number: 64500, autonomous_system_organization: 'Renamed' };
  writeFileSync(data, mmdbBytes({ '203.0.113.0/24': other, '198.51.100.0/24': other }));
  expect(await report()).toBe(before);
  rmSync(data);
  const exits = join(folder, 'exits.txt');
  writeFileSync(exits, '203.0.113.7\n');
  settings(`tor_exits = "${exits}"`);
  expect(await report()).toBe(before);
  await runCommand(enrichCommand(), common);
  expect(await report()).toBe(before);

  const asked = await sheet();
  expect(asked).toMatch(/^Tor exit +yes/m);
  writeFileSync(exits, '192.0.2.1\n');
  await runCommand(enrichCommand(), common);
  expect(await sheet()).toBe(asked);
});
