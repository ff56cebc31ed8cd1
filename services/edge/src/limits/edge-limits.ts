import type { Logger } from '@dasf-broker/telemetry';
import { ClientAddresses } from './client-address.ts';
import { ConnectionSlots } from './connection-slots.ts';
import { ConsumerBuffers } from './consumer-buffers.ts';
import { HeldBytes } from './held-bytes.ts';
import { InFlight } from './in-flight.ts';
import { KeyedBuckets } from './keyed-buckets.ts';
import { LimitWatch } from './limit-watch.ts';
import type { Limits } from './settings.ts';
import { TokenBucket } from './token-bucket.ts';
import { Turns } from './turns.ts';
import { WaitingSockets } from './waiting-sockets.ts';

/**
 * How long a rate may have been left unused so that it can be used at once. What the presets let in together is answered
 * within two seconds (URL-6).
 */
const HERD_SECONDS = 5;

/** What the connections of an edge share, and how much of it is left. */
export class EdgeLimits implements Disposable {
  readonly settings: Limits;
  readonly watch: LimitWatch;
  readonly addresses: ClientAddresses;
  readonly acceptRate: TokenBucket;
  readonly acceptRateByAddress: KeyedBuckets;
  /** Sockets that an address may open, with a request or without. */
  readonly socketsByAddress: KeyedBuckets;
  readonly slots: ConnectionSlots;
  readonly waiting: WaitingSockets;
  readonly turns = new Turns();
  readonly inFlight: InFlight;
  /** Frames that came and are not worked on yet. */
  readonly queued: HeldBytes;
  /** Messages whose end has not come. */
  readonly unfinished: HeldBytes;
  readonly consumerBuffers: ConsumerBuffers;
  /** By address. */
  readonly refusals: KeyedBuckets;
  readonly refusalsOfAll: TokenBucket;
  /** By user. */
  readonly unknownAcknowledgements: KeyedBuckets;

  constructor(settings: Limits, trustedProxies: readonly string[], logger: Logger) {
    this.settings = settings;
    this.watch = new LimitWatch(logger);
    this.addresses = new ClientAddresses(trustedProxies);
    this.acceptRate = herds(settings.acceptRate);
    this.acceptRateByAddress = new KeyedBuckets(() => herds(settings.acceptRatePerAddress));
    this.socketsByAddress = new KeyedBuckets(() => herds(2 * settings.acceptRatePerAddress));
    this.slots = new ConnectionSlots(settings, this.watch);
    this.waiting = new WaitingSockets(settings, this.watch);
    this.inFlight = new InFlight(settings, this.watch);
    this.queued = new HeldBytes(settings.maxQueuedBytes, 'queued frames', this.watch);
    this.unfinished = new HeldBytes(settings.maxUnfinishedBytes, 'unfinished frames', this.watch);
    this.consumerBuffers = new ConsumerBuffers(settings.maxTotalConsumerBufferBytes, this.watch);
    this.refusals = perSecond(settings.maxRefusalsPerSecond);
    this.refusalsOfAll = new TokenBucket(settings.maxTotalRefusalsPerSecond);
    this.unknownAcknowledgements = perSecond(settings.maxUnknownAcknowledgementsPerSecond);
  }

  [Symbol.dispose](): void {
    this.watch[Symbol.dispose]();
  }
}

/** Clients come back together when an edge goes, or a network is back, and then not for a long time. */
function herds(rate: number): TokenBucket {
  return new TokenBucket(rate, HERD_SECONDS * rate);
}

function perSecond(rate: number): KeyedBuckets {
  return new KeyedBuckets(() => new TokenBucket(rate));
}
