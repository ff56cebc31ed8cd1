import fc, { type Arbitrary } from 'fast-check';
import { mutated } from './mutated.ts';

const PATH_TOKENS = [
  ...'/.-_%?#&=:;@\\*>$',
  '..',
  '%2F',
  '%00',
  '%C3%A9',
  '%E2%98',
  '%F0%A0%80%80',
  'ws/',
  'v2/',
  'status-ping',
  'token=',
  'tick%65t=',
] as const;

const name = fc.oneof(
  fc.constantFrom('tides', 'status-ping', 'persistent', 'public', 'default', 'a.b:c', '-', 'T_1'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).map((text) => encoded(text)),
  fc.constantFrom('%ff', 'x'.repeat(255), 'x'.repeat(256), 'n%75l', encoded('\u{20000}'.repeat(255))),
);

const kind = fc.constantFrom('producer', 'consumer');
const pulsar = fc
  .tuple(kind, fc.constantFrom('persistent', 'non-persistent', 'x'), name, name, name, fc.option(name))
  .map(([of, kept, tenant, namespace, topic, subscription]) =>
    ['ws/v2', of, kept, tenant, namespace, topic, ...(subscription ? [subscription] : [])].join('/'),
  );
const plain = fc
  .tuple(fc.constantFrom('ws', 'ws', 'ws', '', 'a/b'), fc.array(name, { minLength: 1, maxLength: 3 }))
  .map(([route, names]) => [route, ...names].join('/'));
const defaultPulsar = pulsar.map((path) => path.replace(/^((?:[^/]+\/){4})[^/]+\/[^/]+/, '$1public/default'));

const query = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc
      .array(
        fc.tuple(
          fc.constantFrom('token', 'ticket', 'TOKEN', '%74oken', 'a', ''),
          fc.constantFrom('=', '', '=='),
          fc.constantFrom('hunter2hunter2', '1', '', '%zz', 'a+b'),
        ),
        { maxLength: 4 },
      )
      .map((pairs) => `?${pairs.map((pair) => pair.join('')).join('&')}`),
  },
);

/** What may stand in a request line: printable Latin-1, as Node's parser hands it on. */
export const requestTarget: Arbitrary<string> = mutated(
  fc
    .tuple(fc.oneof(plain, defaultPulsar, pulsar), fc.constantFrom('', '', '/', '//'), query)
    .map(([path, end, asked]) => `/${path}${end}${asked}`),
  PATH_TOKENS,
).map((target) => `/${target.replaceAll(/[^!-\xff]/g, '').replace(/^\//, '')}`);

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
