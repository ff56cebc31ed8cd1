import type { Tickets } from '@dasf-broker/credentials';
import { ANONYMOUS } from '@dasf-broker/protocol';
import type { FastifyInstance } from 'fastify';
import { ApiFault, refusal } from '../faults.ts';
import { identityOf } from '../identity.ts';
import type { ApiMetrics } from '../observe/api-metrics.ts';
import type { TicketQuota } from './quota.ts';

export interface TicketRoutes {
  readonly tickets: Pick<Tickets, 'issue'>;
  readonly ticketQuota: Pick<TicketQuota, 'take'>;
  readonly metrics: Pick<ApiMetrics, 'tickets'>;
}

/**
 * AUT-1: exchanges a token for a ticket, which a page puts into the address of its websocket. Unlike a token it may
 * be seen there: it lets in once, and not for long.
 */
export function ticketRoutes(app: FastifyInstance, { tickets, ticketQuota, metrics }: TicketRoutes): void {
  const schema = { tags: ['tickets'], summary: 'A ticket that lets a page in once' };

  app.post('/tickets', { schema }, async (request, reply) => {
    const identity = identityOf(request);
    // Who has no token needs no ticket.
    if (identity.user === ANONYMOUS) throw refusal(identity);
    if (!ticketQuota.take(identity.user)) {
      metrics.tickets.inc({ result: 'refused' });
      throw new ApiFault('TOO_MANY_TICKETS', 'You have all the tickets that a user may have; wait for 30 s.');
    }
    const { ticket, expires } = await tickets.issue(identity);
    metrics.tickets.inc({ result: 'issued' });
    request.log.info({ user: identity.user }, 'ticket issued');
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ ticket, expires: expires.toISOString() });
  });
}
