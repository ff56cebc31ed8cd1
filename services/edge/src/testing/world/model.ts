import { CloseCode } from '@dasf-broker/protocol';
import type { Client } from './client.ts';
import { now } from './time.ts';
import type { PublishedMessage } from './truth.ts';
import type { World } from './world.ts';

/** DLV-5: nothing that was published later than this after a revocation. */
const REVOCATION_MS = 2000;
/** What was awaited of the store for about as long as consumers have patience may come after what is live. */
const LATE_MS = 2000;
/** What must wait may be too much for this. */
const SMALL_BUFFER_BYTES = 1000;

/**
 * What this consumer is owed of its topic: what is outstanding for its user, and, whoever acknowledges it, what
 * came after the end of the log that its edge was told when it came, or was given the right.
 */
function isOwed(world: World, client: Client, message: PublishedMessage): boolean {
  const { partition, sequence, uid, isPing } = message;
  if (isPing) return false;
  if (sequence === undefined) return isOwedLive(world, client, message);
  if (world.store.isOutstanding(partition, sequence, client.user)) return true;
  const { opened, openedAt = 0 } = client;
  const isLive = opened?.uid === uid && !world.truth.lackedRight(client.user, uid, openedAt, now());
  return sequence > (isLive ? opened.logEnd : (client.toldEnds.get(partition) ?? 0));
}

/**
 * What is not retained is owed only where nothing is in its way: neither a consumer that does not read, nor a
 * connection that breaks, nor a leader of the registry that is away. A right that was given just now is not: what
 * the edge that took the message knew, this one finds out.
 */
function isOwedLive(world: World, { user, calmSince, socket }: Client, message: PublishedMessage): boolean {
  const right = world.truth.right(user);
  const isKnown = right !== undefined && right.from < message.at && right.revision <= message.revision;
  const isUndisturbed = calmSince !== undefined && calmSince < message.at && !message.isLost;
  return isKnown && isUndisturbed && !socket.wasSlow && world.bufferBytes > SMALL_BUFFER_BYTES;
}

/** Whether it may get this message now: its user had the right at publishing, or got it since. */
function mayGet(
  world: World,
  { user, gone }: Client,
  { name, uid, at }: PublishedMessage,
  time: number,
): boolean {
  return !gone.has(name) && world.truth.hadRight(user, uid, at - REVOCATION_MS, time);
}

/** What is wrong with what a consumer got, whenever one looks. */
export function wrongs(world: World, client: Client): string[] {
  const { socket, received } = client;
  const wrong = socket.receipts
    .filter(({ message, at }) => !mayGet(world, client, message, at))
    .map(({ message }) => `got ${message.name}, which is not for it`);
  if (new Set(received).size < received.length) wrong.push('got something twice');
  if (!isInOrder(client, world)) wrong.push('got something out of order');
  if (socket.wasOverrun) wrong.push('was sent more than it could take');
  const { closedWith } = socket;
  if (closedWith !== undefined && !mayClose(world, client, closedWith))
    wrong.push(`was closed with ${closedWith}`);
  return wrong;
}

/** What is missing when everything has calmed down. */
export function missing(world: World, client: Client): string[] {
  const right = world.truth.right(client.user);
  if (!client.isOpen || !right) return [];
  const { received } = client;
  return [...world.truth.messages.values()]
    .filter((message) => message.uid === right.uid && isOwed(world, client, message))
    .filter((message) => !received.includes(message))
    .map(({ name }) => `did not get ${name}`);
}

/** DLV-3. The one exception: a backlog that the store handed out late. Pings do not wait for messages. */
function isInOrder(client: Client, world: World): boolean {
  const stored = client.received.filter(({ sequence, isPing }) => sequence !== undefined && !isPing);
  const isLate = world.storeAwayFor - client.storeWasAwayFor >= LATE_MS;
  const uids = stored.map(({ uid }) => Number(uid.slice(4)));
  if (!isSorted(uids)) return false;
  return [...new Set(uids)].every((uid) => {
    const own = stored.filter((_, index) => uids[index] === uid).map(({ sequence = 0 }) => sequence);
    return isSorted(own) || (isLate && isMergeOfTwo(own));
  });
}

function isSorted(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || (numbers[index - 1] ?? 0) <= number);
}

/** What is live and, in between, what was outstanding: each in its order, and all of the latter older. */
function isMergeOfTwo(sequences: readonly number[]): boolean {
  return sequences.some((border) => {
    const [older, newer] = [
      sequences.filter((one) => one < border),
      sequences.filter((one) => one >= border),
    ];
    return isSorted(older) && isSorted(newer);
  });
}

/** CLS-2: only who must stop is sent a Close frame. */
function mayClose(world: World, { user, came, received }: Client, code: number): boolean {
  const { truth, cleanedUp } = world;
  const uids = [...new Set(truth.topics.map(({ uid }) => uid))];
  if (code === CloseCode.TOPIC_DELETED)
    return uids.some((uid) => truth.current?.uid !== uid && !cleanedUp.has(uid));
  const isRevoked = uids.some((uid) => truth.lackedRight(user, uid, came, now()));
  return code === CloseCode.RIGHT_REVOKED && (isRevoked || received.length === 0);
}

/** GC-2: whom the log counts as present, and who is. */
export function presenceFaults(world: World): string[] {
  const recorded = world.log.present(world.edge.name).toSorted();
  const present = world.clients
    .flatMap(({ isOpen, user }) => (isOpen ? [world.truth.right(user)] : []))
    .flatMap((right) => (right ? [`${right.user} ${right.uid}`] : []))
    .toSorted();
  if (recorded.join() === present.join()) return [];
  return [`present are ${present.join()}, recorded ${recorded.join()}`];
}
