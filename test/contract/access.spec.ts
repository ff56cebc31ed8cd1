import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { DasfSocket } from '../harness/index.ts';
import { refusedStatus as statusOf } from './refused-status.ts';
import { useBroker } from './scene.ts';

const scene = useBroker();

const now = () => Math.floor(Date.now() / 1000);
const claims = (changes: object) => ({
  sub: 'alice',
  iss: 'dasf-broker',
  aud: 'dasf-broker',
  iat: now() - 300,
  exp: now() + 300,
  ...changes,
});

describe('AUT-1 where a token is looked for', () => {
  it.each(['Bearer', 'Token'])('Authorization: %s', async (scheme) => {
    const token = await scene.token('alice', ['add_brokertopic']);
    const headers = { authorization: `${scheme} ${token}` };
    await using producer = await scene.connect(scene.slug(), { headers });
    expect((await producer.publish({})).result).toBe('ok');
  });

  it('the subprotocol, of which only `dasf` is selected', async () => {
    const token = await scene.token('alice', ['add_brokertopic']);
    const protocols = ['dasf', `dasf.bearer.${token}`];
    await using producer = await scene.connect(scene.slug(), { protocols });
    expect(producer.protocol).toBe('dasf');
    expect((await producer.publish({})).result).toBe('ok');
  });

  it('the cookie, where a page of an allowed origin sent it', async () => {
    const token = await scene.token('alice', ['add_brokertopic']);
    const [edge] = scene.broker.edges;
    const origin = `http://${new URL(edge).host}`;
    const cookie = `other=1; dasf_token=${token}`;
    await using page = await DasfSocket.connect(edge, scene.slug(), { headers: { cookie, origin } });
    expect((await page.publish({})).result).toBe('ok');
    await using noPage = await scene.connect(scene.slug(), { headers: { cookie } });
    expect((await noPage.publish({})).errorMsg).toBe('User is not allowed to create topics.');
  });

  it('the first one present counts', async () => {
    const token = await scene.token('alice', ['add_brokertopic']);
    const headers = { authorization: 'Bearer rubbish' };
    const protocols = ['dasf', `dasf.bearer.${token}`];
    expect(await statusOf(scene.connect(scene.slug(), { headers, protocols }))).toBe(401);
  });

  it('the query counts for nothing, unless a setting allows it', async () => {
    const token = await scene.token('alice', ['add_brokertopic']);
    await using producer = await scene.connect(`${scene.slug()}?token=${token}`);
    expect((await producer.publish({})).errorMsg).toBe('User is not allowed to create topics.');
  });

  it('another scheme counts as none', async () => {
    await using producer = await scene.connect(scene.slug(), { headers: { authorization: 'Basic eDp5' } });
    expect((await producer.publish({})).errorMsg).toBe('User is not allowed to create topics.');
  });
});

describe('AUT-2 without a token the user is anonymous', () => {
  it('and holds the grants stored for him', async () => {
    const topic = scene.slug();
    await scene.administer('POST', '', { name: topic, public: true, grant: { can_consume: ['anonymous'] } });
    await using consumer = await scene.connect(`${topic}/c`);
    await using producer = await scene.connect(topic);
    expect((await producer.publish({ payload: 'hi' })).result).toBe('ok');
    expect((await consumer.nextMessage()).payload).toBe('hi');
  });

  it('which do not extend to signed-in users', async () => {
    const topic = scene.slug();
    await scene.administer('POST', '', { name: topic, public: true, grant: { can_consume: ['anonymous'] } });
    await using consumer = await scene.connect(`${topic}/c`, { token: await scene.token('bob') });
    await using producer = await scene.connect(topic);
    await producer.publish({ payload: 'hi' });
    await consumer.silence();
  });

  it('and no token may claim the name', async () => {
    const token = await scene.broker.forge(claims({ sub: 'anonymous' }));
    expect(await statusOf(scene.connect(scene.slug(), { token }))).toBe(401);
  });
});

describe('AUT-3 a token that does not verify is refused with 401', () => {
  it.each([
    ['rubbish', async () => 'rubbish'],
    ['expired', () => scene.broker.forge(claims({ exp: now() - 120 }))],
    ['not yet valid', () => scene.broker.forge(claims({ nbf: now() + 120 }))],
    ['without an end', () => scene.broker.forge(claims({ exp: undefined }))],
    ['for another audience', () => scene.broker.forge(claims({ aud: 'other' }))],
    ['of another issuer', () => scene.broker.forge(claims({ iss: 'other' }))],
    ['signed by somebody else', async () => `${(await scene.token('alice')).slice(0, -6)}AAAAAA`],
  ])('%s', async (_what, make) => {
    expect(await statusOf(scene.connect(scene.slug(), { token: await make() }))).toBe(401);
  });
});

