/** How long from the start of a daemon until all bans in force are in the kernel. */
import { hostname } from 'node:os';
import { parseNetwork } from '../src/base/address.ts';
import { systemClock } from '../src/base/clock.ts';
import { openLedger } from '../src/ledger/ledger.ts';
import type { Ban, Evidence, Origin } from '../src/model.ts';
import type { Bed } from './live-bed.ts';
import { banIn, launchFail2ban } from './live-fail2ban.ts';
import { ATTEMPTS_TO_A_BAN, attacker, Lines } from './live-lines.ts';
import { pause } from './live-process.ts';
import { isOnWatch, launch, ledgerIn } from './live-rapsheet.ts';
import type { Row } from './live-section.ts';

const HOUR_MS = 3_600_000;
const PATIENCE_MS = 60_000;
const BAN_PATIENCE_MS = 120_000;
const A_TRANSACTION = 5_000;
const UNKNOWN: Origin = {
  ...{
    country: undefined,
    asn: undefined,
    organization: undefined,
    organizationAsGiven: undefined,
    network: undefined,
  },
  ...{ scanner: undefined, latitude: undefined, longitude: undefined, sources: [] },
};

/** With an empty kernel, as after a reboot, and again with what the daemon left there when it was killed. */
export async function startRapsheet(bed: Bed, bans: number): Promise<Row[]> {
  await writeBans(ledgerIn(bed.folder), bans);
  await bed.deafen();
  const rows: Row[] = [];
  for (const how of ['after a reboot', 'after kill -9, blocks still there']) {
    const daemon = launch(bed);
    const at = await isOnWatch(daemon, PATIENCE_MS);
    const held = bed.nft(['list', 'set', 'inet', 'rapsheet', 'all_4_32']).match(/198\.1[89]\.\d+\.\d+/g)?.length ?? 0;
    await daemon.end();
    rows.push({ contender: 'rapsheet', values: [bans, held, (at - daemon.since) / 1_000], note: how });
  }
  return rows;
}

/** Bans through its client, kills it, and lets it bring them back. */
export async function startFail2ban(bed: Bed, bans: number): Promise<Row> {
  const addresses = Array.from({ length: bans }, (_, n) => attacker(n));
  const first = await launchFail2ban(bed, 1);
  banIn(bed, addresses);
  const { count } = await bed.monitor.comeAll(addresses, BAN_PATIENCE_MS);
  await first.end();
  if (count < bans) throw new Error(`fail2ban made only ${count} of ${bans} bans`);
  bed.nft(['flush ruleset']);
  await pause(1_000);
  bed.monitor.forget();
  const again = await launchFail2ban(bed, 1);
  const { count: restored, last } = await bed.monitor.comeAll(addresses, BAN_PATIENCE_MS);
  const seconds = (last - again.since) / 1_000;
  const note = `so few, because it is slow; as many as above would take it ${(((seconds / bans) * 100_000) / 60).toFixed(0)} minutes`;
  return { contender: 'fail2ban', values: [bans, restored, seconds], note };
}

/** A ledger with bans in force, each with its evidence and its block. */
async function writeBans(path: string, count: number): Promise<void> {
  const now = systemClock();
  const ledger = await openLedger({ path, mode: 'write', clock: systemClock, zone: 'UTC' });
  const lines = new Lines();
  try {
    for (let from = 0; from < count; from += A_TRANSACTION) {
      ledger.begin();
      for (let n = from; n < Math.min(count, from + A_TRANSACTION); n++) {
        const at = now - HOUR_MS + Math.floor((n * HOUR_MS) / count);
        ledger.block(ledger.ban(banOf(attacker(n), { at, now, lines }), UNKNOWN), { state: 'blocked', at });
      }
      ledger.commit();
    }
    // Without anything judged lately it would be taken for a new one, whose daemon adopts what the kernel holds.
    ledger.begin();
    ledger.keepRecent(now, JSON.stringify({ now, events: [] }));
    ledger.commit();
  } finally {
    ledger.close();
  }
}

function banOf(text: string, { at, now, lines }: { at: number; now: number; lines: Lines }): Ban {
  const subject = parseNetwork(text);
  if (!subject) throw new Error(`${text} is no address`);
  const evidence: Evidence = {
    ...{
      time: at,
      address: subject.base,
      kind: 'ssh.login',
      filter: 'sshd',
      pattern: 1,
      user: 'root',
      target: undefined,
    },
    ...{ path: '/var/log/auth.log', offset: 0, count: 1, line: lines.line(text, at).trimEnd() },
  };
  const [score, kinds] = [ATTEMPTS_TO_A_BAN, { 'ssh.login': ATTEMPTS_TO_A_BAN }];
  return {
    ...{
      subject,
      host: hostname(),
      jail: 'ssh',
      service: 'ssh',
      kind: 'ssh.login',
      from: at,
      until: now + 24 * HOUR_MS,
    },
    ...{ prior: 0, reason: { rule: 'threshold', score, limit: score, findTime: 600_000, kinds } },
    evidence: Array.from({ length: ATTEMPTS_TO_A_BAN }, () => evidence),
  };
}
