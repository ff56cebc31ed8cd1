import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AccessError, authenticate, type Identity } from '@dasf-broker/access';
import { type Address, ANONYMOUS, CloseCode, parseAddress } from '@dasf-broker/protocol';
import { flatLines, type Logger } from '@dasf-broker/telemetry';
import type { Server } from 'ws';
import { AnsweringConnection, type TakeFrame } from './answering-connection.ts';
import { type Client, shareOf } from './client.ts';
import { ConnectionRecord } from './connection-record.ts';
import type { Connection, Connections } from './connections.ts';
import { ConsumerConnection } from './consumer.ts';
import type { EdgeContext } from './context.ts';
import { endForNow } from './end-for-now.ts';
import { callAt } from './expiry.ts';
import type { Heartbeat } from './heartbeat.ts';
import { Intake } from './limits/intake.ts';
import { PacedInput } from './limits/paced-input.ts';
import { Reading } from './limits/reading.ts';
import { countAnswers } from './observe/count-answers.ts';
import { countConnection } from './observe/count-connection.ts';
import { RefusalLines } from './observe/refusal-lines.ts';
import { tracePublishing } from './observe/trace-messages.ts';
import type { PeerOutput, PeerSocket } from './peer-socket.ts';
import { takePong } from './pong.ts';
import { takeMessage } from './producer.ts';
import { Publisher } from './publisher.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { takeOfTrusted } from './service-token-guard.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { TextFrames } from './text-frames.ts';
import { TopicAccess } from './topic-access.ts';
import { TopicCreation } from './topic-creation.ts';
import type { TopicFeeds } from './topic-feed.ts';
import { TurnOutput } from './turn-output.ts';
import { claimSlot, countUpgrade, takeSlot, UpgradeOverload } from './upgrade-limits.ts';
import { UpgradePatience } from './upgrade-patience.ts';
import { createWebSocketServer, isHandshake, limitBehind } from './websocket-server.ts';

/** Takes upgrades: who is it, what is asked for, and which kind of connection does it become? */
export class Gate {
  readonly #context: EdgeContext;
  readonly #feeds: TopicFeeds;
  readonly #connections: Connections;
  readonly #heartbeat: Heartbeat;
  readonly #access: TopicAccess;
  readonly #signs: SignsOfLife;
  readonly #publisher: Publisher;
  readonly #websockets: Server<typeof PeerSocket>;
  readonly #output: PeerOutput = { frames: new TextFrames(), turn: new TurnOutput() };
  readonly #refusals: RefusalLines;
  readonly #lines: Logger;
  readonly #underWay = new Set<Promise<void>>();
  #closed = false;

