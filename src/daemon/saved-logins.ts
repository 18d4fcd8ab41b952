/** The logins that protect, as the ledger keeps them from one process to the next. */
import { fromWords } from '../base/address.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { NeverBan, SavedLogin } from './never-ban.ts';

const LOGINS_STATE = 'logins';

/** What is to be saved, where there are new logins since the last call. */
export function loginStates(neverBan: NeverBan): ReadonlyMap<string, string> {
  const logins = neverBan.takeLogins();
  return new Map(logins ? [[LOGINS_STATE, JSON.stringify(logins)]] : []);
}

/** Written by this program in a transaction, so it is what it was. */
export function savedLogins(ledger: Pick<Ledger, 'state'>): readonly SavedLogin[] {
  const text = ledger.state(LOGINS_STATE);
  return text === undefined ? [] : JSON.parse(text);
}

export function restoreLogins(neverBan: NeverBan, ledger: Pick<Ledger, 'state'>): void {
  for (const [[w0, w1, w2, w3], user, time] of savedLogins(ledger)) {
    neverBan.login({ address: fromWords(w0, w1, w2, w3), user, time });
  }
}
