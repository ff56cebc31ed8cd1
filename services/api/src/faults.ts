import { ACCESS_FAULTS, type Identity } from '@dasf-broker/access';
import { ANONYMOUS } from '@dasf-broker/protocol';

/** Every `code` that an error answer of this service may hold, with its HTTP status. */
export const API_FAULTS = {
  ...ACCESS_FAULTS,
  /** The request is not of the form that this address takes. */
  REQUEST_INVALID: 400,
  /** Nobody is signed in, and this needs somebody who is. */
  SIGN_IN_REQUIRED: 401,
  /** The user may not do this. */
  FORBIDDEN: 403,
  /** No such topic. */
  TOPIC_UNKNOWN: 404,
  /** No such message; it may have been acknowledged. */
  MESSAGE_UNKNOWN: 404,
  /** No such connection; it may have ended. */
  CONNECTION_UNKNOWN: 404,
  /** No such service token. */
  SERVICE_TOKEN_UNKNOWN: 404,
  /** No such address. */
  ADDRESS_UNKNOWN: 404,
  /** The topic to be created is there already. */
  TOPIC_EXISTS: 409,
  /** The topic for the answers to a message is gone, so that sending it again would be of no use. */
  RESPONSE_TOPIC_GONE: 409,
  /** The user has all the tickets that he may have; try again. */
  TOO_MANY_TICKETS: 429,
  /** Others are changing the same topic; try again. */
  REGISTRY_CONTENDED: 503,
  /** The registry of topics, or that of service tokens, does not answer; try again. */
  REGISTRY_UNREACHABLE: 503,
  /** The log does not answer, so that nothing can be told it; try again. */
  LOG_UNREACHABLE: 503,
  /** The database does not answer, so that what is in it cannot be told; try again. */
  READ_MODEL_UNREACHABLE: 503,
  /** No store answers, so that nothing is cleaned up; try again. */
  STORE_UNREACHABLE: 503,
  /** Some edges do not answer, so that a connection may be one of theirs; try again. */
  EDGE_UNREACHABLE: 503,
  /** A fault of this service. */
  INTERNAL: 500,
} as const;

export type ApiFaultCode = keyof typeof API_FAULTS;

/** A request that is refused; the message is for the user. */
export class ApiFault extends Error {
  readonly code: ApiFaultCode;

  constructor(code: ApiFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiFault';
    this.code = code;
  }
}

/** Signing in may help who is not signed in. */
export function refusal(identity: Identity): ApiFault {
  if (identity.user === ANONYMOUS) return new ApiFault('SIGN_IN_REQUIRED', 'This needs a token.');
  return new ApiFault('FORBIDDEN', 'This user is not allowed to do this.');
}
