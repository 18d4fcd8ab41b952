/** A reload: at a signal, or when it is asked for. */
import { EXIT, formatProblem, ProblemError } from '../base/problem.ts';
import type { Reloaded } from './answers.ts';
import type { Daemon } from './daemon.ts';
import { examine, missing, mistakes } from './reload.ts';

/**
 * Reads the configuration again and uses it, unless it could lock somebody out: then it waits for `isConfirmed`. `jail`: one
 * that must be in it.
 * @throws ProblemError with every mistake; then the old one stays in use
 */
export async function reload(
  daemon: Daemon,
  { isConfirmed, now, jail }: { isConfirmed: boolean; now: number; jail?: string | undefined },
): Promise<Reloaded> {
  const { world, log } = daemon.options;
  const after = world.loadConfig();
  const before = daemon.config;
  const [had, has] = [world.leftOut?.(before), world.leftOut?.(after)];
  const wrong = [...mistakes({ before, after }, { had, has }), ...missing(jail, { before, after }, has)];
  if (wrong.length > 0) throw new ProblemError(EXIT.badConfig, wrong);
  const problems = [...(has?.files ?? []), ...[...(has?.jails.values() ?? [])].flat()].map(formatProblem);
  const tried = daemon.parts.live.tryOut(world.stages(after));
  const found = examine({ before, after }, { neverBan: daemon.neverBan, tried, now });
  const { changes, risks } = found;
  if (risks.length > 0 && !isConfirmed) {
    daemon.waiting = { ...found, since: now };
    for (const risk of risks) log.warn('the reload waits for rapsheet reload --confirm', { risk });
    return { applied: false, changes: [...changes], risks: [...risks], problems };
  }
  await daemon.use(after);
  log.notice('reloaded', { changes: changes.length });
  for (const change of changes) log.info('changed by the reload', { change });
  return { applied: true, changes: [...changes], risks: [...risks], problems };
}