  constructor(context: EdgeContext, feeds: TopicFeeds, connections: Connections, heartbeat: Heartbeat) {
    this.#context = context;
    this.#feeds = feeds;
    this.#connections = connections;
    this.#heartbeat = heartbeat;
    this.#refusals = new RefusalLines(context.logger);
    this.#lines = flatLines(context.logger);
    this.#access = new TopicAccess(context.registry);
    this.#signs = new SignsOfLife(context);
    const creation = new TopicCreation(context, this.#access);
    this.#publisher = new Publisher(context, this.#access, creation, this.#signs);
    this.#websockets = createWebSocketServer(context.limits.settings.maxFragments);
  }

  /** From now on upgrades are refused with 503: another edge takes them. */
  close(): void {
    this.#closed = true;
  }

  /** Resolves when each upgrade that came before has been refused or is a connection. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /**
   * Refuses who comes too often before his request is parsed, which costs several times as much as this; says whether it
   * did. Whom a proxy speaks for is known later.
   */
  refuseTooOften(socket: Socket): boolean {
    const { limits } = this.#context;
    const peer = limits.addresses.peerOf(socket);
    const overload = peer === undefined ? undefined : countUpgrade(limits, peer);
    if (overload) this.#refuse(socket, 503, overload.code, overload.message);
    return overload !== undefined;
  }

  receive(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // For good: a peer may go while its refusal is being written.
    socket.on('error', () => socket.destroy());
    const answered = this.#answer(request, socket, head).finally(() => this.#underWay.delete(answered));
    this.#underWay.add(answered);
  }

  async #answer(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      await this.#receive(request, socket, head);
    } catch (error) {
      if (error instanceof AccessError) {
        const why = error.retry ? { err: error.cause } : {};
        const from = this.#context.limits.addresses.of(request);
        this.#refusals.write({ code: error.code, from, ...why, req: request });
        this.#refuse(socket, error.status, error.code, error.message);
      } else if (error instanceof UpgradeOverload) {
        this.#refuse(socket, 503, error.code, error.message);
      } else {
        this.#context.logger.error({ err: error }, 'an upgrade failed');
        this.#refuse(socket, 503, 'UNAVAILABLE', 'The broker failed; try again.');
      }
    }
  }

  async #receive(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    this.#assertOpen();
    const patience = new UpgradePatience();
    const url = request.url ?? '/';
    const address = parseAddress(url.split('?', 1)[0] ?? '/', this.#context.config.route);
    if (!address) {
      this.#refuse(socket, 404, 'NO_SUCH_ADDRESS', this.#addressHelp());
      return;
    }
    // Nothing would come live, or nothing be heard of what was missed.
    if (this.#context.refusals.subscription) {
      this.#refuse(socket, 503, 'NOT_PERMITTED', 'The broker is not set up well; connect again.');
      return;
    }
    // The library refuses it, before anybody's ticket is used up for it.
    if (!isHandshake(request)) {
      this.#websockets.handleUpgrade(request, socket, head, (websocket) => websocket.terminate());
      return;
    }
    const client = await patience.orRefuse(this.#admit(request, socket, url));
    const record = new ConnectionRecord(this.#lines, client, address);
    const connection = this.#connectionFor(address, client, record);
    socket.once('close', () => connection.close());
    await patience.orGoOn(connection.ready);
    if (socket.destroyed) return connection.close();
    // Whose ticket is used up is let in all the same, and connects again as all others do.
    if (!client.byTicket) this.#assertOpen();
    this.#websockets.handleUpgrade(request, socket, head, (websocket) => {
      countConnection(this.#context.metrics, websocket, address.kind);
      record.open(websocket);
      this.#connections.directory.add(record.id, websocket, client, address);
      this.#open(websocket, socket, client, connection);
    });
  }

  /**
   * Who is speaking, if there is room for another one.
   *
   * @throws {UpgradeOverload | AccessError}
   */
  async #admit(request: IncomingMessage, socket: Duplex, url: string): Promise<Client> {
    const { limits, config } = this.#context;
    const address = limits.addresses.of(request);
    // Before the token is looked at: verifying costs more than all that came before.
    const isCounted = limits.addresses.peerOf(request.socket) !== undefined;
    const overload = isCounted ? undefined : countUpgrade(limits, address);
    if (overload) throw overload;
    const slot = takeSlot(limits, address);
    socket.once('close', () => slot.release());
    const host = limits.addresses.hostOf(request);
    const asked = { headers: request.headers, url, ...(host === undefined ? {} : { host }) };
    const admit = ({ user }: Identity) => {
      // A ticket is used up next.
      this.#assertOpen();
      // Users without a token are many behind one name: they are counted by their address.
      if (user !== ANONYMOUS) claimSlot(slot, user);
    };
    const { serviceTokens, tickets } = this.#context;
    const identity = await authenticate(asked, config.access, { serviceTokens, tickets, admit });
    return { ...identity, address };
  }

  #assertOpen(): void {
    if (this.#closed) throw new UpgradeOverload('draining');
  }

  #refuse(...[socket, status, code, detail]: Parameters<typeof refuseUpgrade>): void {
    this.#context.metrics.upgradesRefused.inc({ code });
    refuseUpgrade(socket, status, code, detail);
  }

  #connectionFor(address: Address, client: Client, record: ConnectionRecord): Connection {
    const { traces } = this.#context;
    const answering = (take: TakeFrame) => this.#answering(address.kind, client, record.refusalsOf(take));
    switch (address.kind) {
      case 'producer':
        return answering(
          tracePublishing(traces, address.topic, takeMessage(this.#publisher, client, address.topic)),
        );
      case 'pong':
        return answering(takePong(this.#context, this.#access, this.#signs, client));
      case 'consumer':
        return new ConsumerConnection({
          context: this.#context,
          access: this.#access,
          feeds: this.#feeds,
          signs: this.#signs,
          client,
          topic: address.topic,
          subscription: address.subscription,
        });
      default:
        return address satisfies never;
    }
  }

  #answering(kind: Address['kind'], client: Client, take: TakeFrame): Connection {
    const { limits, logger, config, tokenGuard, metrics } = this.#context;
    const guarded = takeOfTrusted(tokenGuard, client, take, config.publishDeadline);
    return new AnsweringConnection({
      take: guarded,
      client,
      limits,
      logger,
      maxFrameBytes: config.maxFrameBytes,
      answered: countAnswers(metrics, kind),
    });
  }

  #open(socket: PeerSocket, transport: Duplex, client: Client, connection: Connection): void {
    socket.on('error', (error) => {
      this.#context.limits.watch.hit(limitBehind(error));
      this.#context.logger.debug({ err: error }, 'a websocket failed');
    });
    socket.on('message', (data, isBinary) => {
      // A peer that ignores a Close frame goes on sending: what ended has ended (AUT-4).
      if (socket.readyState !== socket.OPEN) return;
      if (isBinary) socket.close(CloseCode.UNSUPPORTED_DATA, 'frames must be text');
      else connection.receive(data as Buffer);
    });
    this.#heartbeat.watch(socket);
    this.#connections.add(socket, connection);
    if (client.expiresAt !== undefined) {
      const cancel = callAt(client.expiresAt, () => socket.close(CloseCode.TOKEN_EXPIRED, 'token expired'));
      socket.once('close', cancel);
    }
    const release = this.#context.tokenGuard.watch(client, () =>
      socket.close(CloseCode.RIGHT_REVOKED, 'token revoked'),
    );
    socket.once('close', release);
    socket.sendOver(transport, this.#output);
    connection.attach(socket, this.#watchIntake(socket, transport, client));
  }

  #watchIntake(socket: PeerSocket, transport: Duplex, client: Client): Reading {
    const { settings, unfinished, watch } = this.#context.limits;
    const reading = new Reading(socket, transport);
    const holder = { user: shareOf(client), giveUp: () => endForNow(socket, 'too much at once') };
    const intake = new Intake(settings, unfinished, reading, watch, holder);
    new PacedInput(transport, intake, reading);
    transport.once('close', () => intake.close());
    socket.once('close', () => reading.close());
    return reading;
  }

  #addressHelp(): string {
    const route = `/${this.#context.config.route.replace(/^\/+/, '')}`;
    return `Connect to ${route}<topic> to publish or ${route}<topic>/<subscription> to consume.`;
  }
}
