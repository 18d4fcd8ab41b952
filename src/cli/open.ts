/** Opens what the configuration names: the ledger, and the data about origins. */
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import { readOrganizations } from '../origin/organizations.ts';
import { type Origins, openOrigins } from '../origin/origin.ts';
import { readScanners } from '../origin/scanners.ts';
import { ledgerPath } from './ledger-path.ts';
import { programFolder } from './program.ts';

export function originsOf(config: Config): Origins {
  const data = join(programFolder(), 'data');
  return openOrigins({
    paths: config.origin.sources,
    discover: config.origin.discover ? 'yes' : 'no',
    organizations: readOrganizations([join(data, 'organizations.toml')]),
    scanners: readScanners([join(data, 'scanners.toml')]),
  });
}

export interface LedgerChoice {
  /** `--ledger`. */
  readonly ledger?: string | undefined;
}

export function openLedgerFor(choice: LedgerChoice, config: Config, mode: 'read' | 'write'): Promise<Ledger> {
  const path = ledgerPath(choice.ledger ?? config.ledger);
  return openLedger({ path, mode, clock: systemClock, zone: config.zone.name });
}
