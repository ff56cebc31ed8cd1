/**
 * Websocket close codes that this broker sends (protocol section 11).
 *
 * A Close frame tells a client to stop for good. What will pass (drain, overload, an outage) ends the TCP
 * connection without one, so that clients reconnect.
 */
export const CloseCode = {
  /** A binary frame came (FRM-3). */
  UNSUPPORTED_DATA: 1003,
  /** A frame was larger than the broker reads (FRM-3). */
  MESSAGE_TOO_BIG: 1009,
  /** Try again later; sent only to clients that offered the subprotocol `dasf` (CLS-1). */
  TRY_AGAIN_LATER: 1013,
  /** The token's lifetime ended (AUT-4). */
  TOKEN_EXPIRED: 4401,
  /** An operator took the right away (CLS-2). */
  RIGHT_REVOKED: 4403,
  /** An operator deleted the topic (CLS-2). */
  TOPIC_DELETED: 4404,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];
