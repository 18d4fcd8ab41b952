import { describe, expect, it } from 'vitest';
import { complaintAbout, configFrom } from './testing.ts';

function portsOf(list: string): unknown {
  return configFrom(`[jail.ssh]\nports = ${list}`).portGroups.map(({ name, ports }) => [name, ports]);
}

describe('ports', () => {
  it('are all when nothing is said', () => {
    const config = configFrom('');
    expect([...config.groupOf]).toEqual(config.jails.map(({ name }) => [name, 'all']));
    expect(config.jails.length).toBeGreaterThan(2);
  });

  it('are services, numbers and ranges, sorted and without overlaps', () => {
    expect(portsOf('["ssh"]')).toEqual([['p22', [[22, 22]]]]);
    expect(portsOf('["8000-8100", "2222", "ssh"]')).toEqual([
      [
        expect.stringMatching(/^p[0-9a-f]{15}$/),
        [
          [22, 22],
          [2222, 2222],
          [8000, 8100],
        ],
      ],
    ]);
    expect(portsOf('[443, "http", 81, 80]')).toEqual([
      [
        'p80to81p443',
        [
          [80, 81],
          [443, 443],
        ],
      ],
    ]);
    expect(portsOf('["10-20", "15-30", "31-40"]')).toEqual([['p10to40', [[10, 40]]]]);
  });

  it('share a group when they are equal, whatever their order, and only jails in use have one', () => {
    const config = configFrom(`
      [jail.ssh]
      ports = ["ssh", 2222]
      [jail.mail]
      ports = [2222, 22]
      [jail.web]
      ports = ["http", "https"]
      [jail.none]
      enabled = false
      kinds = ["web.*"]
      ports = [1]
    `);
    expect(config.portGroups.map(({ name }) => name)).toEqual(['p22p2222', 'p80p443']);
    expect(Object.fromEntries(config.groupOf)).toMatchObject({ ssh: 'p22p2222', mail: 'p22p2222', web: 'p80p443' });
    expect([...config.groupOf.keys()]).not.toContain('none');
  });

  it('have names that a set can have', () => {
    const config = configFrom('[jail.ssh]\nports = [10000, 20000, 30000, 40000]\n[jail.web]\nports = ["1-65535"]');
    for (const { name } of config.portGroups) expect(name).toMatch(/^[a-z0-9]{1,16}$/);
  });

  it.each([
    ['"ssh"', 'rapsheet.toml:2: jail.ssh.ports: must be "all" or a list like ["ssh", 2222, "8000-8100"]'],
    ['22', 'jail.ssh.ports: must be "all" or a list'],
    ['[]', 'jail.ssh.ports: must have a port; "all" is every port'],
    ['[0]', 'must be a port from 1 to 65535, a range like "8000-8100" or a service like "ssh" (got 0)'],
    ['[65536]', '(got 65536)'],
    ['[22.5]', '(got 22.5)'],
    ['["22-"]', 'unknown service "22-"'],
    ['["0-22"]', '(got "0-22")'],
    ['["30-20"]', 'the range "30-20" ends before it begins'],
    ['["htps"]', 'unknown service "htps" (did you mean "https"?)'],
    ['["constructor"]', 'unknown service "constructor" (write its number)'],
    [`[${Array.from({ length: 65 }, (_, i) => i + 1)}]`, 'has more than 64 entries; write ranges'],
  ])('%s are refused with a reason', (list, message) => {
    expect(complaintAbout(`[jail.ssh]\nports = ${list}`)).toContain(message);
  });

  it('are told apart for a limited number of jails', () => {
    const jails = Array.from({ length: 33 }, (_, i) => `[jail.j${i}]\nkinds = ["ssh.*"]\nports = [${i + 1}]\n`);
    expect(complaintAbout(jails.join(''))).toContain('33 different lists of ports; at most 32 can be told apart');
  });
});
