/** The house rules. Lengths of functions, `any`, `!` and default exports are biome's (biome.json); the rest is here. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

/** Which folder of src may import which, beside base/ and model.ts, which all may. The keys are all folders there are. */
const EDGES: Readonly<Record<string, readonly string[]>> = {
  base: [],
  source: [],
  filter: [],
  jail: [],
  firewall: [],
  ledger: [],
  origin: [],
  report: [],
  demo: [],
  host: [],
  history: ['source', 'filter', 'ledger'],
  shadow: [],
  fail2ban: ['filter', 'jail'],
  notify: ['ledger'],
  config: ['filter', 'jail', 'firewall'],
  daemon: ['source', 'filter', 'jail', 'firewall', 'ledger', 'origin', 'config', 'host', 'fail2ban', 'pipeline.ts'],
  cli: [
    'source',
    'filter',
    'jail',
    'firewall',
    'ledger',
    'origin',
    'report',
    'config',
    'demo',
    'host',
    'history',
    'shadow',
    'fail2ban',
    'notify',
    'daemon',
    'pipeline.ts',
  ],
};
/** Who may have another program started, which base/program.ts alone does. */
const STARTERS =
  /^src\/(?:firewall\/|notify\/mail\/sendmail|source\/journal|daemon\/systemd|daemon\/discover|cli\/painter|cli\/notify-report|fail2ban\/action\/run-command)/;
/** From outside, a folder is entered by its face, its catalogue or these. */
const DOORS: ReadonlySet<string> = new Set([
  'filter/attempt-text.ts',
  'filter/definition.ts',
  'filter/compile.ts',
  'filter/draft.ts',
  'filter/draft-samples.ts',
  'filter/draft-text.ts',
  'filter/echo.ts',
  'filter/explain.ts',
  'filter/joined-filters.ts',
  'filter/line-cutter.ts',
  'filter/naming.ts',
  'filter/proof.ts',
  'filter/skim.ts',
  'filter/timeline.ts',
  'filter/translate.ts',
  'config/abuse.ts',
  'config/alerts.ts',
  'config/blocklists.ts',
  'config/channels.ts',
  'config/mail.ts',
  'config/secret.ts',
  'filter/timestamp.ts',
  'config/difference.ts',
  'config/listen.ts',
  'config/ports.ts',
  'config/schema.ts',
  'config/settings.ts',
  'config/socket-path.ts',
  'config/warnings.ts',
  'daemon/allow-file.ts',
  'daemon/answers.ts',
  'daemon/client.ts',
  'daemon/control.ts',
  'daemon/discover.ts',
  'daemon/live.ts',
  'daemon/protection.ts',
  'daemon/protocol.ts',
  'daemon/releases.ts',
  'daemon/request.ts',
  'daemon/saved-logins.ts',
  'daemon/service.ts',
  'daemon/systemd.ts',
  'daemon/world.ts',
  'fail2ban/action/actions.ts',
  'fail2ban/action/captures.ts',
  'fail2ban/action/plan.ts',
  'fail2ban/action/trust.ts',
  'fail2ban/adopt.ts',
  'fail2ban/boolean.ts',
  'fail2ban/client/answer.ts',
  'fail2ban/client/facts.ts',
  'fail2ban/client/pickle.ts',
  'fail2ban/client/served.ts',
  'fail2ban/client/unpickle.ts',
  'fail2ban/client/value.ts',
  'fail2ban/client/words.ts',
  'fail2ban/config/call.ts',
  'fail2ban/config/file-tree.ts',
  'fail2ban/config/jail-file.ts',
  'fail2ban/config/seconds.ts',
  'fail2ban/config/shell-words.ts',
  'fail2ban/dates/choose.ts',
  'fail2ban/dates/title.ts',
  'fail2ban/dates/zone-names.ts',
  'fail2ban/filter/filter.ts',
  'fail2ban/filter/journal-entry.ts',
  'fail2ban/identity.ts',
  'fail2ban/import/limits.ts',
  'fail2ban/import/plan.ts',
  'fail2ban/import/toml-text.ts',
  'fail2ban/jail-problem.ts',
  'fail2ban/trial/expressions.ts',
  'fail2ban/trial/failure-text.ts',
  'fail2ban/trial/report.ts',
  'fail2ban/trial/summary.ts',
  'fail2ban/trial/trial.ts',
  'firewall/cut.ts',
  'firewall/diagnosis.ts',
  'firewall/facts.ts',
  'history/fail2ban-bans.ts',
  'history/fail2ban-events.ts',
  'history/jail-kinds.ts',
  'ledger/database.ts',
  'notify/abuse/abuse.ts',
  'notify/channel.ts',
  'notify/channel/index.ts',
  'notify/notice.ts',
  'ledger/row.ts',
  'source/journal-export.ts',
  'source/journal-probe.ts',
  'source/live.ts',
  'source/open.ts',
  'source/position.ts',
  'source/refusal.ts',
  'source/walk.ts',
  'origin/asked-address.ts',
  'origin/blocklist.ts',
  'origin/enricher.ts',
  'origin/informant/index.ts',
  'origin/organizations.ts',
  'report/geography/land.ts',
  'origin/scanners.ts',
]);
const PURE = ['filter', 'jail', 'report', 'shadow', 'model.ts', 'pipeline.ts'];
const FILE_MAX = 300;

