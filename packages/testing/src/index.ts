export { createDatabase, createRole, type TestDatabase, type TestRole } from './database.ts';
export { eventually } from './eventually.ts';
export { HeldLine } from './held-line.ts';
export { randomNamespace } from './namespace.ts';
export { natsClient } from './nats-client.ts';
export { expandSchema, NEXT_MIGRATION } from './next-schema.ts';
export { type IssuerConduct, OidcIssuer } from './oidc-issuer.ts';
export { OwnNatsServer } from './own-nats-server.ts';
export { decodeFrame, encodeFrame, OPCODE, type ReceivedFrame, type WireFrame } from './wire-frame.ts';
export { type UpgradeHead, upgradeRequest, type WireOptions, WireSocket } from './wire-socket.ts';

import './provided.ts';
