/** Bans and releases that somebody asked for: recorded, enforced, and waited for, so that the answer is what holds. */
import type { Network } from '../base/address.ts';
import type { Ban } from '../model.ts';
import type { Daemon } from './daemon.ts';

/** Makes bans that nothing in the logs led to, and waits until the firewall has taken them, or has not. */
export async function banByHand(daemon: Daemon, bans: readonly Ban[]): Promise<void> {
  const { live } = daemon.parts;
  for (const ban of bans) live.ban(ban);
  daemon.commit();
  daemon.settle();
  await daemon.enforcer.settled();
}

/** Ends bans, and waits until the kernel has let them go. */
export async function releaseByHand(daemon: Daemon, subjects: readonly Network[], why: string): Promise<void> {
  daemon.release(subjects, why);
  await daemon.enforcer.settled();
}
