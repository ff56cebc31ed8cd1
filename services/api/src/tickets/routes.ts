import type { Tickets } from '@dasf-broker/credentials';
import { ANONYMOUS } from '@dasf-broker/protocol';
import type { FastifyInstance } from 'fastify';
import { refusal } from '../faults.ts';
import { identityOf } from '../identity.ts';

export interface TicketRoutes {
  readonly tickets: Pick<Tickets, 'issue'>;
}

/**
 * AUT-1: exchanges a token for a ticket, which a page puts into the address of its websocket. Unlike a token it may
 * be seen there: it lets in once, and not for long.
 */
export function ticketRoutes(app: FastifyInstance, { tickets }: TicketRoutes): void {
  app.post('/tickets', async (request, reply) => {
    const identity = identityOf(request);
    // Who has no token needs no ticket.
    if (identity.user === ANONYMOUS) throw refusal(identity);
    const { ticket, expires } = await tickets.issue(identity);
    request.log.info({ user: identity.user }, 'ticket issued');
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ ticket, expires: expires.toISOString() });
  });
}
