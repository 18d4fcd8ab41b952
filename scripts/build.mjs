// Bundles the program into dist/, so that a user installs one package and no install script runs.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build as bundle } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');

const { text, hash } = await builtAhead();
writeFileSync('dist/built.json', text);

await bundle({
  entryPoints: { cli: 'src/cli/main.ts', bench: 'bench/bench.ts' },
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
  // The program takes no other file for it than the one that was written here.
  define: { BUILT_HASH: JSON.stringify(hash) },
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

/** What the program's own code, bundled and run for that, makes of its own files: filters, kinds, the default configuration. */
async function builtAhead() {
  const { outputFiles } = await bundle({
    stdin: {
      contents: `export { build } from './src/config/build.ts';
        export { enableLinearExpressions } from './src/base/linear.ts';`,
      resolveDir: '.',
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { build, enableLinearExpressions } = await import(`data:text/javascript;base64,${code}`);
  enableLinearExpressions();
  return build('.');
}
