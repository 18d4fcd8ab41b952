/** The same log must not be counted twice in one run: a file under two names, a rotated part beside its compressed copy. */
import { dirname } from 'node:path';
import { printable } from '../base/text.ts';
import type { Found, Passing } from './find.ts';
import { HEAD_BYTES } from './position.ts';
import { rotationOf } from './rotation.ts';

/** Leaves one of each log: rather a plain file than a compressed one, the larger, the one in the upper folder, the first. */
export function withoutCopies(found: readonly Found[]): {
  readonly kept: readonly Found[];
  readonly passed: readonly Passing[];
} {
  const kept = new Set<Found>();
  const passed: Passing[] = [];
  const owners = new Map<string, Found>();
  for (const log of [...found].sort(byWorth)) {
    const keys = [`file ${log.file.host} ${log.identity}`, contentOf(log)];
    const owner = keys.map((key) => owners.get(key)).find((other) => other !== undefined);
    if (!owner) {
      for (const key of keys) owners.set(key, log);
      kept.add(log);
    } else if (owner.file.path !== log.file.path) {
      const { host, path } = log.file;
      passed.push({ host, path, reason: `the same log as ${printable(owner.file.path)}`, hint: undefined });
    }
  }
  return { kept: found.filter((log) => kept.has(log)), passed };
}

function byWorth(a: Found, b: Found): number {
  const depth = ({ file }: Found): number => file.path.split('/').length;
  return Number(a.compressed) - Number(b.compressed) || b.size - a.size || depth(a) - depth(b);
}

/**
 * What two copies have in common. Short logs of two web sites may well be equal, when one request went to both: they
 * are copies only within one rotation. Empty ones never are.
 */
function contentOf({ file, identity, headLength, headHash }: Found): string {
  if (headLength === 0) return `empty ${file.host} ${identity}`;
  const place = headLength < HEAD_BYTES ? seriesOf(file.path) : '';
  return `head ${file.host} ${headHash} ${place}`;
}

/** The path of the log that a file is a part of: `/var/log/auth.log` for `/var/log/auth.log.2.gz`. */
export function seriesOf(path: string): string {
  const directory = dirname(path);
  const { base } = rotationOf(path.slice(path.lastIndexOf('/') + 1));
  if (!path.includes('/')) return base;
  return directory === '/' ? `/${base}` : `${directory}/${base}`;
}
