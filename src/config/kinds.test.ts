/** The list of kinds is complete, and docs/kinds.md says what it says. */
import { expect, it } from 'vitest';
import { forgeableKinds, type Kind, loadConfig } from './config.ts';

const { kinds, filters } = loadConfig({ program: '.', file: undefined });

const HEAD = `# Kinds

Every attempt is of one kind. This page is made of \`data/kinds.toml\` (\`npx vitest run src/config/kinds.test.ts -u\`).

- **weight**: how much one attempt counts in a jail; a jail's \`weights\` can change it. 0 is recorded and never leads to a ban.
- **ATT&CK**: the technique of MITRE ATT&CK. **AbuseIPDB**: its categories. **XARF**: class and type of XARF v4, for reports to others.
- **forgeable**: one packet is enough for such a line, so its sender need not have the address. Such attempts lead to no ban of a
  network, and to none for long.

What ends in \`.accepted\` is a login that went well: no attack, and never counted. What ends in \`.listed\` is of no log: it is the
kind before it, of an address that was then found on a DNS blocklist (\`docs/blocklists.md\`).
`;

function page(): string {
  const services = new Map<string, Array<readonly [string, Kind]>>();
  for (const [name, kind] of kinds) {
    const [service = name] = name.split('.');
    services.set(service, [...(services.get(service) ?? []), [name, kind]]);
  }
  const tables = [...services].sort(([a], [b]) => (a < b ? -1 : 1)).map(([service, rows]) => table(service, rows));
  return [HEAD, ...tables].join('\n');
}

function table(service: string, rows: ReadonlyArray<readonly [string, Kind]>): string {
  const cells = rows.map(([name, { sentence, weight, attack, abuseipdb, xarf, forgeable }]) =>
    [`\`${name}\``, sentence, weight, attack ?? '', abuseipdb.join(', '), xarf ?? '', forgeable ? 'yes' : ''].join(
      ' | ',
    ),
  );
  const head = 'kind | what somebody did | weight | ATT&CK | AbuseIPDB | XARF | forgeable';
  return `## ${service}\n\n| ${[head, '---|---|---|---|---|---|---', ...cells].join(' |\n| ')} |\n`;
}

it('docs/kinds.md is made of data/kinds.toml', async () => {
  await expect(page()).toMatchFileSnapshot('../../docs/kinds.md');
});

it('every kind of attack can be reported', () => {
  const attacks = [...kinds].filter(([name]) => !name.endsWith('.accepted'));
  const silent = attacks.filter(([, { attack, abuseipdb, xarf }]) => !attack || abuseipdb.length === 0 || !xarf);
  expect(silent.map(([name]) => name)).toEqual([]);
  const accepted = [...kinds].filter(([name]) => name.endsWith('.accepted'));
  expect(accepted.filter(([, { weight, attack }]) => weight !== 0 || attack !== undefined)).toEqual([]);
});

it('types of XARF are those of its version 4', () => {
  const types = [
    'login_attack',
    'port_scan',
    'ddos',
    'reconnaissance',
    'scraping',
    'sql_injection',
    'vulnerability_scan',
  ];
  const known = new Set([...types.map((type) => `connection/${type}`), 'messaging/spam']);
  expect([...kinds.values()].map(({ xarf }) => xarf).filter((xarf) => xarf !== undefined && !known.has(xarf))).toEqual(
    [],
  );
});

it('no login that went well is forgeable, and what comes by one packet is', () => {
  const forgeable = forgeableKinds(kinds);
  expect([...forgeable].filter((name) => name.endsWith('.accepted') || name.startsWith('ssh.'))).toEqual([]);
  for (const name of ['dns.query', 'scan.flood'].filter((each) => kinds.has(each))) expect(forgeable).toContain(name);
});

it('every kind but what others may need is one of some filter', () => {
  const used = new Set(filters.flatMap(({ patterns }) => patterns.map(({ kind }) => kind)));
  expect([...used].filter((kind) => !kinds.has(kind))).toEqual([]);
});
