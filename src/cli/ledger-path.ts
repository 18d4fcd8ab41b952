/** Where the ledger lies when nobody says: with the system's state for root, with the user's for anyone else. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export function ledgerPath(chosen: string | undefined): string {
  if (chosen !== undefined) return chosen;
  const { STATE_DIRECTORY, XDG_STATE_HOME } = process.env;
  if (STATE_DIRECTORY) return join(STATE_DIRECTORY, 'ledger.db');
  if (process.getuid?.() === 0) return '/var/lib/rapsheet/ledger.db';
  return join(XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'rapsheet', 'ledger.db');
}
