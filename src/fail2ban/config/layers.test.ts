import { describe, expect, it } from 'vitest';
import { memoryTree } from './file-tree.ts';
import { interpolate } from './interpolate.ts';
import { type Layers, readLayers } from './layers.ts';

function read(files: Record<string, string>, name = 'jail'): Layers {
  const layers = readLayers(memoryTree(files), '/f', name);
  if (!layers) throw new Error('nothing was read');
  return layers;
}

describe('readLayers()', () => {
  it('lays .conf, .d/*.conf, .local and .d/*.local over each other in this order', () => {
    const file = (value: string): string => `[a]\nx = ${value}\n`;
    const { files, sections } = read({
      '/f/jail.local': file('local'),
      '/f/jail.d/20.conf': file('20'),
      '/f/jail.d/10.conf': file('10'),
      '/f/jail.d/30.local': file('30'),
      '/f/jail.d/.hidden.conf': file('hidden'),
      '/f/jail.conf': file('conf'),
    });
    expect(files).toEqual([
      '/f/jail.conf',
      '/f/jail.d/10.conf',
      '/f/jail.d/20.conf',
      '/f/jail.local',
      '/f/jail.d/30.local',
    ]);
    expect(sections.get('a')?.get('x')?.text).toBe('30');
  });

  it('reads what a file includes before and after it, with their .local files, and stops at loops', () => {
    const { files } = read(
      {
        '/f/filter.d/x.conf': '[INCLUDES]\nbefore = common.conf\n  x.conf\nafter = y.conf\n[Definition]\n',
        '/f/filter.d/common.conf': '[INCLUDES]\nbefore = x.conf\n',
        '/f/filter.d/common.local': '[DEFAULT]\n',
        '/f/filter.d/y.conf': '[INCLUDES]\nafter = /f/z.local\n',
      },
      'filter.d/x',
    );
    expect(files.at(-1)).toBe('/f/filter.d/y.conf');
    expect(files).toContain('/f/filter.d/common.local');
    expect(files.indexOf('/f/filter.d/common.conf')).toBeLessThan(files.lastIndexOf('/f/filter.d/x.conf'));
  });

  it('keeps what was covered as known, and conditional sections as options', () => {
    const layers = read({
      '/f/jail.conf': '[a]\nx = old\ny = same\n[a?family=inet6]\nx = six\n',
      '/f/jail.local': '[a]\nx = new, %(known/x)s\n',
    });
    expect(interpolate(layers, 'a', 'x')).toBe('new, old');
    expect([...(layers.sections.get('a')?.keys() ?? [])]).toEqual(['x', 'y', 'x?family=inet6']);
  });

  it('tells of what it could not read, and goes on without it', () => {
    const memory = memoryTree({ '/f/jail.conf': '[INCLUDES]\nbefore = none.conf\nafter = none.local\n  bad.conf\n' });
    const tree = {
      ...memory,
      read: (path: string) => (path.endsWith('bad.conf') ? { fault: 'not UTF-8' } : memory.read(path)),
    };
    expect(readLayers(tree, '/f', 'jail')?.problems).toEqual([
      { where: '/f/jail.conf', what: 'includes /f/none.conf, which does not exist', effect: 'unread' },
      { where: '/f/bad.conf', what: 'cannot be read, and the whole file is left out: not UTF-8', effect: 'unread' },
    ]);
  });

  it('ends when files include each other without end', () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 12; i++) files[`/f/${i}.conf`] = `[INCLUDES]\nbefore = ${i + 1}.conf\n  ./${i + 1}.conf\n`;
    for (let i = 20; i < 60; i++) files[`/f/${i}.conf`] = `[INCLUDES]\nbefore = ${i + 1}.conf\n`;
    expect(() => read(files, '0')).toThrow('more than 500 files are included');
    expect(() => read(files, '20')).toThrow('more than 20 deep');
  });

  it('is undefined when there is no such file', () => {
    expect(readLayers(memoryTree({}), '/f', 'jail')).toBeUndefined();
  });
});

describe('interpolate()', () => {
  const scope = read({
    '/f/jail.conf': `[DEFAULT]
base = /var
port = 22
[lt_file]
prefix = F
[a]
port = 2222
name = %(__name__)s at %(base)s
all = %(port)s %(default/port)s %(lt_file/prefix)s %(lt_file/port)s %(known/port)s 100%%
circle = %(circle)s
missing = %(nothing)s
lonely = 5% off
open = %(port
double = ${Array.from({ length: 12 }, () => '%(all)s').join('')}
`,
  });

  it.each([
    ['name', 'a at /var'],
    ['all', '2222 22 F 22 22 100%'],
    ['PORT', '2222'],
    ['base', '/var'],
    ['nowhere', undefined],
  ])('%s is %s', (name, value) => {
    expect(interpolate(scope, 'a', name)).toBe(value);
  });

  it('prefers what is given from outside', () => {
    expect(interpolate(scope, 'a', 'name', new Map([['base', '/srv']]))).toBe('a at /srv');
  });

  it.each([
    ['circle', '/f/jail.conf:10: refers to itself, or more than 10 references deep'],
    ['missing', '/f/jail.conf:11: %(nothing)s refers to no option'],
    ['lonely', '/f/jail.conf:12: % stands neither in %% nor in %(name)s (at: % off)'],
    ['open', '/f/jail.conf:13: % stands neither'],
  ])('%s is refused with its line', (name, message) => {
    expect(() => interpolate(scope, 'a', name)).toThrow(message);
  });

  it('ends when references multiply', () => {
    const ten = (name: string): string => `%(${name})s`.repeat(10);
    const lines = Array.from({ length: 9 }, (_, i) => `o${i} = ${ten(`o${i + 1}`)}`);
    const wide = read({ '/f/jail.conf': `[a]\n${lines.join('\n')}\no9 =\n` });
    expect(() => interpolate(wide, 'a', 'o0')).toThrow('becomes longer than');
  });
});
