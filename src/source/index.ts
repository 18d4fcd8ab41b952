/** The sources by name. A new one is a file and a line here. */
import { openFiles } from './follow.ts';
import { openJournal } from './journal.ts';
import { memoryLogs } from './memory.ts';
import { findLogs } from './source.ts';
import { openSyslog } from './syslog.ts';

export const sources = { files: findLogs, memory: memoryLogs } as const;

/** Those that go on. */
export const liveSources = { files: openFiles, journal: openJournal, syslog: openSyslog } as const;
