/** The formats of a report. */
import { renderCsv } from './csv.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import type { Renderer } from './renderer.ts';
import { renderPlainSvg, renderSvg } from './svg.ts';
import { renderText } from './text.ts';

export const renderers = {
  text: renderText,
  markdown: renderMarkdown,
  html: renderHtml,
  json: renderJson,
  csv: renderCsv,
  svg: renderSvg,
  'plain-svg': renderPlainSvg,
} as const satisfies Readonly<Record<string, Renderer>>;

export type Format = keyof typeof renderers;
