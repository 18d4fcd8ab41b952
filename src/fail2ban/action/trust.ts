/**
 * Whose files say what is run: nobody's but root's and our own. A shell that runs as root what somebody else may write is
 * theirs. Looked at when the files were read; what is in them later counts for nothing until they are read again.
 */
import { statSync } from 'node:fs';
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
}

export const systemTrust: Trust = {
  uid: process.getuid?.() ?? 0,
  stat: (path) => statSync(path),
};

const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;

/** What is wrong with the files, or with the folders that they lie in; each is told once. */
export function distrust(paths: readonly string[], trust: Trust): Problem[] {
  const all = new Set(paths.flatMap((path) => [path, dirname(path)]));
  return [...all].flatMap((path) => {
    const what = wrongWith(path, trust);
    const hint = `chown root ${path}; chmod go-w ${path}`;
    return what === undefined ? [] : [{ where: path, what: `its commands are not run: ${what}`, hint }];
  });
}

function wrongWith(path: string, { uid, stat }: Trust): string | undefined {
  try {
    const facts = stat(path);
    if (facts.uid !== 0 && facts.uid !== uid) return `it belongs to user ${facts.uid}`;
    if ((facts.mode & OTHERS_WRITE) !== 0) return 'everybody may write it';
    // The group of root is as good as root.
    if ((facts.mode & GROUP_WRITES) !== 0 && facts.gid !== 0) return `the members of group ${facts.gid} may write it`;
    return undefined;
  } catch (error) {
    return `nobody knows who may write it (${errorCode(error) ?? String(error)})`;
  }
}
