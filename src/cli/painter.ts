/**
 * Pictures of figures. An SVG is made a PNG by a program that its user has; there is none in here, because text needs the
 * machine's fonts, and what draws them is larger than Rapsheet.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EXIT, ProblemError } from '../base/problem.ts';
import { findProgram, ProgramError, runProgram } from '../base/program.ts';
import { printable } from '../base/text.ts';

/** Makes a PNG of an SVG that says how large it is. @throws ProblemError (69) when its program does not. */
export type Painter = (svg: string) => Promise<Buffer>;

interface Sheet {
  /** A folder of its own with the SVG in it; whatever the program leaves is removed with it. */
  readonly folder: string;
  readonly svg: string;
  readonly png: string;
  readonly size: readonly [width: number, height: number];
}

interface Program {
  readonly name: string;
  readonly args: (sheet: Sheet) => readonly string[];
}

/** Screens have two dots for a unit of ours, and print has more. */
const SCALE = 2;
/** A figure takes a second; a browser's first start on a slow disk takes ten. */
const PATIENCE_MS = 60_000;

/** In this order: the first starts in no time, reads one file and knows no network. */
const PROGRAMS: readonly Program[] = [
  { name: 'rsvg-convert', args: ({ svg, png }) => ['--zoom', String(SCALE), '--format', 'png', '-o', png, svg] },
  ...['chromium', 'chromium-browser', 'google-chrome'].map((name) => ({ name, args: browserArgs })),
];

/** It asks nobody for anything; without a sandbox only where it would not start with one, and our SVG has no script. */
function browserArgs({ folder, svg, png, size }: Sheet): readonly string[] {
  return [
    '--headless',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...['--disable-gpu', '--hide-scrollbars', '--no-first-run', '--disable-background-networking'],
    ...['--disable-component-update', '--disable-sync', '--no-pings', '--host-resolver-rules=MAP * ~NOTFOUND'],
    ...[`--user-data-dir=${join(folder, 'profile')}`, `--force-device-scale-factor=${SCALE}`],
    ...['--force-color-profile=srgb', `--window-size=${size.join(',')}`, `--screenshot=${png}`],
    String(pathToFileURL(svg)),
  ];
}

/** `find` looks a program up. @throws ProblemError (69) when none is installed, with what to install. */
export function painterHere(find: (name: string) => string | undefined = findProgram): Painter {
  const found = PROGRAMS.find(({ name }) => find(name) !== undefined);
  if (found !== undefined) return (svg) => paint(found, svg);
  throw new ProblemError(EXIT.unavailable, {
    what: 'no program here makes pictures of figures',
    hint: 'install rsvg-convert (Debian: apt-get install librsvg2-bin) or chromium; --format svg needs neither',
  });
}

async function paint({ name, args }: Program, svg: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-picture-'));
  const sheet = { folder, svg: join(folder, 'figure.svg'), png: join(folder, 'figure.png'), size: sizeOf(svg) };
  try {
    writeFileSync(sheet.svg, svg);
    const environment = { HOME: folder, XDG_CACHE_HOME: folder, XDG_CONFIG_HOME: folder, LC_ALL: 'C.UTF-8' };
    const { status, err } = await runProgram(name, args(sheet), { timeoutMs: PATIENCE_MS, environment });
    const picture = status === 0 ? pictureIn(sheet.png) : undefined;
    if (picture !== undefined) return picture;
    throw failure(`${name} made no picture (status ${status})`, err);
  } catch (error) {
    if (error instanceof ProgramError) throw failure(error.message, '', error);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function failure(what: string, said: string, cause?: unknown): ProblemError {
  // What it says is ours to show, not to believe: the last line is the likeliest to tell why.
  const last = printable(said.trim().split('\n').at(-1)?.slice(0, 300) ?? '');
  return new ProblemError(
    EXIT.unavailable,
    { what, hint: last === '' ? '--format svg needs no program' : last },
    { cause },
  );
}

/** Undefined when there is none, or something else. */
function pictureIn(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    return bytes.subarray(1, 4).toString('latin1') === 'PNG' ? bytes : undefined;
  } catch {
    return undefined; // Some programs end with 0 and have written nothing.
  }
}

/** In units of the drawing. */
function sizeOf(svg: string): readonly [width: number, height: number] {
  const [, width, height] = /^<svg [^>]*? width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  return [Number(width), Number(height)];
}
