/** The words in which fail2ban's client tells what the server answered. The answer is as JSON has it. */
import { pythonQuoted } from '../python-text.ts';

/** What the client prints, without the newline at its end. */
export function wordsOf(command: readonly string[], response: unknown): string {
  const [verb = '', second, third] = command;
  switch (verb) {
    case 'ping':
      return `Server replied: ${text(response)}`;
    case 'flushlogs':
      return `logs: ${text(response)}`;
    case 'echo':
      return list(response).join(' ');
    case 'status':
      return statusWords(second, response);
    case 'stats':
    case 'statistic':
    case 'statistics':
      return statisticsWords(response);
    case 'get':
      return third === undefined ? serverWords(second ?? '', response) : jailWords(command, response);
    default:
      return valueWords(response);
  }
}

/** What it prints when the server refused. */
export function refusalWords({ error, what }: { readonly error: string; readonly what: string }): string {
  if (error === 'UnknownJailException') return `Sorry but the jail '${what}' does not exist`;
  if (error === 'IndexError') return 'Sorry but the command is invalid';
  return what;
}

function statusWords(jail: string | undefined, response: unknown): string {
  if (jail === undefined) return ['Status', ...branches(pairs(response))].join('\n');
  if (jail !== '--all') return jailStatus(jail, response);
  return entries(response)
    .map(([name, status]) => jailStatus(name, status))
    .join('\n');
}

function jailStatus(name: string, response: unknown): string {
  const parts = pairs(response);
  const lines = parts.flatMap(([title, rows], index) => {
    const isLast = index === parts.length - 1;
    const indent = isLast ? '   ' : '|  ';
    return [`${isLast ? '`-' : '|-'} ${title}`, ...branches(pairs(rows)).map((line) => `${indent}${line}`)];
  });
  return [`Status for the jail: ${name}`, ...lines].join('\n');
}

/** Names and values as leaves of a tree. */
function branches(rows: ReadonlyArray<readonly [string, unknown]>): string[] {
  return rows.map(([name, value], index) => {
    const shown = Array.isArray(value) ? value.map(text).join(' ') : text(value);
    return `${index === rows.length - 1 ? '`-' : '|-'} ${name}:\t${shown}`;
  });
}

function statisticsWords(response: unknown): string {
  const rows = entries(response).map(([name, row]) => {
    const [backend, failed, banned] = list(row);
    return [name, text(backend), ...list(failed).map(text), ...list(banned).map(text)];
  });
  const table = [['Jail', 'Backend', 'Failed', 'Total', 'Banned', 'Total'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length))) ?? [];
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return table.map((row) => line(row).trimEnd()).join('\n');
}

function serverWords(option: string, response: unknown): string {
  switch (option) {
    case 'syslogsocket':
      return `Current syslog socket is:\n\`- ${text(response)}`;
    case 'logtarget':
      return `Current logging target is:\n\`- ${text(response)}`;
    case 'loglevel':
      return `Current logging level is ${pythonQuoted(text(response))}`;
    case 'dbfile':
      return response === null ? 'Database currently disabled' : `Current database file is:\n\`- ${text(response)}`;
    case 'dbpurgeage':
      return response === null
        ? 'Database currently disabled'
        : `Current database purge age is:\n\`- ${text(response)}seconds`;
    default:
      return valueWords(response);
  }
}

function jailWords([, jail = '', option = '', ...rest]: readonly string[], response: unknown): string {
  const items = Array.isArray(response) ? response.map(text) : [];
  switch (option) {
    case 'logpath':
      return items.length === 0
        ? 'No file is currently monitored'
        : ['Current monitored log file(s):', ...leaves(items)].join('\n');
    case 'logencoding':
      return `Current log encoding is set to:\n${text(response)}`;
    case 'journalmatch':
      return items.length === 0
        ? 'No journal match filter set'
        : `Current match filter:\n${list(response)
            .map((match) => list(match).map(text).join(' '))
            .join(' + ')}`;
    case 'datepattern':
      return `Current date pattern set to: ${datePatternWords(response)}`;
    case 'ignoreip':
      return items.length === 0
        ? 'No IP address/network is ignored'
        : ['These IP addresses/networks are ignored:', ...leaves(items)].join('\n');
    case 'failregex':
    case 'ignoreregex':
      return items.length === 0
        ? 'No regular expression is defined'
        : ['The following regular expression are defined:', ...leaves(items.map((item, i) => `[${i}]: ${item}`))].join(
            '\n',
          );
    case 'actions':
      return items.length === 0
        ? `No actions for jail ${jail}`
        : `The jail ${jail} has the following actions:\n${items.join(', ')}`;
    case 'actionproperties':
    case 'actionmethods':
      return membersWords({ jail, action: rest[0] ?? '', what: option.slice('action'.length) }, items);
    case 'banip':
      return items.join(rest[0] === '--with-time' ? '\n' : (rest[0] ?? ' '));
    default:
      return valueWords(response);
  }
}

function membersWords(of: { jail: string; action: string; what: string }, items: readonly string[]): string {
  const whose = `jail ${of.jail} action ${of.action}`;
  if (items.length === 0) return `No ${of.what} for ${whose}`;
  return `The ${whose} has the following ${of.what}:\n${items.join(', ')}`;
}

function datePatternWords(response: unknown): string {
  if (response === null) return 'Not set/required';
  const [pattern, name] = list(response);
  return pattern === null ? text(name) : `${text(pattern)} (${text(name)})`;
}

function leaves(items: readonly string[]): string[] {
  return items.map((item, index) => `${index === items.length - 1 ? '`-' : '|-'} ${item}`);
}

/** A value as Python prints it. */
function valueWords(value: unknown): string {
  return typeof value === 'string' ? value : shown(value);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return pythonQuoted(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${entries(value)
      .map(([key, each]) => `${pythonQuoted(key)}: ${shown(each)}`)
      .join(', ')}}`;
  return text(value);
}

function text(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function pairs(value: unknown): ReadonlyArray<readonly [string, unknown]> {
  return list(value).map((pair) => [text(list(pair)[0]), list(pair)[1]] as const);
}

function entries(value: unknown): ReadonlyArray<readonly [string, unknown]> {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
