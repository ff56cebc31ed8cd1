import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { AccessError, authenticate, type Identity, SUBPROTOCOL } from '@dasf-broker/access';
import { type Address, CloseCode, parseAddress } from '@dasf-broker/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { AcceptRate } from './accept-rate.ts';
import { AnsweringConnection, type TakeFrame } from './answering-connection.ts';
import { LARGEST_READ_FRAME_BYTES } from './config.ts';
import type { Connection, Connections } from './connections.ts';
import { ConsumerConnection } from './consumer.ts';
import type { EdgeContext } from './context.ts';
import { callAt } from './expiry.ts';
import type { Heartbeat } from './heartbeat.ts';
import { takePong } from './pong.ts';
import { takeMessage } from './producer.ts';
import { Publisher } from './publisher.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { takeOfTrusted } from './service-token-guard.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { TopicAccess } from './topic-access.ts';
import { TopicCreation } from './topic-creation.ts';
import type { TopicFeeds } from './topic-feed.ts';

/** URL-6: an upgrade is answered within 2 s, also when NATS is away. */
const UPGRADE_PATIENCE_MS = 1800;

/** Takes upgrades: who is it, what is asked for, and which kind of connection does it become? */
export class Gate {
  readonly #context: EdgeContext;
  readonly #feeds: TopicFeeds;
  readonly #connections: Connections;
  readonly #heartbeat: Heartbeat;
  readonly #access: TopicAccess;
  readonly #signs: SignsOfLife;
  readonly #publisher: Publisher;
  readonly #acceptRate: AcceptRate;
  readonly #websockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LARGEST_READ_FRAME_BYTES,
    // The token that may be offered beside it is never sent back (AUT-1).
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  #closed = false;

  constructor(context: EdgeContext, feeds: TopicFeeds, connections: Connections, heartbeat: Heartbeat) {
    this.#context = context;
    this.#feeds = feeds;
    this.#connections = connections;
    this.#heartbeat = heartbeat;
    this.#access = new TopicAccess(context.registry);
    this.#signs = new SignsOfLife(context);
    this.#acceptRate = new AcceptRate(context.config.acceptRate);
    const creation = new TopicCreation(context, this.#access);
    this.#publisher = new Publisher(context, this.#access, creation, this.#signs);
  }

  /** From now on upgrades are refused with 503: another edge takes them. */
  close(): void {
    this.#closed = true;
  }

  async receive(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // For good: a peer may go while its refusal is being written.
    socket.on('error', () => socket.destroy());
    try {
      await this.#receive(request, socket, head);
    } catch (error) {
      if (error instanceof AccessError) {
        const { code, retry, cause } = error;
        const why = retry ? { err: cause } : {};
        this.#context.logger.info({ code, ...why, req: request }, 'upgrade refused');
        refuseUpgrade(socket, error.status, error.code, error.message);
      } else {
        this.#context.logger.error({ err: error }, 'an upgrade failed');
        refuseUpgrade(socket, 503, 'UNAVAILABLE', 'The broker failed; try again.');
      }
    }
  }

  async #receive(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (this.#closed) return this.#refuseWhileDraining(socket);
    const until = performance.now() + UPGRADE_PATIENCE_MS;
    const url = request.url ?? '/';
    const address = parseAddress(url.split('?', 1)[0] ?? '/', this.#context.config.route);
    if (!address) {
      refuseUpgrade(socket, 404, 'NO_SUCH_ADDRESS', this.#addressHelp());
      return;
    }
    // Before the token is looked at: verifying costs more than all that came before.
    if (!this.#acceptRate.take()) {
      refuseUpgrade(socket, 503, 'TOO_MANY_UPGRADES', 'Too many clients connect at once; connect again.');
      return;
    }
    const identity = await authenticate(
      { headers: request.headers, url },
      this.#context.config.access,
      this.#context,
    );
    const connection = this.#connectionFor(address, identity);
    socket.once('close', () => connection.close());
    await inTime(connection.ready, until);
    if (socket.destroyed) return connection.close();
    if (this.#closed) return this.#refuseWhileDraining(socket);
    this.#websockets.handleUpgrade(request, socket, head, (websocket) => {
      this.#open(websocket, identity, connection);
    });
  }

  #refuseWhileDraining(socket: Duplex): void {
    refuseUpgrade(socket, 503, 'DRAINING', 'This edge is stopping; connect again.');
  }

  #connectionFor(address: Address, identity: Identity): Connection {
    switch (address.kind) {
      case 'producer':
        return this.#answering(identity, takeMessage(this.#publisher, identity, address.topic));
      case 'pong':
        return this.#answering(identity, takePong(this.#context, this.#access, this.#signs, identity));
      case 'consumer':
        return new ConsumerConnection({
          context: this.#context,
          access: this.#access,
          feeds: this.#feeds,
          signs: this.#signs,
          identity,
          topic: address.topic,
          subscription: address.subscription,
        });
      default:
        return address satisfies never;
    }
  }

  #answering(identity: Identity, take: TakeFrame): Connection {
    const { config, logger, tokenGuard } = this.#context;
    const guarded = takeOfTrusted(tokenGuard, identity, take, config.publishDeadline);
    return new AnsweringConnection(guarded, config, logger);
  }

  #open(socket: WebSocket, identity: Identity, connection: Connection): void {
    socket.on('error', (error) => this.#context.logger.debug({ err: error }, 'a websocket failed'));
    socket.on('message', (data, isBinary) => {
      // A peer that ignores a Close frame goes on sending: what ended has ended (AUT-4).
      if (socket.readyState !== socket.OPEN) return;
      if (isBinary) socket.close(CloseCode.UNSUPPORTED_DATA, 'frames must be text');
      else connection.receive(data as Buffer);
    });
    this.#heartbeat.watch(socket);
    this.#connections.add(socket, connection);
    if (identity.expiresAt !== undefined) {
      const cancel = callAt(identity.expiresAt, () => socket.close(CloseCode.TOKEN_EXPIRED, 'token expired'));
      socket.once('close', cancel);
    }
    const release = this.#context.tokenGuard.watch(identity, () =>
      socket.close(CloseCode.RIGHT_REVOKED, 'token revoked'),
    );
    socket.once('close', release);
    connection.attach(socket);
  }

  #addressHelp(): string {
    const route = `/${this.#context.config.route.replace(/^\/+/, '')}`;
    return `Connect to ${route}<topic> to publish or ${route}<topic>/<subscription> to consume.`;
  }
}

async function inTime(ready: Promise<void>, until: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(until - performance.now(), 0));
  });
  await Promise.race([ready.catch(() => {}), late]);
  clearTimeout(timer);
}
