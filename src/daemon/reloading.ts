/** A reload: at a signal, or when it is asked for. */
import type { Reloaded } from './answers.ts';
import type { Daemon } from './daemon.ts';
import { examine } from './reload.ts';

/**
 * Reads the configuration again and uses it, unless it could lock somebody out: then it waits for `isConfirmed`.
 * @throws ProblemError with every mistake; then the old one stays in use
 */
export async function reload(
  daemon: Daemon,
  { isConfirmed, now }: { isConfirmed: boolean; now: number },
): Promise<Reloaded> {
  const { world, log } = daemon.options;
  const after = world.loadConfig();
  const tried = daemon.parts.live.tryOut(world.stages(after));
  const found = examine({ before: daemon.config, after }, { neverBan: daemon.neverBan, tried, now });
  const { changes, risks } = found;
  if (risks.length > 0 && !isConfirmed) {
    daemon.waiting = { ...found, since: now };
    for (const risk of risks) log.warn('the reload waits for rapsheet reload --confirm', { risk });
    return { applied: false, changes: [...changes], risks: [...risks] };
  }
  await daemon.use(after);
  log.notice('reloaded', { changes: changes.length });
  for (const change of changes) log.info('changed by the reload', { change });
  return { applied: true, changes: [...changes], risks: [...risks] };
}
