import type { EdgeConnections } from '@dasf-broker/connections';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { AuditTrail } from '../audit/trail.ts';
import { ApiFault } from '../faults.ts';
import { identityOf } from '../identity.ts';

export interface ConnectionRoutes {
  readonly connections: Pick<EdgeConnections, 'list' | 'end'>;
  readonly trail: AuditTrail;
}

const tags = ['connections'];
const Text = Type.Union([Type.String(), Type.Null()]);
const Filter = Type.Optional(Type.String({ minLength: 1, maxLength: 255 }));

const Query = Type.Object(
  {
    topic: Filter,
    user: Filter,
    edge: Filter,
    kind: Type.Optional(Type.Enum(['producer', 'consumer', 'pong'])),
    after: Type.Optional(Type.String({ maxLength: 64, description: '`next` of the page before' })),
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9][0-9]?|1[0-9]{2}|200)$', description: 'connections on a page: 100' }),
    ),
  },
  { additionalProperties: false },
);

const Page = Type.Object({
  connections: Type.Array(
    Type.Object({
      id: Type.String({ description: "as the edge's log names it" }),
      edge: Type.String(),
      kind: Type.String(),
      topic: Text,
      subscription: Text,
      user: Type.String(),
      address: Type.String({ description: 'that it came from, or of its network' }),
      serviceToken: Type.Union([Type.String(), Type.Null()], {
        description: 'the id of the one it came with',
      }),
      since: Type.String(),
      unsentBytes: Type.Number({ description: 'that it has not taken yet' }),
    }),
  ),
  next: Type.Union([Type.String(), Type.Null()], {
    description: 'Goes into `after` for the next page; null at the end',
  }),
  silent: Type.Array(Type.String(), {
    description: 'edges that live and did not answer: what they hold is missing',
  }),
});

const Params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const DEFAULT_LIMIT = 100;

/** Lists the connections of all edges, and ends one: for operators. */
export function connectionRoutes(app: FastifyInstance, { connections, trail }: ConnectionRoutes): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();

  typed.get(
    '/connections',
    {
      schema: {
        tags,
        summary: 'List the connections of all edges',
        querystring: Query,
        response: { 200: Page },
      },
    },
    async ({ query: { after = '', limit, ...filter } }) => {
      const { silent, ...page } = await connections.list(filter, after, Number(limit ?? DEFAULT_LIMIT));
      return { connections: [...page.connections], next: page.next, silent: [...silent] };
    },
  );

  typed.delete(
    '/connections/:id',
    {
      schema: {
        tags,
        summary: 'End a connection; its client comes back unless its right is taken away',
        params: Params,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const act = { act: 'connection-end', user: identityOf(request).user, target: id } as const;
      await trail.record(act, () => end(connections, id));
      return reply.code(204).send(null);
    },
  );
}

async function end(connections: ConnectionRoutes['connections'], id: string): Promise<void> {
  const { ended, silent } = await connections.end(id);
  if (ended) return;
  if (silent.length > 0)
    throw new ApiFault(
      'EDGE_UNREACHABLE',
      'Some edges do not answer, and no other has this connection; try again.',
    );
  throw new ApiFault('CONNECTION_UNKNOWN', 'There is no such connection; it may have ended.');
}
