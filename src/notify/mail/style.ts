/** How mail looks: the styles of its elements, light; and how the same elements look in the dark. */

const SANS = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace;";
/** A long word must not make the page wider than a phone. */
const BREAK = 'overflow-wrap:anywhere;word-break:break-word;';
const LEAD = `${BREAK}margin:0 0 16px;padding:12px 14px;border-radius:6px;font-size:17px;line-height:1.4;font-weight:600;`;

export const STYLE = {
  page: `margin:0;padding:0;background-color:#ffffff;color:#1c2126;${SANS}font-size:15px;line-height:1.45;`,
  sheet: 'max-width:600px;margin:0 auto;border-collapse:collapse;table-layout:fixed;',
  margin: `padding:16px;${SANS}font-size:15px;line-height:1.45;`,
  good: `${LEAD}background-color:#e6f1ea;color:#12402a;`,
  bad: `${LEAD}background-color:#fbe7e5;color:#7c1610;`,
  calm: `${LEAD}background-color:#eaeef2;color:#1f2d3a;`,
  whole: 'white-space:nowrap;',
  heading: 'margin:22px 0 6px;font-size:15px;line-height:1.3;font-weight:700;',
  text: `${BREAK}margin:0 0 10px;`,
  table: 'border-collapse:collapse;margin:0 0 12px;font-size:14px;',
  name: 'width:106px;padding:2px 10px 2px 0;text-align:left;vertical-align:top;font-weight:400;color:#5a646e;',
  value: `${BREAK}padding:2px 0;text-align:left;vertical-align:top;`,
  title: 'font-weight:600;font-size:13px;color:#5a646e;',
  cell: `${BREAK}padding:5px 10px 5px 0;text-align:left;vertical-align:top;border-bottom:1px solid #dfe3e7;`,
  right:
    'text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;overflow-wrap:normal;word-break:normal;',
  open: 'padding-bottom:0;border-bottom:0;',
  under: `${BREAK}padding:0 10px 5px 0;font-size:13px;color:#5a646e;border-bottom:1px solid #dfe3e7;`,
  small: `${BREAK}font-size:13px;color:#5a646e;white-space:normal;`,
  about: `${BREAK}margin:8px 0 2px;font-size:13px;color:#5a646e;`,
  code: `${BREAK}${MONO}margin:0;padding:8px 10px;border-radius:4px;background-color:#f1f3f5;color:#1c2126;font-size:12.5px;line-height:1.45;white-space:pre-wrap;`,
  command: 'margin:0 0 8px;',
  word: `${BREAK}${MONO}padding:2px 6px;border-radius:4px;background-color:#f1f3f5;color:#1c2126;font-size:13px;`,
  picture: 'display:block;width:100%;max-width:520px;height:auto;border:0;',
  foot: `${BREAK}margin:24px 0 0;font-size:13px;color:#5a646e;`,
} as const;

export const DARK = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background-color:#15191d!important;color:#e3e7ea!important}
.good{background-color:#173526!important;color:#c9ecd8!important}
.bad{background-color:#4a1a17!important;color:#ffd9d5!important}
.calm{background-color:#25303a!important;color:#dbe5ee!important}
.quiet{color:#a3adb6!important}
.line{border-bottom-color:#343b42!important}
.code{background-color:#22282e!important;color:#e3e7ea!important}
}`;
