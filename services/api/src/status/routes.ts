import {
  type GuardedTopic,
  type Identity,
  mayPing,
  mayViewStatus,
  type SourceTopic,
} from '@dasf-broker/access';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { wantsJson } from '../answers.ts';
import { identityOf } from '../identity.ts';
import type { ApiMetrics } from '../observe/api-metrics.ts';
import { permittedTopic, type TopicLookup } from '../topics/permitted.ts';
import { type Availability, availabilityOf } from './availability.ts';
import type { Prober } from './prober.ts';
import type { Signs, TopicStatusReader } from './reader.ts';

export interface StatusRoutes {
  readonly registry: TopicLookup;
  readonly reader: TopicStatusReader;
  readonly prober: Prober;
  readonly metrics: Pick<ApiMetrics, 'statuses'>;
}

/** The words and codes that installations know (API-1). */
const ANSWERS = {
  online: { status: 200, text: 'Consumer connected' },
  offline: { status: 503, text: 'Consumer could not be reached' },
  unknown: { status: 503, text: 'Status unknown' },
} as const satisfies Record<Availability, { status: number; text: string }>;

const EXCLUDED = { status: 400, text: 'Topic is excluded from ping' } as const;

type Named = { Params: { topic: string } };
type Decision = (identity: Identity, topic: GuardedTopic, source: SourceTopic | null) => boolean;

/** API-1 to API-3: `<topic>/status/` and `<topic>/ping/`, each with or without the last slash. */
export function statusRoutes(app: FastifyInstance, parts: StatusRoutes): void {
  const { registry, reader, prober, metrics } = parts;
  const topicOf = (request: FastifyRequest<Named>, may: Decision) =>
    permittedTopic(registry, identityOf(request), request.params.topic, may);

  app.get<Named>(
    '/:topic/status',
    { schema: schemaOf('Whether a topic is online') },
    async (request, reply) => {
      const topic = await topicOf(request, mayViewStatus);
      const signs = await signsOf(request, reader, topic);
      const availability = availabilityOf(signs, topic.supportsDasf, new Date());
      metrics.statuses.inc({ availability });
      return sendStatus(request, reply, topic, signs, availability);
    },
  );

  app.route<Named>({
    method: ['GET', 'POST'],
    url: '/:topic/ping',
    schema: schemaOf('Ping a topic, wait for its consumers, and go on to its status'),
    handler: async (request, reply) => {
      await prober.probe(await topicOf(request, mayPing));
      // Relative, so that it holds behind a proxy that takes a prefix away.
      const [path = ''] = request.url.split('?');
      return reply
        .header('cache-control', 'no-store')
        .redirect(path.endsWith('/') ? '../status/' : 'status/', 302);
    },
  });
}

function schemaOf(summary: string) {
  return { tags: ['status'], summary, params: Type.Object({ topic: Type.String() }) };
}

/** Without the database nothing is known, which is an answer, too. */
async function signsOf(request: FastifyRequest, reader: TopicStatusReader, topic: RegisteredTopic) {
  try {
    return await reader.lastSigns(topic.uid);
  } catch (error) {
    request.log.warn({ err: error, topic: topic.slug }, 'the read model cannot be asked');
    return null;
  }
}

function sendStatus(
  request: FastifyRequest,
  reply: FastifyReply,
  topic: RegisteredTopic,
  signs: Signs | null,
  availability: Availability,
) {
  const { status, text } = topic.supportsDasf ? ANSWERS[availability] : EXCLUDED;
  void reply.code(status).header('cache-control', 'no-store').header('vary', 'accept');
  if (!wantsJson(request)) return reply.type('text/plain; charset=utf-8').send(text);
  return reply.send({
    topic: topic.slug,
    availability,
    lastPing: signs?.lastPing?.toISOString() ?? null,
    lastPong: signs?.lastPong?.toISOString() ?? null,
    consumers: signs?.consumers ?? 0,
  });
}
