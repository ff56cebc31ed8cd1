import { setTimeout as pause } from 'node:timers/promises';
import type { Refusals } from '@dasf-broker/nats';
import type { NatsConnection } from '@nats-io/transport-node';
import type { FastifyInstance } from 'fastify';
import type { TopicStatusReader } from './status/reader.ts';

export interface HealthRoutes {
  readonly nats: NatsConnection;
  readonly refusals: Pick<Refusals, 'subscription'>;
  readonly reader: TopicStatusReader;
}

const PATIENCE_MS = 1000;

/**
 * `/livez`: this process answers. `/readyz`: it can serve; it can without the database, which is told all the same,
 * since the status of topics is then unknown.
 */
export function healthRoutes(app: FastifyInstance, { nats, refusals, reader }: HealthRoutes): void {
  app.get('/livez', async () => ({ status: 'ok' }));

  app.get('/readyz', async (_, reply) => {
    const [log, database] = await Promise.all([answers(nats.flush()), answers(reader.foldedUpTo(0))]);
    const refused = refusals.subscription !== undefined;
    return reply
      .code(log && !refused ? 200 : 503)
      .send({ log: refused ? 'refused' : word(log), database: word(database) });
  });
}

const word = (good: boolean) => (good ? 'ok' : 'unreachable');

function answers(question: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    question.then(
      () => true,
      () => false,
    ),
    pause(PATIENCE_MS, false, { ref: false }),
  ]);
}
