import type { Slug } from '@dasf-broker/protocol';
import { isSlug } from '@dasf-broker/protocol';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ADMINISTRATION } from '../addresses.ts';
import type { AuditTrail } from '../audit/trail.ts';
import { ApiFault } from '../faults.ts';
import { identityOf } from '../identity.ts';
import type { Prober } from '../status/prober.ts';
import type { TopicStatusReader } from '../status/reader.ts';
import type { Administration } from './administration.ts';
import { type DetailsReader, listTopics } from './listing.ts';
import { type TopicLookup, unknownTopic } from './permitted.ts';
import { NewTopic, PageQuery, TopicPage, TopicPatch, TopicView } from './schemas.ts';
import { pageOf, viewOf } from './view.ts';

export interface TopicRoutes {
  readonly registry: TopicLookup & { topics(): Iterable<RegisteredTopic> };
  readonly administration: Administration;
  readonly reader: TopicStatusReader;
  readonly prober: Prober;
  readonly trail: AuditTrail;
  readonly collectUnused: (topic: RegisteredTopic) => Promise<number>;
  readonly websocketUrl?: string | undefined;
}

const Params = Type.Object({ name: Type.String() });
const Collected = Type.Object({
  found: Type.Number({ description: 'topics that are removed in some seconds, if nobody uses them by then' }),
});
const tags = ['topics'];

/** Lists, makes, changes, pings and deletes topics: for operators. */
export function topicRoutes(app: FastifyInstance, parts: TopicRoutes): void {
  const { registry, administration, prober, trail, websocketUrl } = parts;
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const known = async (name: string) => {
    const slug = slugOf(name);
    const topic = await registry.lead(slug);
    if (!topic) throw unknownTopic(slug);
    return topic;
  };
  const shown = async (request: FastifyRequest, topic: RegisteredTopic) =>
    viewOf({ topic, ...(await detailsOrNothing(request, parts.reader, topic)) }, websocketUrl);

  typed.get(
    '/topics',
    { schema: { tags, summary: 'List topics', querystring: PageQuery, response: { 200: TopicPage } } },
    async (request) =>
      pageOf(
        await listTopics(registry.topics(), request.query, askable(request, parts.reader)),
        websocketUrl,
      ),
  );

  typed.get(
    '/topics/:name',
    { schema: { tags, summary: 'Show a topic', params: Params, response: { 200: TopicView } } },
    async (request) => shown(request, await known(request.params.name)),
  );

  typed.post(
    '/topics',
    { schema: { tags, summary: 'Make a topic', body: NewTopic, response: { 201: TopicView } } },
    async (request, reply) => {
      const { user } = identityOf(request);
      const { name, ...change } = request.body;
      const topic = await trail.record({ act: 'topic-create', user, topic: name, change }, () =>
        administration.create(request.body, user),
      );
      audit(request, topic, 'topic created');
      return reply
        .code(201)
        .header('location', `${ADMINISTRATION}/topics/${encodeURIComponent(topic.slug)}`)
        .send(await shown(request, topic));
    },
  );

  typed.post(
    '/topics/:name/ping',
    {
      schema: {
        tags,
        summary: 'Ping a topic and wait for its consumers',
        params: Params,
        response: { 200: TopicView },
      },
    },
    async (request) => {
      const topic = await known(request.params.name);
      const { user } = identityOf(request);
      await trail.record({ act: 'topic-ping', user, topic: topic.slug }, () => prober.probe(topic));
      return shown(request, topic);
    },
  );

  typed.post(
    '/topics/:name/collect',
    {
      schema: {
        tags,
        summary:
          'Remove a response topic, or those of a topic, that nobody uses, without waiting for their time',
        params: Params,
        response: { 202: Collected },
      },
    },
    async (request, reply) => {
      const topic = await known(request.params.name);
      const { user } = identityOf(request);
      const found = await trail.record({ act: 'topic-collect', user, topic: topic.slug }, () =>
        parts.collectUnused(topic),
      );
      return reply.code(202).send({ found });
    },
  );

  typed.patch(
    '/topics/:name',
    {
      schema: {
        tags,
        summary: 'Change a topic, give and take rights',
        params: Params,
        body: TopicPatch,
        response: { 200: TopicView },
      },
    },
    async (request) => {
      const slug = slugOf(request.params.name);
      const { user } = identityOf(request);
      const topic = await trail.record({ act: 'topic-change', user, topic: slug, change: request.body }, () =>
        administration.update(slug, request.body),
      );
      audit(request, topic, 'topic changed');
      return shown(request, topic);
    },
  );

  typed.delete(
    '/topics/:name',
    {
      schema: {
        tags,
        summary: 'Delete a topic with its messages and response topics',
        params: Params,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const slug = slugOf(request.params.name);
      const { user } = identityOf(request);
      const removed = await trail.record({ act: 'topic-delete', user, topic: slug }, () =>
        administration.remove(slug),
      );
      audit(request, removed, 'topic deleted');
      return reply.code(204).send(null);
    },
  );
}

function slugOf(name: string): Slug {
  if (!isSlug(name)) throw unknownTopic(name);
  return name;
}

/** Where the answer depends on the database. */
function askable({ log }: FastifyRequest, reader: TopicStatusReader): DetailsReader {
  return async (uids) => {
    try {
      return await reader.details(uids);
    } catch (error) {
      log.warn({ err: error }, 'the read model cannot be asked');
      throw new ApiFault('READ_MODEL_UNREACHABLE', 'The database does not answer; try again.');
    }
  };
}

/** Without the database the rest of a topic can be shown all the same. */
async function detailsOrNothing(
  { log }: FastifyRequest,
  reader: TopicStatusReader,
  { uid, slug }: RegisteredTopic,
) {
  try {
    const [details, apiInfo] = await Promise.all([reader.details([uid]), reader.apiInfo(uid)]);
    return { details: details.get(uid), apiInfo };
  } catch (error) {
    log.warn({ err: error, topic: slug }, 'the read model cannot be asked');
    return { details: undefined, apiInfo: null };
  }
}

/** Who changed what is worth a line, always. */
function audit(request: FastifyRequest, { slug, uid, revision }: RegisteredTopic, what: string): void {
  request.log.info(
    { user: identityOf(request).user, topic: slug, uid, revision, change: request.body },
    what,
  );
}
