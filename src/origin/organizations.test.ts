import { describe, expect, it } from 'vitest';
import { parseOrganizations, readOrganizations } from './organizations.ts';
import { problemOf, scratch } from './testing/scratch.ts';

const files = scratch();
const file = (text: string, path = 'org.toml'): { path: string; text: string } => ({ path, text });

const EXAMPLE = `
# Two companies.
[[organization]]
name = "Example, Inc."
asns = [64500, 64501]
names = ["EXAMPLE-ARIN-01"]
reason = "Says so."

[[organization]]
name = "Other"
reason = "Stands for itself."
`;

describe('parseOrganizations', () => {
  const organizations = parseOrganizations([file(EXAMPLE)]);

  it.each([
    [64500, 'Whatever', 'Example, Inc.'],
    [64501, undefined, 'Example, Inc.'],
    [undefined, 'example-arin-01', 'Example, Inc.'],
    [64999, 'EXAMPLE INC', 'Example, Inc.'],
    [64999, 'Other Ltd.', 'Other'],
    [64999, 'Unheard Of, LLC', 'Unheard Of, LLC'],
    [64999, undefined, undefined],
    [undefined, undefined, undefined],
  ])('calls AS%s %s %s', (asn, asGiven, name) => {
    expect(organizations.nameOf(asn, asGiven)).toBe(name);
  });

  it('lets a later file say otherwise', () => {
    const own = file('[[organization]]\nname = "Mine"\nasns = [64501]\nreason = "It is mine."\n', 'own.toml');
    const both = parseOrganizations([file(EXAMPLE), own]);
    expect([64500, 64501].map((asn) => both.nameOf(asn, undefined))).toEqual(['Example, Inc.', 'Mine']);
  });

  it.each<[what: string, text: string, problem: string]>([
    ['an unknown key', 'asn = [1]\nname = "A"\nreason = "B."', 'org.toml:3: unknown key asn (did you mean asns?)'],
    ['a missing reason', 'name = "A"', 'org.toml:2: reason is missing'],
    [
      'a reason that is no sentence',
      'name = "A"\nreason = "so"',
      'org.toml:4: reason: is a sentence that ends with a period',
    ],
    [
      'an ASN as text',
      'name = "A"\nasns = ["AS1"]\nreason = "B."',
      'org.toml:4: asns: Invalid type: Expected number but received "AS1"',
    ],
    ['an empty name', 'name = ""\nreason = "B."', 'org.toml:3: name: must not be empty'],
  ])('refuses %s', (_, text, problem) => {
    expect(problemOf(() => parseOrganizations([file(`\n[[organization]]\n${text}\n`)])).text).toBe(problem);
  });

  it('refuses an ASN and a name in two organizations', () => {
    const text = `${EXAMPLE}\n[[organization]]\nname = "Third"\nnames = ["Other GmbH"]\nasns = [64500]\nreason = "No."\n`;
    expect(problemOf(() => parseOrganizations([file(text)])).text).toBe(
      'org.toml:16: AS64500 belongs to Example, Inc. already\norg.toml:15: the name "other" belongs to Other already',
    );
  });

  it.each([
    ['name = ', 'org.toml:1:8: invalid value'],
    ['[[organisation]]\nname = "A"', 'org.toml: unknown key organisation (only [[organization]])'],
    ['organization = "A"', 'org.toml: organization is not a list ([[organization]])'],
    ['organization = ["A"]', 'org.toml: Invalid type: Expected Object but received "A"'],
  ])('refuses %j', (text, problem) => {
    expect(problemOf(() => parseOrganizations([file(text)]))).toEqual({ status: 78, text: problem });
  });
});

describe('types of organizations', () => {
  const typed = '[[organization]]\nname = "Example, Inc."\ntype = "hosting"\nreason = "Says so."\n';

  it('are known by the one name, with the files and the days that say so', () => {
    const dated = parseOrganizations([file(`date = 2026-11-20\n${typed}`), file('', '/etc/own.toml')]);
    expect([dated.typeOf('Example, Inc.'), dated.typeOf('EXAMPLE INC'), dated.source]).toEqual([
      'hosting',
      undefined,
      'org.toml 2026-11-20 + own.toml undated',
    ]);
  });

  it('may be changed by a later file', () => {
    const own = file(typed.replace('hosting', 'vpn'), 'own.toml');
    expect(parseOrganizations([file(typed), own]).typeOf('Example, Inc.')).toBe('vpn');
  });

  it('are one of a few', () => {
    const problem = problemOf(() => parseOrganizations([file(typed.replace('hosting', 'cloud'))]));
    expect(problem.text).toBe(
      'org.toml:3: type: must be one of hosting, access, business, education, government, vpn, scanner',
    );
    expect(problemOf(() => parseOrganizations([file(`date = "today"\n${typed}`)])).text).toContain('unknown key date');
  });
});

describe('readOrganizations', () => {
  it('takes the shipped file', () => {
    const shipped = readOrganizations(['data/organizations.toml']);
    expect(shipped.source).toMatch(/^organizations\.toml 20\d\d-\d\d-\d\d$/);
    expect([shipped.typeOf('Hetzner Online GmbH'), shipped.typeOf('Cogent Communications')]).toEqual([
      'hosting',
      undefined,
    ]);
    expect(shipped.nameOf(398324, 'CENSYS-ARIN-01')).toBe('Censys, Inc.');
    expect(shipped.nameOf(398705, undefined)).toBe('Censys, Inc.');
    expect(shipped.nameOf(undefined, 'Alibaba (US) Technology Co., Ltd.')).toBe('Alibaba');
    expect(shipped.nameOf(37963, undefined)).toBe(shipped.nameOf(45102, undefined));
    // COGENT-174 is a carrier; whose addresses it announces is not known from its number.
    expect(shipped.nameOf(64496, 'Somebody Else')).toBe('Somebody Else');
  });

  it('refuses a file that is not there', () => {
    expect(problemOf(() => readOrganizations([`${files.folder}/none.toml`]), files.folder)).toEqual({
      status: 66,
      text: 'none.toml: there is no such file',
    });
  });
});
