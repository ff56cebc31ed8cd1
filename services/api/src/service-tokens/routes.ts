import type { ServiceTokens, StoredServiceToken } from '@dasf-broker/credentials';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ADMINISTRATION } from '../addresses.ts';
import type { AuditTrail } from '../audit/trail.ts';
import { identityOf } from '../identity.ts';
import {
  IssuedServiceTokenView,
  NewServiceToken,
  ServiceTokenList,
  type ServiceTokenViewBody,
} from './schemas.ts';

export interface ServiceTokenRoutes {
  readonly serviceTokens: Pick<ServiceTokens, 'list' | 'create' | 'revoke'>;
  readonly trail: AuditTrail;
}

const Params = Type.Object({ id: Type.String() });
const tags = ['service tokens'];

/** AUT-6: makes, lists and revokes service tokens, for operators. The token itself is shown once. */
export function serviceTokenRoutes(app: FastifyInstance, { serviceTokens, trail }: ServiceTokenRoutes): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();

  typed.get(
    '/service-tokens',
    { schema: { tags, summary: 'List service tokens', response: { 200: ServiceTokenList } } },
    async () => ({ serviceTokens: [...serviceTokens.list()].map(viewOf).sort(byCreation) }),
  );

  typed.post(
    '/service-tokens',
    {
      schema: {
        tags,
        summary: 'Make a service token, which is shown this once',
        body: NewServiceToken,
        response: { 201: IssuedServiceTokenView },
      },
    },
    async (request, reply) => {
      const { name, subject, permissions = [], expires } = request.body;
      const creator = identityOf(request).user;
      const act = { act: 'service-token-create', user: creator, target: name, change: request.body } as const;
      const { token, entry } = await trail.record(act, () =>
        serviceTokens.create({
          name,
          subject,
          permissions,
          creator,
          expires: expires ? new Date(expires) : null,
        }),
      );
      audit(request, entry, 'service token created');
      return reply
        .code(201)
        .header('location', `${ADMINISTRATION}/service-tokens/${entry.id}`)
        .header('cache-control', 'no-store')
        .send({ ...viewOf(entry), token });
    },
  );

  typed.delete(
    '/service-tokens/:id',
    { schema: { tags, summary: 'Revoke a service token', params: Params, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const { id } = request.params;
      const act = { act: 'service-token-revoke', user: identityOf(request).user, target: id } as const;
      audit(request, await trail.record(act, () => serviceTokens.revoke(id)), 'service token revoked');
      return reply.code(204).send(null);
    },
  );
}

function viewOf({ hash: _, revision: __, permissions, ...shown }: StoredServiceToken): ServiceTokenViewBody {
  return { ...shown, permissions: [...permissions] };
}

function byCreation(one: ServiceTokenViewBody, other: ServiceTokenViewBody): number {
  return one.created.localeCompare(other.created);
}

/** Who let whom in is worth a line, always. */
function audit(
  request: FastifyRequest,
  { id, name, subject, permissions }: StoredServiceToken,
  what: string,
) {
  const token = { id, name, subject, permissions };
  request.log.info({ user: identityOf(request).user, serviceToken: token }, what);
}
