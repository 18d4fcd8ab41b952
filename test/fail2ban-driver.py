"""Runs an installed fail2ban over logs of the past, as fast as it can: its own configuration reader, commands, filters, fail
manager, observer, ban manager and database, one after the other in one thread, with its clock set from line to line. Nothing
is banned: the jails have no actions.

    fail2ban-driver.py PACKAGE TREE < {"logs": [path, ...], "own": path}

`own` is the server's own log, to which each ban is written for the jails that watch it.

Writes a JSON object: the bans as [jail, address, seconds, length], and how many lines there were.
"""

import json
import logging
import os
import sys
import time

os.environ['TZ'] = 'UTC'
time.tzset()
sys.path.insert(0, sys.argv[1])
logging.getLogger('fail2ban').setLevel(logging.CRITICAL)

from fail2ban.client.fail2banreader import Fail2banReader
from fail2ban.client.jailsreader import JailsReader
from fail2ban.server.filter import FileContainer
from fail2ban.server.mytime import MyTime
from fail2ban.server.observer import ObserverThread, Observers
from fail2ban.server.server import Server
from fail2ban.server.transmitter import Transmitter

bans = []


def set_time(now):
    MyTime.setTime(now)
    if hasattr(MyTime, 'setAlternateNow'):
        MyTime.setAlternateNow(now)


class Observer(ObserverThread):
    """Does at once what the original does a moment later."""

    def add(self, *event):
        getattr(self, event[0])(*event[1:])

    def add_timer(self, *event):
        pass

    def failureFound(self, jail, ticket):
        jail.database.purge()
        ObserverThread.failureFound(self, jail, ticket)

    def banFound(self, ticket, jail, btime):
        jail.database.purge()
        ObserverThread.banFound(self, ticket, jail, btime)
        bans.append([jail.name, str(ticket.getID()), ticket.getTime(), ticket.getBanTime(btime)])


def jails_of(tree, logs):
    """The jails of a tree, and for each log the names of those that read it."""
    server = Server()
    server.setDatabase(':memory:')
    transmitter = Transmitter(server)
    settings = Fail2banReader(basedir=tree)
    settings.read()
    settings.getEarlyOptions()
    settings.getOptions()
    for command in settings.convert():
        if command[:2] == ['set', 'dbpurgeage']:
            transmitter.proceed(command)
    reader = JailsReader(basedir=tree, share_config={})
    reader.read()
    if not reader.getOptions():
        sys.exit('the tree cannot be read')
    readers = {log: [] for log in logs}
    names = []
    for command in reader.convert(allow_no_files=True):
        if command[0] == 'add':
            command = ['add', command[1], 'polling']
            names.append(command[1])
        if command[0] == 'start':
            continue
        if command[2:3] == ['addlogpath']:
            if command[3] in readers:
                readers[command[3]].append(command[1])
            continue
        status, answer = transmitter.proceed(command)
        if status:
            sys.exit('%r: %r' % (command, answer))
    jails = {name: server._Server__jails[name] for name in names}
    for jail in jails.values():
        jail.isAlive = lambda: True
        jail.filter.inOperation = True
    return jails, {log: [jails[name] for name in found] for log, found in readers.items()}


def lines_of(log, jail):
    """The lines with their times: a line that tells none has that of the one before."""
    modified = os.stat(log).st_mtime
    set_time(modified)
    last = modified
    found = []
    with open(log, 'rb') as file:
        for raw in file:
            line = FileContainer.decode_line(log, 'UTF-8', raw).rstrip('\r\n')
            match = jail.filter.dateDetector.matchTime(line)
            date = jail.filter.dateDetector.getTime(line, match) if match[0] else None
            if date is not None and date[0] is not None:
                last = date[0]
            found.append((last, line))
    return found


def ban(jail):
    while jail.hasFailTickets:
        jail.actions._Actions__checkBan()


def tell(watchers, told):
    """The bans since then, as lines of the server's log; how many there are by now."""
    while told < len(bans):
        name, address = bans[told][:2]
        told += 1
        stamp = time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(MyTime.time()))
        for jail in watchers:
            jail.filter.processLineAndAdd('%s,000 fail2ban.actions        [1]: NOTICE  [%s] Ban %s' % (stamp, name, address))
            ban(jail)
    return told


def main():
    given = json.load(sys.stdin)
    logs, own = given['logs'], given['own']
    jails, readers = jails_of(sys.argv[2], logs + [own])
    Observers.Main = Observer()
    lines = []
    for number, log in enumerate(logs):
        if readers[log]:
            lines.extend((when, number, line) for when, line in lines_of(log, readers[log][0]))
    lines.sort(key=lambda each: each[:2])
    now, told = None, 0
    for when, number, line in lines:
        if when != now:
            now = when
            set_time(now)
            for jail in jails.values():
                jail.filter.performSvc(force=True)
                while jail.actions._Actions__checkUnBan(1000):
                    pass
        for jail in readers[logs[number]]:
            jail.filter.processLineAndAdd(line)
            ban(jail)
            told = tell(readers[own], told)
    json.dump({'bans': bans, 'lines': len(lines)}, sys.stdout)


main()
