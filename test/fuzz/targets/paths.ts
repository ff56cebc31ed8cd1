import { type Address, parseAddress } from '@dasf-broker/protocol';
import { requestTarget } from '../inputs/http-text.ts';
import { referenceAddress } from '../reference/address.ts';
import { mustAgree, type Target } from '../target.ts';

const ROUTES: readonly (readonly [setting: string, segments: readonly string[]])[] = [
  ['ws/', ['ws']],
  ['', []],
  ['/a/b', ['a', 'b']],
];

/** Websocket addresses, against the words of section 2. */
export const paths: Target = {
  name: 'paths',
  inputs: requestTarget.map((target) => Buffer.from(target, 'latin1')),
  try(input) {
    const [path = ''] = input.toString('latin1').split('?', 1);
    for (const [route, segments] of ROUTES) {
      mustAgree(
        `address at route "${route}"`,
        spelled(parseAddress(path, route)),
        referenceAddress(path, segments),
      );
    }
  },
};

function spelled(address: Address | undefined): string | undefined {
  if (address?.kind === 'consumer') return `consumer ${address.topic} ${address.subscription}`;
  return address?.kind === 'producer' ? `producer ${address.topic}` : address?.kind;
}
