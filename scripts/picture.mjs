// Draws docs/demo.svg, the README's picture: some tables of the demo's report as a terminal shows them.
// Usage: node bin/rapsheet demo && node scripts/picture.mjs
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const TABLES = ['totals', 'countries', 'organizations-web', 'networks'];
const COLUMNS = 80;
const CHARACTER = 8.4;
const LINE = 18;
const MARGIN = 20;

const lines = ['$ rapsheet report 2024-10', ''];
for (const table of TABLES) {
  const args = ['bin/rapsheet', 'report', '2024-10', '--ledger', 'demo/ledger.db', '--table', table];
  const { stdout, status } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  if (status !== 0) throw new Error(`no table ${table}: run the demo first`);
  const all = stdout.trimEnd().split('\n');
  // The head of a report is the same for each table; the table begins behind the second blank line in a row.
  const start = all.findIndex((line, i) => i > 0 && line === '' && all[i - 1] === '') + 1;
  lines.push(...all.slice(start), '', '');
}
while (lines.at(-1) === '') lines.pop();

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const width = Math.ceil(COLUMNS * CHARACTER + 2 * MARGIN);
const height = lines.length * LINE + 2 * MARGIN;
const rows = lines.map((line, i) => {
  const bar = line.search(/[█▏▎▍▌▋▊▉]/);
  const y = MARGIN + (i + 0.8) * LINE;
  const [text, blocks] = bar < 0 ? [line, ''] : [line.slice(0, bar), line.slice(bar)];
  const tail =
    blocks === ''
      ? ''
      : `<text x="${(MARGIN + bar * CHARACTER).toFixed(1)}" y="${y.toFixed(1)}" class="b">${blocks}</text>`;
  const role = line.startsWith('$') ? ' class="p"' : '';
  return `<text x="${MARGIN}" y="${y.toFixed(1)}"${role}>${escaped(text.trimEnd())}</text>${tail}`;
});
writeFileSync(
  'docs/demo.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Tables of the demo's report: totals, countries, organizations, networks">
<style>
rect{fill:#fbfaf7}text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:#24292f}
.b{fill:#b4451f}.p{fill:#57606a}
@media (prefers-color-scheme:dark){rect{fill:#16181d}text{fill:#d8dce3}.b{fill:#e88a5e}.p{fill:#8b949e}}
</style>
<rect width="100%" height="100%" rx="8"/>
${rows.join('\n')}
</svg>
`,
);
