import { closeNats, connectNats } from '@dasf-broker/nats';
import { jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import type { Random } from '../random.ts';
import { type Fault, within } from './fault.ts';

const PARTITIONS = [0, 1, 2, 3];

const logLimit: Fault = {
  id: 'F20',
  title: 'the log at its limit (max_bytes), then with room again',
  async inject({ stack, random, history }) {
    await within(random, 1000, 2000);
    const nc = await connectNats({ url: stack.natsUrl, client: 'nemesis' });
    const jsm = await jetstreamManager(nc);
    for (const partition of PARTITIONS) {
      const { state } = await jsm.streams.info(`dasf-log-${partition}`);
      await jsm.streams.update(`dasf-log-${partition}`, {
        max_bytes: state.bytes + random.between(1000, 400_000),
      });
    }
    history.fault('each partition nearly at its limit');
    await within(random, 6000, 9000);
    for (const partition of PARTITIONS) await jsm.streams.update(`dasf-log-${partition}`, { max_bytes: -1 });
    history.fault('no limit', true);
    await closeNats(nc);
  },
};

const poison: Fault = {
  id: 'F32',
  title: 'events in the log that nobody can read or apply: one, among others, a thousand in a row',
  async inject({ stack, random, history }) {
    const nc = await connectNats({ url: stack.natsUrl, client: 'nemesis' });
    for (const count of random.shuffled([1, 20, 1000])) {
      history.fault(`${count} poisoned events`);
      for (let number = 0; number < count; number += 1) publishPoison(nc, random);
      await nc.flush();
      await within(random, 1500, 2500);
    }
    history.fault('no more poison', true);
    await closeNats(nc);
  },
};

const BODIES = ['', '{', '{"messageId":"x"}', '\0', '{"__proto__":{"x":1}}', '[1e400]'];

function publishPoison(nc: NatsConnection, random: Random): void {
  const partition = random.pick(PARTITIONS);
  const subject = `dasf.log.${partition}.${random.pick(['message.poison', 'ack', 'joined', 'x'])}`;
  const head = headers();
  const event = random.pick([
    '',
    '{',
    '{"type":"ack"}',
    '{"type":"nothing"}',
    '{"type":"ack","topic":"poison","uid":"$uid","user":"u","sequences":[9007199254740991,-1]}',
    '{"type":"message","topic":"poison","uid":"\\u0000","user":"\\u0000","messageId":"\\ud800","clientId":true,"retention":"none","revision":1}',
    '{"type":"joined","topic":"poison","uid":"$uid","user":"u","edge":"\\u0000","connection":"c","subscription":"s"}',
  ]);
  // As the registry has it, a topic is in one partition: in two of them, either may be folded first.
  if (event !== '') head.set('Dasf-Event', event.replace('$uid', `poison-${partition}`));
  nc.publish(subject, new TextEncoder().encode(random.pick(BODIES)), { headers: head });
}

export const CONTENTS: readonly Fault[] = [logLimit, poison];
