import { isDeepStrictEqual } from 'node:util';
import { decodeString, type Frame, type FrameReading, readFrame, stampFrame } from '@dasf-broker/protocol';
import { nearlyFrame } from '../inputs/frame-text.ts';
import { asBytes } from '../inputs/mutated.ts';
import { type ReferenceReading, readingOf } from '../reference/frame-reading.ts';
import { isObject, readTree, Written } from '../reference/json-tree.ts';
import { Finding, mustAgree, type Target } from '../target.ts';

const OWN_ID = 'the broker’s own';
const NOW = '2026-11-25T12:00:00.000+00:00';

/** Frames of producers, read in place, against a reading by way of JSON.parse; then as they would be stored. */
export const frames: Target = {
  name: 'frames',
  inputs: asBytes(nearlyFrame),
  try(input) {
    const ours = readFrame(input);
    const reference = readingOf(input.toString());
    mustAgree('whether it is taken', ours.frame !== undefined, reference?.fields !== undefined);
    if (reference) compareKeys(ours, reference);
    if (!ours.frame || !reference?.fields) return;
    for (const [name, value] of Object.entries(reference.fields)) compareField(ours.frame, name, value);
    compareStamped(ours.frame, input.toString());
  },
};

function compareKeys({ key }: FrameReading, reference: ReferenceReading): void {
  mustAgree('messageId for the answer', key.messageId, reference.messageId);
  mustAgree('context for the answer', key.context, reference.context);
}

function compareField(frame: Frame, name: string, expected: unknown): void {
  const read = frame[name as keyof Frame];
  mustAgree(name, read instanceof Uint8Array ? decodeString(read) : read, expected);
}

/** FRM-1: whatever the broker does not read is in there as it was written. */
function compareStamped(frame: Frame, text: string): void {
  const id = frame.messageId ?? OWN_ID;
  const stamped = stampFrame(frame, id, NOW).toString();
  const [before, after] = [readTree(text), readTree(stamped)];
  if (!isObject(before) || !isObject(after)) throw new Finding(`stored as what is no object: ${stamped}`);
  const { messageId: was, publishTime: _, ...kept } = before;
  const { messageId: is, publishTime, ...stored } = after;
  mustAgree('publishTime as stored', publishTime instanceof Written && publishTime.value, NOW);
  mustAgree('messageId as stored', is instanceof Written && is.value, id);
  if (!isDeepStrictEqual(stored, kept)) throw new Finding(`stored with other content: ${stamped}`);
  if (frame.messageId !== undefined && !isDeepStrictEqual(is, was))
    throw new Finding('messageId is written anew');
}
