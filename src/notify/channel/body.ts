/** The body of a message: the user's template where it has something to say of a notice, else the usual words. */
import { EXIT, ProblemError } from '../../base/problem.ts';
import type { ChannelOptions, TemplateText } from '../channel.ts';
import type { Notice } from '../notice.ts';
import { phrasesOf } from '../phrase/index.ts';
import { sampleNotices } from '../template/samples.ts';
import { compileTemplate } from '../template/template.ts';
import { viewOf } from '../template/view.ts';
import { fitted, written } from '../words/fit.ts';
import type { Markup } from '../words/markup.ts';
import type { Words } from '../words/word.ts';
import { wordsOf } from '../words/words.ts';

export interface Format {
  readonly markup: Markup;
  /** Whether the service takes a body of that length, whatever it counts. */
  fits(body: string): boolean;
  /** What the service would not take of a template's text, as a sentence. */
  problemIn?(body: string): string | undefined;
}

export interface Body {
  readonly words: Words;
  readonly body: string;
  /** That it is the user's own text. */
  readonly isOwn: boolean;
}

export type Writer = (notice: Notice) => Body;

/** A list gets shorter until the message fits. */
const LIST_MAXES = [Number.POSITIVE_INFINITY, 20, 10, 5, 3, 1, 0];

/** Of a channel, what matters for its words. */
export type Wording = Pick<ChannelOptions, 'template' | 'language'>;

/** @throws ProblemError (78) for a template with a mistake, also when it shows in the messages that it makes */
export function writerOf({ template, language = 'en' }: Wording, { markup, fits, problemIn }: Format): Writer {
  const phrases = phrasesOf(language);
  const usual: Writer = (notice) => {
    const words = fitted(wordsOf(notice, phrases), (some) => fits(written(some, markup)));
    return { words, body: written(words, markup), isOwn: false };
  };
  if (!template) return usual;
  const compiled = compileTemplate(template);
  const own: Writer = (notice) => {
    const view = viewOf(notice, phrases);
    for (const listMax of LIST_MAXES) {
      const body = compiled.render(view, markup, listMax).trim();
      if (body === '') break;
      if (fits(body)) return { words: wordsOf(notice, phrases), body, isOwn: true };
    }
    return usual(notice);
  };
  tryOut(own, template, problemIn);
  return own;
}

/** @throws ProblemError (78) for what the service would not take */
function tryOut(own: Writer, template: TemplateText, problemIn: Format['problemIn']): void {
  for (const notice of sampleNotices) {
    const { body, isOwn } = own(notice);
    const what = isOwn ? problemIn?.(body) : undefined;
    if (what !== undefined)
      throw new ProblemError(EXIT.badConfig, { where: template.path, what: `of a ${notice.sort}, ${what}` });
  }
}
