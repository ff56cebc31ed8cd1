import { errors } from 'jose';
import { AccessError } from './errors.ts';

export const NOT_SIGNED = 'The token is not a signed JSON Web Token.';

/** Turns what the library throws into what the user is told. Nothing of the token is repeated. */
export function tokenFault(error: unknown): AccessError {
  if (error instanceof AccessError) return error;
  if (error instanceof errors.JWTExpired) return new AccessError('TOKEN_EXPIRED', 'The token has expired.');
  if (error instanceof errors.JWTClaimValidationFailed) return claimFault(error);
  return new AccessError('TOKEN_INVALID', reason(error), { cause: error });
}

function claimFault({ claim, reason }: errors.JWTClaimValidationFailed): AccessError {
  if (reason === 'missing') return new AccessError('TOKEN_INVALID', `The token has no "${claim}".`);
  if (claim === 'nbf' && reason === 'check_failed') {
    return new AccessError('TOKEN_NOT_YET_VALID', 'The token is not valid yet ("nbf").');
  }
  const name = claim === 'iss' ? 'issuer ("iss")' : claim === 'aud' ? 'audience ("aud")' : `"${claim}"`;
  return new AccessError('TOKEN_INVALID', `The token's ${name} is not the expected one.`);
}

function reason(error: unknown): string {
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature does not fit.";
  if (error instanceof errors.JOSEAlgNotAllowed)
    return "The token's algorithm is not one that is taken here.";
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'The token is signed with a key that is not known here.';
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return 'The token must say which key signed it ("kid").';
  return NOT_SIGNED;
}
