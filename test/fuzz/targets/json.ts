import { isJson } from '@dasf-broker/protocol';
import { nearlyJson } from '../inputs/json-text.ts';
import { asBytes } from '../inputs/mutated.ts';
import { readTree } from '../reference/json-tree.ts';
import { mustAgree, type Target } from '../target.ts';

/** What is JSON, against JSON.parse. */
export const json: Target = {
  name: 'json',
  inputs: asBytes(nearlyJson),
  try(input) {
    // An object within the limits by itself, and as the one value of a text.
    const tree = readTree(input.toString());
    mustAgree('whether it is JSON', isJson(input), tree !== undefined);
  },
};