const sources = filesBelow('src').filter((path) => path.endsWith('.ts'));
const code = sources.filter((path) => !path.endsWith('.test.ts') && !/\/(testing|sample|linear\.setup)/.test(path));

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function text(path: string): string {
  return readFileSync(path, 'utf8');
}

function withoutComments(path: string): string {
  return text(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** The text without comments, and without what stands in quotes. */
function bare(path: string): string {
  return withoutComments(path)
    .replace(/`(?:[^`\\]|\\.)*`/g, '``')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
}

function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function importsOf(path: string): string[] {
  return [...text(path).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) =>
    normalize(join(dirname(path), match[1] ?? '')),
  );
}

it('every folder of src is known, and imports only where the table of folders allows', () => {
  const wrong = code.flatMap((path) =>
    importsOf(path)
      .filter((target) => {
        const [from, to] = [folderOf(path), folderOf(target)];
        if (from === to || to === 'base' || to === 'model.ts' || from === 'pipeline.ts') return false;
        return !(EDGES[from] ?? []).includes(to);
      })
      .map((target) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
  const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map((entry) => entry.name).filter((name) => !(name in EDGES))).toEqual([]);
});

it('a folder is entered by its face', () => {
  const wrong = code.flatMap((path) =>
    importsOf(path)
      .filter((target) => {
        const folder = folderOf(target);
        if (folder === folderOf(path) || folder === 'base' || !folder || folder.endsWith('.ts')) return false;
        const inside = target.replace('src/', '');
        return inside !== `${folder}/${folder}.ts` && inside !== `${folder}/index.ts` && !DOORS.has(inside);
      })
      .map((target) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

it('no file imports itself through others', () => {
  const graph = new Map(code.map((path) => [path, importsOf(path)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of code) visit(path, []);
  expect(graph.size).toBeGreaterThan(30);
  expect(cycles).toEqual([]);
});

it(`no file has more than ${FILE_MAX} lines`, () => {
  const long = sources.filter((path) => text(path).split('\n').length - 1 > FILE_MAX && !path.endsWith('wasm.ts'));
  expect(long).toEqual([]);
});

it('every file says first what it is for', () => {
  const silent = code.filter((path) => !/^\/[/*]/.test(text(path)));
  expect(silent).toEqual([]);
});

it('names and folders tell something', () => {
  const dumping = sources.filter((path) => /\/(utils?|helpers?|common|types|misc)\.ts$/.test(path));
  expect(dumping).toEqual([]);
  const vague = code.filter((path) => /class \w*(Manager|Handler|Helper|Service|Factory)\b/.test(bare(path)));
  expect(vague).toEqual([]);
});

it.each([
  ['reads the clock', /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, ['base/clock.ts']],
  ['draws at random', /\bMath\.random\(|\brandomBytes\(/, []],
  ['runs a shell or evaluates text', /\beval\(|\bnew Function\(|\bshell:\s*(?:true|''|``)/, []],
  ['casts a type', /[^\w]as (?!const\b)[A-Z_a-z{[(]/, []],
  ['asserts that something is not null', /\w!\.\w|\w!;|\)!/, []],
  ['turns a type error off', /@ts-(?:ignore|expect-error|nocheck)/, []],
  ['leaves work behind', /\b(?:TODO|FIXME|XXX)\b/, []],
  ['changes a table of bans', /\b(?:UPDATE|DELETE FROM) (?:ban|evidence|block|release|answer|finding|abuse\w*)\b/, []],
] as const)('no code %s', (_, pattern, allowed: readonly string[]) => {
  const found = code
    .filter((path) => !allowed.some((suffix) => path.endsWith(suffix)) && !path.includes('skim/assembly'))
    .flatMap((path) =>
      bare(path)
        .replace(/^(?:import|export) [\s\S]*?;$/gm, (statement) => (statement.includes(' from ') ? '' : statement))
        .split('\n')
        .flatMap((line) => (pattern.test(line) ? `${path}: ${line.trim()}` : [])),
    );
  expect(found).toEqual([]);
});

it('one file starts other programs, and few ask it to', () => {
  const starting = code.filter((path) => /['"`](?:node:)?(?:child_process|cluster)['"`]/.test(text(path)));
  expect(starting).toEqual(['src/base/program.ts']);
  const asking = code.filter((path) => importsOf(path).includes('src/base/program.ts') && !STARTERS.test(path));
  expect(asking).toEqual([]);
});

