/**
 * Why a ban of an existing fail2ban's jail has no block of ours: its own actions block it (fail2ban.actions = "all"). The
 * ledger keeps a reason in words only, so whoever is to tell it from a failure knows it by these.
 */
import type { Block } from '../model.ts';

export const LEFT_TO_ACTIONS = 'left to the actions of its jail (fail2ban.actions)';

/** Whether what looks like a refusal is none. */
export function isLeftToActions(block: Block): boolean {
  return block.state === 'refused' && block.why === LEFT_TO_ACTIONS;
}
