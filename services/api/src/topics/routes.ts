import type { Slug } from '@dasf-broker/protocol';
import { isSlug } from '@dasf-broker/protocol';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ADMINISTRATION } from '../addresses.ts';
import { identityOf } from '../identity.ts';
import type { Administration } from './administration.ts';
import { type TopicLookup, unknownTopic } from './permitted.ts';
import { NewTopic, PageQuery, TopicPage, TopicPatch, TopicView } from './schemas.ts';
import { pageOf, viewOf } from './view.ts';

export interface TopicRoutes {
  readonly registry: TopicLookup & { topics(): Iterable<RegisteredTopic> };
  readonly administration: Administration;
}

const Params = Type.Object({ name: Type.String() });

/** Lists, makes, changes and deletes topics: for operators. */
export function topicRoutes(app: FastifyInstance, { registry, administration }: TopicRoutes): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();

  typed.get(
    '/topics',
    { schema: { querystring: PageQuery, response: { 200: TopicPage } } },
    async (request) => pageOf(registry.topics(), request.query),
  );

  typed.get(
    '/topics/:name',
    { schema: { params: Params, response: { 200: TopicView } } },
    async (request) => {
      const slug = slugOf(request.params.name);
      const topic = await registry.lead(slug);
      if (!topic) throw unknownTopic(slug);
      return viewOf(topic);
    },
  );

  typed.post(
    '/topics',
    { schema: { body: NewTopic, response: { 201: TopicView } } },
    async (request, reply) => {
      const topic = await administration.create(request.body, identityOf(request).user);
      audit(request, topic, 'topic created');
      return reply
        .code(201)
        .header('location', `${ADMINISTRATION}/topics/${encodeURIComponent(topic.slug)}`)
        .send(viewOf(topic));
    },
  );

  typed.patch(
    '/topics/:name',
    { schema: { params: Params, body: TopicPatch, response: { 200: TopicView } } },
    async (request) => {
      const topic = await administration.update(slugOf(request.params.name), request.body);
      audit(request, topic, 'topic changed');
      return viewOf(topic);
    },
  );

  typed.delete(
    '/topics/:name',
    { schema: { params: Params, response: { 204: Type.Null() } } },
    async (request, reply) => {
      audit(request, await administration.remove(slugOf(request.params.name)), 'topic deleted');
      return reply.code(204).send(null);
    },
  );
}

function slugOf(name: string): Slug {
  if (!isSlug(name)) throw unknownTopic(name);
  return name;
}

/** Who changed what is worth a line, always. */
function audit(request: FastifyRequest, { slug, uid, revision }: RegisteredTopic, what: string): void {
  request.log.info(
    { user: identityOf(request).user, topic: slug, uid, revision, change: request.body },
    what,
  );
}
