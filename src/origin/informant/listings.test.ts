/** Blocklists that ask a DNS server of ours, as one who is asked about banned addresses. */
import { describe, expect, it } from 'vitest';
import type { Reply as Answer } from '../informant.ts';
import { address, listed, MINUTE, makeScene, type Scene, ZONE } from '../testing/blocklist-scene.ts';
import { type Question, type Reply, workingZone } from '../testing/dns-server.ts';
import { listings } from './listings.ts';

const SECOND_ZONE = 'dnsbl.example.org';
const BOTH = { zones: [ZONE, SECOND_ZONE].map((name) => ({ name, title: name, answers: undefined })) };
const zen = 'zen.spamhaus.org';

/** Two zones on one server. */
function zones(first: (question: Question) => Reply, second: (question: Question) => Reply) {
  return (question: Question): Reply => (question.name.endsWith(ZONE) ? first(question) : second(question));
}

function ask({ lists, time }: Scene, text = '203.0.113.7'): Promise<Answer> {
  return listings({ clock: () => time.now, blocklists: lists }).ask(address(text), AbortSignal.timeout(10_000));
}

describe('listings()', () => {
  it('tells which lists have the address, with their answers, and which do not', async () => {
    const scene = await makeScene(
      zones(workingZone(ZONE, { '7.113.0.203': listed('127.0.0.4', '127.0.0.2') }), workingZone(SECOND_ZONE)),
      BOTH,
    );
    const answer = {
      about: 'listings',
      lists: [{ list: ZONE, codes: ['127.0.0.2', '127.0.0.4'] }],
      unlisted: [SECOND_ZONE],
    };
    expect(await ask(scene)).toEqual({
      state: 'answered',
      finding: { address: address('203.0.113.7'), at: scene.time.now, source: 'DNS blocklists', answer },
    });
  });

  it('names what the answers of Spamhaus mean, also of those that lead to no ban', async () => {
    const reply = workingZone(zen, { '7.113.0.203': listed('127.0.0.2', '127.0.0.10') });
    const scene = await makeScene(reply, { zones: [{ name: zen, title: 'zen', answers: undefined }] });
    expect(await ask(scene)).toMatchObject({
      finding: { answer: { lists: [{ list: 'zen', codes: ['127.0.0.2 SBL', '127.0.0.10 PBL'] }], unlisted: [] } },
    });
  });

  it('dates an answer that is used again by when it was given', async () => {
    const scene = await makeScene(workingZone(ZONE, { '7.113.0.203': { addresses: ['127.0.0.2'], ttl: 3_600 } }));
    const before = scene.time.now;
    await ask(scene);
    scene.time.now += 20 * MINUTE;
    expect(await ask(scene)).toMatchObject({ finding: { at: before } });
    expect(scene.asked().length).toBe(1);
  });

  it('asks nobody about a private address', async () => {
    const scene = await makeScene(() => listed('127.0.0.2'));
    expect([await ask(scene, '192.168.0.1'), scene.server.asked]).toEqual([{ state: 'unasked' }, []]);
  });

  it.each<readonly [string, Reply]>([
    ['fails', 'servfail'],
    ['is silent', 'silence'],
    ['answers what no blocklist does', listed('198.51.100.7')],
  ])('does not take a list that %s for one that does not have it', async (_, reply) => {
    const scene = await makeScene(
      zones(
        workingZone(ZONE, { '7.113.0.203': listed('127.0.0.2') }),
        workingZone(SECOND_ZONE, { '7.113.0.203': reply }),
      ),
      BOTH,
    );
    expect(await ask(scene)).toEqual({ state: 'failed', why: `${SECOND_ZONE} did not answer` });
  });

  it('says nothing of a list that is set aside, and nothing at all when all are', async () => {
    const refusing = (): Reply => listed('127.255.255.254');
    const half = await makeScene(zones(workingZone(ZONE), refusing), BOTH);
    expect(await ask(half)).toMatchObject({ finding: { answer: { lists: [], unlisted: [ZONE] } } });
    const none = await makeScene(refusing, BOTH);
    const why = `${ZONE} is refusing, ${SECOND_ZONE} is refusing`;
    expect([await ask(none), none.asked()]).toEqual([{ state: 'failed', why }, []]);
  });
});
