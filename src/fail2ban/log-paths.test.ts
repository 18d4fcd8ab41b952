import { describe, expect, it } from 'vitest';
import { LogGlob } from './log-paths.ts';

describe('LogGlob.agreement()', () => {
  it.each([
    ['/var/log/auth.log', '/var/log/auth.log', 3, true],
    ['/var/log/auth.log', '/var/log/auth.log.1', 3, true],
    ['/var/log/auth.log', '/var/log/auth.log.2.gz', 3, true],
    ['/var/log/auth.log', '/var/log/auth.log-20241001', 3, true],
    ['/var/log/auth.log', '/var/log/auth.log-20241001.gz', 3, true],
    ['/var/log/nginx/*error.log', '/var/log/nginx/shop.error.log', 4, true],
    ['/var/log/nginx/*error.log', '/var/log/nginx/.error.log', 0, false],
    ['/var/log/nginx/*.log', '/var/log/nginx/a/b.log', 1, false],
    ['/var/log/apache2/*error.log', 'backup/var/log/apache2/error.log.3.gz', 4, false],
    ['/var/log/apache2/*error.log', 'error.log', 1, false],
    ['/var/log/apache2/*error.log', 'logs/access.log', 0, false],
    ['/var/log/app-[0-9].log', '/var/log/app-7.log', 3, true],
    ['/var/log/app-[!0-9].log', '/var/log/app-7.log', 0, false],
    ['/var/log/app-[!0-9].log', '/var/log/app-x.log', 3, true],
    ['/var/log/app[.log', '/var/log/app[.log', 3, true],
    ['/var/log/a?.log', '/var/log/ab.log', 3, true],
    ['/var/log/a+b.log', '/var/log/a+b.log', 3, true],
    ['/var/log/[z-a].log', '/var/log/m.log', 0, false],
    // A host's name as the log's: the last number is none of rotation, but nobody can know.
    ['/var/log/hosts/192.0.2.1', '/var/log/hosts/192.0.2.1', 4, true],
  ])('%s and %s', (glob, path, names, isWhole) => {
    expect(new LogGlob(glob).agreement(path)).toEqual({ names, isWhole });
  });
});
