/** Writes into the ledger whole or not at all. */
import type { Durability, Ledger } from '../ledger/ledger.ts';

/** @throws ProblemError when the ledger cannot be written; then nothing of it is. */
export function record<T>(ledger: Ledger, outlives: Durability, work: () => T): T {
  ledger.begin(outlives);
  try {
    const result = work();
    ledger.commit();
    return result;
  } catch (error) {
    ledger.rollback();
    throw error;
  }
}
