import { serveBacklog } from '@dasf-broker/backlog';
import type { Logger } from '@dasf-broker/telemetry';
import { Announcer } from '../chores/announcer.ts';
import { collectOnRequest } from '../chores/collect-on-request.ts';
import { Collector } from '../chores/collector.ts';
import { judgeEdges } from '../chores/edges.ts';
import { expireContents } from '../chores/expiry.ts';
import { Leftovers } from '../chores/leftovers.ts';
import { LOOKING_PARTITION, OutstandingQuota } from '../chores/outstanding-quota.ts';
import { LeavePings, pingEachMinute } from '../chores/pings.ts';
import { RegistryCheck } from '../chores/registry-check.ts';
import { type Chore, repeat } from '../chores/repeat.ts';
import { truncateLog } from '../chores/truncation.ts';
import { type Cursor, Fenced, type Lease, renewLease } from '../write/cursor.ts';
import { Answerer } from './answerer.ts';
import { follow } from './follow.ts';
import type { StoreParts } from './parts.ts';
import { pause } from './pause.ts';
import { Progress } from './progress.ts';
import type { ProjectorVoice } from './projector.ts';
import type { AnyRecord } from './record-queue.ts';
import { together } from './together.ts';

export interface TenureVoice extends ProjectorVoice {
  /** Why the lease was not renewed; `undefined` when it was. */
  unrenewed(error: unknown): void;
}

export interface Tenure {
  readonly parts: StoreParts;
  readonly lease: Lease & Cursor;
  readonly voice: TenureVoice;
  readonly logger: Logger;
  /** Questions reach this store from now on. */
  readonly serving: (progress: Progress) => void;
}

/**
 * All that one worker does for a partition while it has the lease.
 *
 * @throws {Fenced} when it is lost
 */
export async function holdPartition(tenure: Tenure, signal: AbortSignal): Promise<void> {
  const { parts, lease, voice, logger } = tenure;
  const { partition } = lease;
  const progress = new Progress(lease.sequence);
  const answerer = new Answerer({
    readModel: parts.questions,
    lease,
    progress,
    patience: parts.times.answer,
    logger,
  });
  const leavePings = new LeavePings(parts, partition, logger);
  const leftovers = new Leftovers(parts.readModel, partition, logger);
  const announcer = new Announcer(parts, lease);
  const quota = new OutstandingQuota(parts, announcer, logger);
  const written = (records: readonly AnyRecord[]) => {
    announcer.take(records);
    leavePings.take(records);
    leftovers.take(records);
  };
  using registryCheck = new RegistryCheck(parts, partition, logger);
  const backlog = serveBacklog(parts.nc, parts.streams.subjects, partition, answerer);
  const halted = () => progress.halted !== undefined;
  const collector = new Collector(parts, partition, progress, logger);
  try {
    tenure.serving(progress);
    await together(signal, [
      (ending) => keepLease(tenure, ending),
      (ending) => follow({ parts, lease, progress, voice, logger, written }, ending),
      (ending) => registryCheck.run(halted, ending),
      (ending) => judgeEdges(parts, partition, halted, logger, ending),
      (ending) => pingEachMinute(parts, partition, halted, logger, ending),
      (ending) => leftovers.run(ending),
      (ending) => announcer.run(ending),
      ...(partition === LOOKING_PARTITION ? [(ending: AbortSignal) => quota.run(ending)] : []),
      (ending) =>
        collectOnRequest(
          { nc: parts.nc, subjects: parts.streams.subjects, partition, collector, halted, logger },
          ending,
        ),
      ...cleaning(tenure, progress, collector).map((chore) => (ending: AbortSignal) => repeat(chore, ending)),
    ]);
  } finally {
    backlog.close();
    progress.giveUp();
    // Nothing may be closed under a question: its connection would never come back.
    await backlog.settled();
  }
}

/** What keeps log, registry and tables from growing for ever. */
function cleaning({ parts, lease, logger }: Tenure, progress: Progress, collector: Collector): Chore[] {
  const { partition } = lease;
  const { cleanUp, truncationCheck } = parts.times;
  const common = { halted: () => progress.halted !== undefined, logger };
  return [
    { ...common, name: 'clean-up', interval: cleanUp, work: (signal) => collector.collect(signal) },
    { ...common, name: 'expiry', interval: cleanUp, work: () => expireContents(parts, partition) },
    {
      ...common,
      name: 'truncation',
      interval: truncationCheck,
      work: () => truncateLog(parts, lease, logger),
    },
  ];
}

/** A database that is away takes no lease: nobody else can have it then, either. */
async function keepLease({ parts, lease, voice }: Tenure, signal: AbortSignal): Promise<void> {
  for (;;) {
    await pause(parts.times.leaseRenewal, signal);
    if (signal.aborted) return;
    try {
      await renewLease(parts.readModel.database, lease, parts.times.lease);
      voice.unrenewed(undefined);
    } catch (error) {
      if (error instanceof Fenced) throw error;
      voice.unrenewed(error);
    }
  }
}