describe('AUT-4 a connection ends with its token', () => {
  it('a forged token with all claims right is let in', async () => {
    await using producer = await scene.connect(scene.slug(), { token: await scene.broker.forge(claims({})) });
    expect((await producer.publish({})).result).toBe('send-error:6');
  });

  it('with 4401', async () => {
    const token = await scene.token('alice', ['add_brokertopic'], 1);
    await using producer = await scene.connect(scene.slug(), { token });
    expect((await producer.closed).code).toBe(4401);
  });

  it('for a peer, too, that ignores the Close frame and goes on sending', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using deaf = await DeafProducer.connect(
      scene.broker.edges[0],
      topic,
      await scene.token('alice', [], 1),
    );
    deaf.send('{"payload":"in time"}');
    expect((await consumer.nextMessage()).payload).toBe('in time');
    await deaf.sawClose;
    deaf.send('{"payload":"too late"}');
    await consumer.silence(1000);
  });
});

/** A producer that takes no notice of what it is sent. */
class DeafProducer implements AsyncDisposable {
  readonly #socket: Socket;
  /** Resolves at a Close frame. */
  readonly sawClose: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.sawClose = new Promise((resolve) =>
      socket.on('data', (data: Buffer) => {
        if (data.includes(CLOSE_4401)) resolve();
      }),
    );
  }

  static async connect(base: string, path: string, token: string): Promise<DeafProducer> {
    const { hostname, port, pathname } = new URL(path, base);
    const socket = connect(Number(port), hostname);
    const head = [
      `GET ${pathname} HTTP/1.1`,
      'Host: broker',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      `Authorization: Bearer ${token}`,
    ];
    socket.write([...head, '', ''].join('\r\n'));
    await once(socket, 'data');
    return new DeafProducer(socket);
  }

  /** @param text at most 125 bytes */
  send(text: string): void {
    const payload = Buffer.from(text);
    this.#socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
  }
}

/** A Close frame's code. */
const CLOSE_4401 = Buffer.from([4401 >> 8, 4401 & 0xff]);

describe('AUT-5 permissions of the token', () => {
  it('can_produce and can_consume by pattern', async () => {
    const topic = scene.slug();
    await scene.administer('POST', '', { name: topic });
    const token = await scene.token('carol', ['can_produce:t-*', `can_consume:${topic}`]);
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using producer = await scene.connect(topic, { token });
    expect((await producer.publish({ payload: 'hi' })).result).toBe('ok');
    expect((await consumer.nextMessage()).payload).toBe('hi');
  });

  it('stored grants count beside the token’s', async () => {
    const { topic } = await scene.madeTopic('alice');
    await scene.administer('PATCH', `/${topic}`, { grant: { can_produce: ['dave'] } });
    const token = await scene.token('dave', [`can_consume:${topic}`]);
    await using consumer = await scene.connect(`${topic}/d`, { token });
    await using producer = await scene.connect(topic, { token });
    expect((await producer.publish({ payload: 'hi' })).result).toBe('ok');
    expect((await consumer.nextMessage()).payload).toBe('hi');
  });

  it('administer implies neither producing nor consuming', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    const operators = await scene.token('olga', ['administer']);
    await using producer = await scene.connect(topic, { token: operators });
    expect((await producer.publish({})).errorMsg).toBe('User is not allowed to publish to this topic');
    await using consumer = await scene.connect(`${topic}/o`, { token: operators });
    await using owner = await scene.connect(topic, { token });
    await owner.publish({ payload: 'private' });
    await consumer.silence();
  });

  it('a pattern does not open a response topic', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    const answers = `${topic}_abcdefgh`;
    const spy = await scene.token('mallory', ['can_consume:t-*', 'can_produce:t-*']);
    await using listening = await scene.connect(`${answers}/spy`, { token: spy });
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ properties: { response_topic: answers, requestContext: 1 } });
    await using module = await scene.connect(answers, { token });
    expect((await module.publish({ payload: 'secret' })).result).toBe('ok');
    await listening.silence();
  });
});

describe('AUT-7 origins', () => {
  it('of the request’s own host pass, others get 403', async () => {
    for (const edge of scene.broker.edges) {
      const origin = `https://${new URL(edge).host}`;
      await using own = await DasfSocket.connect(edge, scene.slug(), { headers: { origin } });
      expect(own.isOpen).toBe(true);
    }
    for (const origin of ['https://evil.example', 'null', 'file://']) {
      expect(await statusOf(scene.connect(scene.slug(), { headers: { origin } }))).toBe(403);
    }
  });
});

describe('AUT-8 a public topic', () => {
  it('takes messages from anyone and shows them to nobody without the right', async () => {
    const { topic } = await scene.madeTopic('alice');
    await scene.administer('PATCH', `/${topic}`, { public: true });
    await using producer = await scene.connect(topic);
    expect((await producer.publish({ payload: 'hi' })).result).toBe('ok');
    await using consumer = await scene.connect(`${topic}/c`);
    await consumer.silence();
  });
});
