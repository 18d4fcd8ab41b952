/** Whether a template's HTML is what a chat takes: its own few tags, each closed, and no stray characters. */

const TAG = /<(\/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)>/g;
/** They have no end. */
const VOID: ReadonlySet<string> = new Set(['br', 'hr', 'img']);

/** What is wrong, as a sentence; `tags`: all that there are. */
export function htmlProblem(html: string, tags: ReadonlySet<string>): string | undefined {
  const open: string[] = [];
  for (const [all, slash, given = ''] of html.matchAll(TAG)) {
    const name = given.toLowerCase();
    if (!tags.has(name)) return `there is a tag that the service does not have: ${all}`;
    if (VOID.has(name)) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return `${all} closes what is not open`;
  }
  if (open.length > 0) return `<${open.at(-1)}> is not closed`;
  const rest = html.replace(TAG, '').replace(/&(?:amp|lt|gt|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});/g, '');
  return /[<>&]/.test(rest) ? 'there is a "<", ">" or "&" that is not written as &lt;, &gt; or &amp;' : undefined;
}

/** The text alone, for whoever shows no HTML. */
export function htmlText(html: string): string {
  const text = html.replace(/<br\s*\/?>\n?/g, '\n').replace(TAG, '');
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
