import {
  type AccessPorts,
  type AccessSettings,
  authenticate,
  type Identity,
  mayAdminister,
} from '@dasf-broker/access';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refusal } from './faults.ts';

const NAME = 'identity';

/** Every request to `app`'s routes is refused or has an identity before its body is read (protocol section 3). */
export function requireIdentity(app: FastifyInstance, settings: AccessSettings, ports: AccessPorts): void {
  app.decorateRequest(NAME, null);
  app.addHook('onRequest', async (request) => {
    // `host` is what a trusted proxy was asked for, else the header.
    const { headers, host } = request;
    const identity = await authenticate({ headers, host, url: request.url }, settings, ports);
    request.setDecorator<Identity>(NAME, identity);
  });
}

/** Every one of `app`'s routes needs `administer` (AUT-5). */
export function requireAdminister(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const identity = identityOf(request);
    if (!mayAdminister(identity)) throw refusal(identity);
  });
}

export function identityOf(request: FastifyRequest): Identity {
  return request.getDecorator<Identity>(NAME);
}
