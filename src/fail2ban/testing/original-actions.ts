/** The original's actions, to be compared with: the commands that it would run, in their order, and what they print. */
import { execFileSync } from 'node:child_process';
import { INSTALLED, PROGRAM } from './original.ts';

/** A ban as both sides are told of it. */
export interface TestBan {
  readonly ip: string;
  /** Seconds. */
  readonly time: number;
  readonly bantime: number;
  readonly failures: number;
  readonly matches: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  readonly restored?: boolean;
}

export type Step =
  | readonly ['start']
  | readonly ['ban', TestBan]
  | readonly ['unban', ip: string]
  /** It reached the limit again, though banned. */
  | readonly ['seen', TestBan]
  | readonly ['stop'];

export interface Course {
  /** Options of each action of the jail, by its name. */
  readonly actions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly steps: readonly Step[];
  /** The numbers of the commands that fail, from 0. */
  readonly failing: readonly number[];
}

/** Text of a command, and the variables that go with it. */
export type Ran = readonly [text: string, variables: Readonly<Record<string, string>>];

const COMMON = `
import json, logging, os, re, sys
logging.getLogger('fail2ban').setLevel(100)
sys.path.insert(0, sys.argv[2])
from fail2ban.server.mytime import MyTime
from fail2ban.server.ticket import BanTicket, FailTicket
from fail2ban.server.action import CommandAction
from fail2ban.server.jail import Jail
from fail2ban.server.utils import Utils
from fail2ban.client.actionreader import ActionReader
from fail2ban.server.ipdns import DNSUtils
DNSUtils.setIPv6IsAllowed(True)
NOW = 1700000000.0
MyTime.setTime(NOW)

def ticket(ban):
    data = dict(ban['fields'])
    one = FailTicket(ban['ip'], float(ban['time']), ban['matches'], data={'failures': ban['failures'], **data})
    one.setBanTime(ban['bantime'])
    one.setAttempt(ban['failures'])
    if ban.get('restored'): one.restored = True
    return one

def shown(command):
    if not isinstance(command, list): return [command, {}]
    names, text = command[0].split(chr(10), 1)
    found = re.findall(r'(\\w+)=[$](\\d+) ', names)
    return [text, {name: command[1 + int(number)] for name, number in found}]

def value(option, text):
    return text.lower() in ('1', 'on', 'true', 'yes') if option in ('actionstart_on_demand', 'actionrepair_on_unban', 'norestored') else text
`;

const COURSE = `${COMMON}
def run(course):
    jail = Jail('jail', backend='polling')
    ran = []
    def execute(command, timeout=60, **more):
        if not command: return True
        ran.append(shown(command))
        return len(ran) - 1 not in course['failing']
    CommandAction.executeCmd = staticmethod(execute)
    for name, options in course['actions'].items():
        jail.actions.add(name)
        for option, text in options.items(): setattr(jail.actions[name], option, value(option, text))
    actions = jail.actions
    def safely(work):
        try: work()
        except Exception as e: pass
    for step in course['steps']:
        if step[0] == 'start':
            for action in actions._actions.values(): safely(action.start)
        elif step[0] in ('ban', 'seen'): actions._Actions__checkBan([ticket(step[1])])
        elif step[0] == 'unban': safely(lambda: actions.removeBannedIP(step[1], db=False))
        elif step[0] == 'stop':
            actions._Actions__flushBan(stop=True)
            actions.stopActions()
    return ran

def tried(course):
    try: return run(course)
    except RuntimeError: return None

print(json.dumps([tried(course) for course in json.load(sys.stdin)]))
`;

/** What the original runs in each course; null where it loses its thread, because a repair fails while nobody expects it. */
export function askCourses(courses: readonly Course[]): ReadonlyArray<readonly Ran[] | null> {
  return ask(COURSE, courses);
}

export interface TextRequest {
  /** The name of a file of `action.d`. */
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  readonly ban: TestBan;
}

const TEXTS = `${COMMON}
def texts(request):
    reader = ActionReader(request['name'], 'jail', dict(request['options']), basedir=sys.argv[1], share_config={})
    reader.read()
    reader.getOptions({})
    jail = Jail('jail', backend='polling')
    jail.actions.add('one')
    action = jail.actions['one']
    for command in reader.convert():
        for option, text in command[4] if command[0] == 'multi-set' else [command[4:6]] if command[0] == 'set' and len(command) > 5 else []:
            setattr(action, option, text)
    answers = {}
    one = BanTicket.wrap(ticket(request['ban']))
    one.incrBanCount()
    info = jail.actions._getActionInfo(one)
    for family in ('inet4', 'inet6'):
        for operation in ('actionstart', 'actionstop', 'actionflush', 'actioncheck', 'actionrepair', 'actionban', 'actionunban', 'actionprolong', 'actionreban'):
            static = action.replaceTag('<' + operation + '>', action._properties, conditional='family=' + family)
            if static == '<' + operation + '>': static = ''
            if operation in ('actioncheck', 'actionrepair'): answers[operation + ' ' + family] = [action._getOperation('<' + operation + '>', family) if static else '', {}]
            elif operation in ('actionban', 'actionunban', 'actionprolong', 'actionreban'):
                answers[operation + ' ' + family] = shown(action.replaceDynamicTags(static, info))
            else:
                empty = jail.actions._getActionInfo(None)
                empty['time'] = MyTime.time()
                empty['family'] = family
                answers[operation + ' ' + family] = shown(action.replaceDynamicTags(static, empty))
    return answers

answers = []
for request in json.load(sys.stdin):
    try: answers.append(texts(request))
    except Exception as e: answers.append(None)
print(json.dumps(answers))
`;

/** The commands of shipped files, by operation and family; null where it has an error. */
export function askTexts(requests: readonly TextRequest[]): ReadonlyArray<Readonly<Record<string, Ran>> | null> {
  return ask(TEXTS, requests);
}

const PRINTED = `${COMMON}
def printed(request):
    one = BanTicket.wrap(ticket(request['ban']))
    jail = Jail('jail', backend='polling')
    info = jail.actions._getActionInfo(one)
    command = CommandAction.replaceDynamicTags(request['text'], info)
    os.chdir('/')
    return Utils.executeCmd(command, 10, shell=True, output=True)[1].decode('utf-8', 'replace')

print(json.dumps([printed(request) for request in json.load(sys.stdin)]))
`;

/** What a command prints that the original fills in and runs. */
export function askPrinted(
  requests: ReadonlyArray<{ readonly text: string; readonly ban: TestBan }>,
): readonly string[] {
  return ask(PRINTED, requests);
}

function ask<Answer>(program: string, input: unknown): Answer {
  const options = { encoding: 'utf8' as const, stdio: 'pipe' as const, maxBuffer: 1 << 26 };
  return JSON.parse(
    execFileSync('python3', ['-c', program, INSTALLED, PROGRAM], {
      ...options,
      input: JSON.stringify(input),
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    }),
  );
}
