import { prepareDjango } from '../../comparison/setup/programs.ts';
import type { BareServers } from './bare-servers.ts';
import { Django } from './django.ts';
import { prepareRabbit } from './rabbitmq/programs.ts';
import { Rabbitmq } from './rabbitmq/rabbitmq.ts';

/** What the broker is compared with, as far as it is there. */
export interface Peers {
  readonly django?: Django;
  readonly rabbitmq?: Rabbitmq;
  /** What is not there, and why. */
  readonly skipped: readonly string[];
}

/** Starts what can be fetched; it ends with `closing`. */
export async function startPeers(
  servers: BareServers,
  closing: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<Peers> {
  const django = await prepareDjango(say);
  const rabbitmq = await prepareRabbit(say);
  const skipped = [
    ...('missing' in django ? [`dasf-broker-django: ${django.missing}`] : []),
    ...('missing' in rabbitmq ? [`RabbitMQ: ${rabbitmq.missing}`] : []),
  ];
  for (const line of skipped) say(`SKIPPED, ${line}`);
  return {
    skipped,
    ...('missing' in django ? {} : { django: closing.use(await Django.start(django, servers)) }),
    ...('missing' in rabbitmq ? {} : { rabbitmq: closing.use(await Rabbitmq.start(rabbitmq)) }),
  };
}
