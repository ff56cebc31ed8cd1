import type { Database } from '@dasf-broker/readmodel';
import type { Changes } from '../fold/changes.ts';
import { acknowledge } from './acknowledge.ts';
import { insertConsumers, writePresence } from './consumers.ts';
import { expire } from './expire.ts';
import { writeImports } from './imports.ts';
import { insertMessages } from './messages.ts';
import { writeActs } from './operator-acts.ts';
import { claimPieces, insertPieces } from './pieces.ts';
import { removeWhatAllAcknowledged } from './remove-acknowledged.ts';
import { removeMessages } from './remove-messages.ts';
import { writeRequests } from './requests.ts';
import { changeTopics, deleteTopics, touchTopics } from './topics.ts';

/** Writes a run of events in the order that `Changes` asks for; a step without work asks nothing. */
export async function writeChanges(db: Database, partition: number, changes: Changes): Promise<void> {
  await deleteTopics(db, partition, changes.deletedTopics);
  await touchTopics(db, partition, changes.touchedTopics);
  const { shrunk } = await changeTopics(db, partition, changes.changedTopics);
  await insertPieces(db, partition, [...changes.pieces.values()]);
  await insertMessages(db, partition, [...changes.messages.values()]);
  await claimPieces(db, partition, [...changes.messages.values()]);
  await removeWhatAllAcknowledged(db, partition, [], shrunk);
  await writeRequests(db, partition, [...changes.requests.values()]);
  await expire(db, partition, changes.expiries);
  await writeImports(db, partition, changes.imports);
  await insertConsumers(db, [...changes.consumers.values()]);
  const acknowledged = await acknowledge(db, partition, changes);
  await removeWhatAllAcknowledged(db, partition, acknowledged, []);
  await removeMessages(db, partition, changes.removedMessages);
  await writeActs(db, partition, changes.acts);
  await writePresence(db, partition, changes);
}
