import { type AccessSettings, authenticate, type Identity } from '@dasf-broker/access';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const NAME = 'identity';

/** Every request to `app`'s routes is refused or has an identity before its body is read (protocol section 3). */
export function requireIdentity(app: FastifyInstance, settings: AccessSettings): void {
  app.decorateRequest(NAME, null);
  app.addHook('onRequest', async (request) => {
    // `host` is what a trusted proxy was asked for, else the header.
    const { headers, host } = request;
    request.setDecorator<Identity>(NAME, await authenticate({ headers, host, url: request.url }, settings));
  });
}

export function identityOf(request: FastifyRequest): Identity {
  return request.getDecorator<Identity>(NAME);
}
