/** Who must not be banned, for commands that ask beside the daemon: as it would know right after its start. */
import type { Config } from '../config/config.ts';
import type { HostFacts } from '../host/host.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readAllowFile } from './allow-file.ts';
import { NeverBan } from './never-ban.ts';
import { trustOf } from './reload.ts';
import { restoreLogins } from './saved-logins.ts';

export function protectionOf(config: Config, facts: HostFacts, ledger: Pick<Ledger, 'state'>): Pick<NeverBan, 'of'> {
  const neverBan = new NeverBan(trustOf(config));
  neverBan.see(facts);
  neverBan.allow(readAllowFile(config.protect.allowFile).entries);
  restoreLogins(neverBan, ledger);
  return neverBan;
}
