import type { ActList, ActQuery, RecordedAct } from '@dasf-broker/readmodel';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { ACTS } from './trail.ts';

export interface AuditRoutes {
  readonly auditReader: AuditReader;
}

/** What is asked of the record of operators' acts. */
export interface AuditReader {
  acts(query: ActQuery): Promise<ActList>;
}

const Text = Type.Union([Type.String(), Type.Null()]);
const Filter = Type.Optional(Type.String({ minLength: 1, maxLength: 255 }));
const Time = Type.Optional(Type.String({ format: 'date-time' }));

const Query = Type.Object(
  {
    user: Filter,
    act: Type.Optional(Type.Enum([...ACTS])),
    topic: Filter,
    target: Filter,
    since: Time,
    until: Time,
    after: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]{0,15}$', description: '`next` of the page before' }),
    ),
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9][0-9]{0,2}|1000)$', description: 'acts on a page: 100' }),
    ),
  },
  { additionalProperties: false },
);

const Page = Type.Object({
  acts: Type.Array(
    Type.Object({
      at: Type.String(),
      user: Type.String(),
      act: Type.String(),
      topic: Text,
      target: Type.Union([Type.String(), Type.Null()], {
        description: 'the message, connection or service token',
      }),
      change: Type.Union([Type.String(), Type.Null()], { description: 'what was asked for, as JSON' }),
      outcome: Type.Union([Type.String(), Type.Null()], {
        description: '`done`, or the code of the fault; null: begun, and nobody knows what came of it',
      }),
    }),
  ),
  next: Type.Union([Type.String(), Type.Null()], {
    description:
      'Goes into `after` for the next page; null at the end. A page may hold none and yet have a next one',
  }),
});

const DEFAULT_LIMIT = 100;

/** Who did what: for operators. */
export function auditRoutes(app: FastifyInstance, { auditReader }: AuditRoutes): void {
  const schema = {
    tags: ['audit'],
    summary: 'List what operators did, newest first',
    querystring: Query,
    response: { 200: Page },
  };
  app.withTypeProvider<TypeBoxTypeProvider>().get('/audit', { schema }, async (request) => {
    const { acts, next } = await auditReader.acts(queryOf(request.query));
    return { acts: acts.map(viewOf), next: next === null ? null : String(next) };
  });
}

function queryOf({ since, until, after, limit, ...filters }: Static<typeof Query>): ActQuery {
  return {
    ...filters,
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
    after: after === undefined ? undefined : Number(after),
    limit: Number(limit ?? DEFAULT_LIMIT),
  };
}

function viewOf({ sequence: _, at, change, ...act }: RecordedAct) {
  return { ...act, at: at.toISOString(), change: change === '' ? null : change };
}
