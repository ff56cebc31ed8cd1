import { parseAcknowledgement } from '@dasf-broker/protocol';
import { nearlyFrame } from '../inputs/frame-text.ts';
import { asBytes } from '../inputs/mutated.ts';
import { readingOf } from '../reference/frame-reading.ts';
import { isObject, readTree, Written } from '../reference/json-tree.ts';
import { mustAgree, type Target } from '../target.ts';

/** Frames of consumers (ACK-1), against JSON.parse. */
export const acknowledgements: Target = {
  name: 'acknowledgements',
  inputs: asBytes(nearlyFrame),
  try(input) {
    const text = input.toString();
    mustAgree('which message it acknowledges', parseAcknowledgement(input), expected(text));
  },
};

function expected(text: string): string | undefined {
  const tree = readTree(text);
  if (!isObject(tree)) return undefined;
  const { type } = tree;
  const isCommand = type !== undefined && !(type instanceof Written && type.source === 'null');
  return isCommand ? undefined : (readingOf(text)?.messageId ?? undefined);
}
