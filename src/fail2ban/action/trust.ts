/**
 * Whose files say what is run: nobody's but root's and our own. A shell that runs as root what somebody else may write is
 * theirs. Looked at when the files were read; what is in them later counts for nothing until they are read again.
 */
import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Problem } from '../../base/problem.ts';
import { errorCode } from '../../base/problem.ts';

export interface FileFacts {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

export interface Trust {
  /** Of the process. */
  readonly uid: number;
  /** @throws when there is no such file */
  stat(path: string): FileFacts;
  /** Where a path leads, through links. @throws when there is no such file */
  resolve(path: string): string;
}

export const systemTrust: Trust = {
  uid: process.getuid?.() ?? 0,
  stat: (path) => statSync(path),
  resolve: (path) => realpathSync(path),
};

const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
/** Of a folder such as /tmp: what is in it is moved by its owner only. */
const STICKY = 0o1000;

/** What is wrong with the files, or with the folders on the way to them; each is told once. */
export function distrust(paths: readonly string[], trust: Trust): Problem[] {
  const all = new Set(paths.flatMap((path) => [...wayTo(path), ...wayTo(targetOf(path, trust))]));
  return [...all].flatMap((path) => {
    const what = wrongWith(path, trust);
    const hint = `chown root ${path}; chmod go-w ${path}`;
    return what === undefined ? [] : [{ where: path, what: `its commands are not run: ${what}`, hint }];
  });
}

/** The file itself, and every folder above it: whoever may move one of them may put another file there. */
function wayTo(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...wayTo(above)];
}

function targetOf(path: string, { resolve }: Trust): string {
  try {
    return resolve(path);
  } catch {
    return path; // That it is not there is found out with the rest.
  }
}

function wrongWith(path: string, { uid, stat }: Trust): string | undefined {
  try {
    const facts = stat(path);
    if (facts.uid !== 0 && facts.uid !== uid) return `it belongs to user ${facts.uid}`;
    if ((facts.mode & STICKY) !== 0) return undefined;
    if ((facts.mode & OTHERS_WRITE) !== 0) return 'everybody may write it';
    // The group of root is as good as root.
    if ((facts.mode & GROUP_WRITES) !== 0 && facts.gid !== 0) return `the members of group ${facts.gid} may write it`;
    return undefined;
  } catch (error) {
    return `nobody knows who may write it (${errorCode(error) ?? String(error)})`;
  }
}
