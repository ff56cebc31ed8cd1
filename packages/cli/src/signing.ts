import type { TokenRequest } from '@dasf-broker/access';
import type { Context } from './context.ts';

/** Issuer and audience where the stack runs with others than its own. */
export function audienceOf({ env }: Context): Pick<TokenRequest, 'issuer' | 'audience'> {
  const { DASF_JWT_ISSUER: issuer, DASF_JWT_AUDIENCE: audience } = env;
  return { ...(issuer ? { issuer } : {}), ...(audience ? { audience } : {}) };
}
