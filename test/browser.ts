/**
 * A real Chromium for tests, without a driver: it is told what to do in its DevTools protocol over two pipes. It reaches no
 * other machine (no name resolves, no background traffic). No test in here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--no-pings',
  '--hide-scrollbars',
  '--force-color-profile=srgb',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--remote-debugging-pipe',
];

/** A page that takes longer to answer hangs. */
const PATIENCE_MS = 40_000;

const message = v.object({
  id: v.optional(v.number()),
  method: v.optional(v.string()),
  params: v.optional(v.record(v.string(), v.unknown()), {}),
  result: v.optional(v.record(v.string(), v.unknown()), {}),
  error: v.optional(v.object({ message: v.string() })),
});

export interface View {
  readonly width: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly media?: 'screen' | 'print';
}

/** In pixels of the page, from its upper left corner. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One page of one browser, and everything that it did and should not have done. */
export class Page {
  /** Addresses that were asked for. */
  readonly requests: string[] = [];
  /** What stood on the console, uncaught errors, refusals of the content policy. */
  readonly complaints: string[] = [];
  readonly dialogs: string[] = [];
  readonly #browser: ChildProcess;
  readonly #profile: string;
  readonly #input: Writable;
  readonly #waiting = new Map<number, { resolve: (result: object) => void; reject: (error: Error) => void }>();
  #session = '';
  #number = 0;
  #loaded: () => void = () => undefined;

  private constructor(browser: ChildProcess, profile: string) {
    this.#browser = browser;
    this.#profile = profile;
    const [, , , input, output] = browser.stdio as [unknown, unknown, unknown, Writable, Readable];
    this.#input = input;
    let text = '';
    output.setEncoding('utf8').on('data', (piece: string) => {
      const parts = `${text}${piece}`.split('\0');
      text = parts.pop() ?? '';
      for (const part of parts) this.#hear(v.parse(message, JSON.parse(part)));
    });
  }

  /** `program` is Chromium; `profile` a folder for it, which is removed in the end; `flags` are further ones. */
  static async open(program: string, profile: string, flags: readonly string[] = []): Promise<Page> {
    const browser = spawn(program, [...FLAGS, ...flags, `--user-data-dir=${profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/bin:/bin', HOME: profile, TZ: 'UTC', LANG: 'C.UTF-8' },
    });
    const page = new Page(browser, profile);
    const { targetId } = await page.#ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await page.#ask('Target.attachToTarget', { targetId, flatten: true });
    page.#session = String(sessionId);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.#ask(`${domain}.enable`);
    return page;
  }

  async close(): Promise<void> {
    const ended = once(this.#browser, 'exit');
    this.#session = '';
    // Killed, it would leave children behind that still write into the profile.
    await this.#ask('Browser.close').catch(() => this.#browser.kill('SIGKILL'));
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async look({ width, height = 900, scheme = 'light', media = 'screen' }: View): Promise<void> {
    await this.#ask('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    const features = [{ name: 'prefers-color-scheme', value: scheme }];
    await this.#ask('Emulation.setEmulatedMedia', { media: media === 'print' ? 'print' : '', features });
  }

  async go(file: string, hash = ''): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      this.#loaded = resolve;
    });
    await this.#ask('Page.navigate', { url: `${pathToFileURL(file)}${hash}` });
    // A hash of the page that is there already loads nothing.
    if (hash === '') await loaded;
  }

  /** The value of an expression in the page. */
  async value(expression: string): Promise<unknown> {
    const asked = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.#ask('Runtime.evaluate', asked);
    if (exceptionDetails !== undefined)
      throw new Error(`${expression.slice(0, 200)}: ${JSON.stringify(exceptionDetails)}`);
    return Reflect.get(Object(result), 'value');
  }

  async press(key: string, code: number): Promise<void> {
    for (const type of ['keyDown', 'keyUp']) {
      await this.#ask('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: code });
    }
  }

  /** The bytes of a PNG: the whole page, however long it is, or a part of it. */
  async picture(part?: Rectangle): Promise<Buffer> {
    const clip = part === undefined ? {} : { clip: { ...part, scale: 1 } };
    const asked = { format: 'png', captureBeyondViewport: true, ...clip };
    const { data } = await this.#ask('Page.captureScreenshot', asked);
    return Buffer.from(String(data), 'base64');
  }

  /** The bytes of a PDF, as the page says that it is to be printed. */
  async print(): Promise<Buffer> {
    const { data } = await this.#ask('Page.printToPDF', { preferCSSPageSize: true, printBackground: true });
    return Buffer.from(String(data), 'base64');
  }

  async #ask(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#number;
    const sessionId = this.#session === '' ? undefined : this.#session;
    const answer = new Promise<object>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const late = setTimeout(() => this.#waiting.get(id)?.reject(new Error(`${method}: no answer`)), PATIENCE_MS);
    try {
      return { ...(await answer) };
    } finally {
      clearTimeout(late);
      this.#waiting.delete(id);
    }
  }

  #hear({ id, method, params, result, error }: v.InferOutput<typeof message>): void {
    if (id !== undefined) {
      const waiting = this.#waiting.get(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error.message));
      return;
    }
    if (method === 'Page.loadEventFired') this.#loaded();
    if (method === 'Network.requestWillBeSent') this.requests.push(String(Reflect.get(Object(params.request), 'url')));
    if (method === 'Page.javascriptDialogOpening') {
      this.dialogs.push(String(params.message));
      void this.#ask('Page.handleJavaScriptDialog', { accept: false });
    }
    if (['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded'].includes(method ?? '')) {
      this.complaints.push(`${method}: ${JSON.stringify(params).slice(0, 500)}`);
    }
  }
}