it('one file asks other machines by HTTP', () => {
  const asking = code.filter((path) =>
    /\bfetch\(|from 'node:https'|\brequest\b[^;]* from 'node:http'/.test(withoutComments(path)),
  );
  expect(asking).toEqual(['src/base/http.ts']);
});

it('the pure stages do no input and no output', () => {
  const found = code
    .filter((path) => PURE.includes(folderOf(path)))
    .filter((path) =>
      /from 'node:(?!crypto)|process\.(?!\w+\s*[=:])(?:env|stdout|stderr|exit)|\bconsole\./.test(text(path)),
    );
  expect(found).toEqual([]);
});

it('ARCHITECTURE.md is short, and every path that it names exists', () => {
  const page = text('ARCHITECTURE.md');
  expect(page.split('\n').length).toBeLessThanOrEqual(150);
  const paths = [...page.matchAll(/`((?:src|filters|data|config|bench|test|docs|scripts|bin|\.ci)\/[\w./*-]*)`/g)].map(
    (match) => (match[1] ?? '').replace(/\/?\*.*$/, ''),
  );
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

it('every run-time dependency is named with its reason, and none runs a script at its installation', () => {
  const manifest: unknown = JSON.parse(text('package.json'));
  const page = text('docs/dependencies.md');
  const listed = (key: string): string[] => Object.keys(Object(Reflect.get(Object(manifest), key)));
  for (const name of [...listed('dependencies'), ...listed('optionalDependencies')]) expect(page).toContain(name);
  expect(listed('scripts').filter((name) => /install|prepare/.test(name))).toEqual([]);
});

it('no text names a machine, a path outside the repository or a package registry', () => {
  const files = ['.', 'docs', 'data', 'filters', 'config', 'scripts', 'bench']
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => /\.(md|toml|mjs|ts)$/.test(path) && statSync(path).isFile());
  const found = [...files, ...sources].filter((path) =>
    /registry\.[a-z]+\.(?:org|com)|\/work\/|deb\.debian\.org/.test(text(path)),
  );
  expect(found.filter((path) => !path.endsWith('tidy.test.ts'))).toEqual([]);
});
