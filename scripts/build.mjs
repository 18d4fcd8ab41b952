// Bundles the program into dist/, so that a user installs one package and no install script runs.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { cli: 'src/cli/main.ts', reader: 'src/ledger/reader.ts', bench: 'bench/bench.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // Native or data packages, found at run time; everything else is inside.
  external: ['node:sqlite', '@photostructure/sqlite', '@ip-location-db/*'],
  // Bundled CommonJS packages call require for Node's own modules.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
});

// The licenses of what is inside want to be kept with it.
const notices = ['commander', 'nodemailer', 'smol-toml', 'valibot'].map((name) => {
  const folder = `node_modules/${name}`;
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (!file) throw new Error(`${name} has no license file`);
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  return `${name} ${version}\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
});
writeFileSync('dist/THIRD-PARTY-NOTICES', notices.join('\n----\n\n'));
