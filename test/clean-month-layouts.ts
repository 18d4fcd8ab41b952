/** How programs write a time, and syslog a line: for clean-month.ts. No test in here. */

export type SyslogLayout = 'RFC 3339' | 'classic' | 'RFC 5424' | 'journal';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Parts {
  readonly day: string;
  readonly month: string;
  readonly weekday: string;
  /** `2024-10-03`, `12:00:01`, `123`. */
  readonly date: string;
  readonly clock: string;
  readonly millis: string;
}

function partsOf(at: number): Parts {
  const iso = new Date(at).toISOString();
  const [date = '', clock = '', millis = ''] = iso.split(/[TZ.]/);
  const weekday = DAYS[new Date(at).getUTCDay()] ?? '';
  return { day: date.slice(8), month: MONTHS[Number(date.slice(5, 7)) - 1] ?? '', weekday, date, clock, millis };
}

const YEAR = '2024';
const LAYOUTS: Readonly<Record<string, (parts: Parts) => string>> = {
  isoms: ({ date, clock, millis }) => `${date}T${clock}.${millis}407`,
  isozone: ({ date, clock }) => `${date}T${clock}+00:00`,
  isoz: ({ date, clock, millis }) => `${date}T${clock}.${millis}Z`,
  isoplain: ({ date, clock }) => `${date}T${clock}`,
  blankms: ({ date, clock, millis }) => `${date} ${clock}.${millis}`,
  blank: ({ date, clock }) => `${date} ${clock}`,
  clf: ({ day, month, clock }) => `${day}/${month}/${YEAR}:${clock} +0000`,
  clfminus: ({ day, month, clock }) => `${day}/${month}/${YEAR}:${clock} -0000`,
  haproxy: ({ day, month, clock, millis }) => `${day}/${month}/${YEAR}:${clock}.${millis}`,
  apache: ({ weekday, month, day, clock, millis }) => `${weekday} ${month} ${day} ${clock}.${millis}082 ${YEAR}`,
  ctime: ({ weekday, month, day, clock }) => `${weekday} ${month} ${padded(day)} ${clock} ${YEAR}`,
  slashus: ({ date, clock, millis }) => `${date.replaceAll('-', '/')} ${clock}.${millis}513`,
  slash: ({ date, clock }) => `${date.replaceAll('-', '/')} ${clock}`,
  dashms: ({ day, month, clock, millis }) => `${day}-${month}-${YEAR} ${clock}.${millis}`,
  dash: ({ day, month, clock }) => `${day}-${month}-${YEAR} ${clock}`,
  wordsms: ({ day, month, clock, millis }) => `${day} ${month} ${YEAR} ${clock}.${millis}`,
  rfc822: ({ weekday, day, month, clock }) => `${weekday}, ${day} ${month} ${YEAR} ${clock}`,
  compact: ({ date, clock }) => `${date.replaceAll('-', '')}-${clock}`,
  short: ({ date, clock }) => `${date.slice(2).replaceAll('-', '')} ${clock}`,
  classic: ({ month, day, clock }) => `${month} ${padded(day)} ${clock}`,
};

/** What stands for a time in the recordings, by name, for a time in milliseconds since 1970. */
export const STAMPS: ReadonlyMap<string, (at: number) => string> = new Map([
  ...Object.entries(LAYOUTS).map(([name, write]) => [name, (at: number) => write(partsOf(at))] as const),
  ['epochms', (at: number) => (at / 1000).toFixed(3)] as const,
  ['epoch', (at: number) => String(Math.floor(at / 1000))] as const,
]);

/** `PROGRAM[PID]: MESSAGE` as the daemons of syslog and the journal hand it on. */
export function render(line: string, at: number, layout: SyslogLayout): string {
  const [, program = '', pid = '', message = ''] = /^([^:[]+)(?:\[(\d+)\])?: (.*)$/.exec(line) ?? [];
  if (program === '') throw new Error(`no program writes this: ${line}`);
  const { date, clock, millis } = partsOf(at);
  const iso = `${date}T${clock}.${millis}294+00:00`;
  switch (layout) {
    case 'RFC 3339':
      return `${iso} web1 ${line}`;
    case 'classic':
      return `${STAMPS.get('classic')?.(at)} web1 ${line}`;
    case 'RFC 5424':
      return `<30>1 ${iso} web1 ${program} ${pid === '' ? '-' : pid} - - ${message}`;
    case 'journal':
      return JSON.stringify({
        ...{ __REALTIME_TIMESTAMP: `${at}000`, PRIORITY: '6', _HOSTNAME: 'web1', SYSLOG_IDENTIFIER: program },
        ...(pid === '' ? {} : { _PID: pid }),
        MESSAGE: message,
      });
  }
}

function padded(day: string): string {
  return day.replace(/^0/, ' ');
}
