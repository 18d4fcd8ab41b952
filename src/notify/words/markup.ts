/**
 * How each service marks text up, and how text of others is written so that nothing in it acts: no markup, no mention, no
 * link. Where a service has code that shows everything as it is, lines of logs are shown as that, byte by byte; elsewhere
 * addresses of pages and mentions are broken up visibly (`https[:]//evil[.]example`, `[@]everyone`), as usual among
 * administrators, so that no client makes a link of them.
 */

export interface Markup {
  /** Text of others at any place of the format, also within markup of the user's own. */
  value(text: string): string;
  /** Text of ours at any place. */
  text(text: string): string;
  bold(text: string): string;
  /** Names and commands of ours, set apart. */
  name(text: string): string;
  /** Text of others, set apart. */
  code(text: string): string;
  /** Lines of logs. */
  log(lines: readonly string[]): string;
}

/** Endings of names of files that are no top-level domains: they make no link, and logs are full of them. */
const FILES: ReadonlySet<string> = new Set(
  'asp aspx bak cfg cgi conf css csv db dll env exe gif git gz html htm ini js json jsp log old php png service sock sql svg txt xml yaml yml'.split(
    ' ',
  ),
);

/** Breaks up what clients would make links and mentions of. */
export function defang(text: string): string {
  return (
    text
      .replaceAll('://', '[:]//')
      .replaceAll('@', '[@]')
      // Whatever stands behind it, also what was cut.
      .replace(/(?<=www)[.\u3002\uff0e\uff61]/giu, '[$&]')
      .replace(/(?<=[\p{L}\p{N}-])[.\u3002\uff0e\uff61](?=(\p{L}[\p{L}\p{N}-]+))/gu, (dot, ending: string) =>
        FILES.has(ending.toLowerCase()) ? dot : `[${dot}]`,
      )
  );
}

/** For what is shown as it is. */
export const plain: Markup = {
  value: defang,
  text: (text) => text,
  bold: (text) => text,
  name: (text) => text,
  code: defang,
  log: (lines) => lines.map((text) => `> ${defang(text)}`).join('\n'),
};

/** A string within JSON, for webhooks of the user's own: whatever reads it may show it in a chat. */
export const json: Markup = {
  ...plain,
  value: (text) => quoted(defang(text)),
  text: quoted,
};

function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Telegram's and Matrix's HTML: nothing within `code` is made a link or a mention. */
export const htmlMarkup: Markup = {
  value: (text) => html(defang(text)),
  text: html,
  bold: (text) => `<b>${html(text)}</b>`,
  name: (text) => `<code>${html(text)}</code>`,
  code: (text) => `<code>${html(text)}</code>`,
  log: (lines) => `<pre>${lines.map(html).join('\n')}</pre>`,
};

/** Whatever Discord's markdown, links and mentions are made of may stand behind a backslash. */
function backslashed(text: string): string {
  return text.replace(/[\\*_~|`<>[\]()#@:+.-]/g, '\\$&');
}

/** There is no way to write this one within code. */
function withoutBackticks(text: string): string {
  return text.replaceAll('`', 'ˋ');
}

export const discordMarkup: Markup = {
  value: backslashed,
  // Ours has neither links nor lists, and is better to read so where markdown is not shown.
  text: (text) => text.replace(/[\\*_~|`<>[\]#@]/g, '\\$&'),
  bold: (text) => `**${discordMarkup.text(text)}**`,
  name: (text) => `\`${withoutBackticks(text)}\``,
  code: (text) => `\`${withoutBackticks(text)}\``,
  log: (lines) => `\`\`\`\n${lines.map(withoutBackticks).join('\n')}\n\`\`\``,
};

/**
 * Slack's mrkdwn, for templates: without a way to escape its marks, so that those are replaced by characters that look the
 * same. Our own messages use blocks in which text is text.
 */
export const slackMarkup: Markup = {
  value: (text) => slackText(defang(text)),
  text: slackText,
  bold: (text) => `*${slackText(text)}*`,
  name: (text) => `\`${slackEntities(withoutBackticks(text))}\``,
  code: (text) => `\`${slackEntities(withoutBackticks(text))}\``,
  log: (lines) => `\`\`\`${lines.map((each) => slackEntities(withoutBackticks(each))).join('\n')}\`\`\``,
};

function slackEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function slackText(text: string): string {
  const unmarked = withoutBackticks(text).replaceAll('*', '∗').replaceAll('~', '∼');
  return slackEntities(unmarked.replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '＿'));
}
