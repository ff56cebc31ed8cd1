import { describe, expect, it } from 'vitest';
import type { Setting } from './setting.ts';
import { bool, bytes, choice, duration, integer, list, port, ratio, text, url, urls } from './validators.ts';

const cases: [string, Setting<unknown>, Record<string, unknown>, string[]][] = [
  [
    'integer',
    integer({ min: -1, max: 10 }),
    { '0': 0, '-1': -1, '10': 10, '007': 7 },
    ['11', '-2', '1.5', '1e1', 'x', ' 1', '0x1', '9'.repeat(20)],
  ],
  ['ratio', ratio(), { '0': 0, '1': 1, '0.25': 0.25, '.5': 0.5 }, ['1.1', '-0.1', '1e-1', '1.', 'x', '']],
  ['port', port(), { '0': 0, '8081': 8081, '65535': 65535 }, ['65536', '-1', 'http']],
  [
    'bytes',
    bytes(),
    { '10': 10, '10B': 10, '4MiB': 4_194_304, '16 MiB': 16_777_216, '1.5KiB': 1536, '2GiB': 2 ** 31 },
    ['4mb', '4MB', '-1', '0.3KiB', 'MiB', '1 2', '9999999TiB'],
  ],
  [
    'bytes in a range',
    bytes({ min: 1024, max: 65_536 }),
    { '1KiB': 1024, '64KiB': 65_536 },
    ['1023', '65KiB'],
  ],
  [
    'duration',
    duration(),
    {
      '500ms': 500,
      '2s': 2000,
      '10min': 600_000,
      '24h': 86_400_000,
      '7d': 604_800_000,
      '1.5 s': 1500,
      '0s': 0,
    },
    ['2', '10m', '-1s', 's', '1h30min', '0.5ms'],
  ],
  [
    'bool',
    bool(),
    {
      true: true,
      TRUE: true,
      yes: true,
      on: true,
      '1': true,
      false: false,
      no: false,
      off: false,
      '0': false,
    },
    ['2', 'y', 'truee'],
  ],
  ['choice', choice(['a', 'b']), { a: 'a', b: 'b' }, ['c', 'A', 'a,b']],
  ['list', list(choice(['a', 'b'])), { a: ['a'], 'a, b,a': ['a', 'b', 'a'], ',': [] }, ['a,c', 'a b']],
  [
    'url',
    url(['nats', 'tls']),
    { 'nats://h:4222': 'nats://h:4222', 'tls://u:p@h': 'tls://u:p@h' },
    ['http://h', 'h:4222', 'nats:h', 'nats//h', 'nats://h,nats://i'],
  ],
  [
    'urls',
    urls(['nats']),
    { 'nats://a, nats://b:1': 'nats://a, nats://b:1' },
    ['nats://a,', 'nats://a,http://b'],
  ],
  ['text', text({ pattern: /^[a-z]+$/, takes: 'small letters' }), { abc: 'abc' }, ['', 'A', 'a b']],
];

describe.each(cases)('%s', (_, setting, good, bad) => {
  it.each(Object.entries(good))('reads %j as %j', (value, parsed) => {
    expect(setting.parse(value)).toEqual(parsed);
  });

  it.each(bad.map((value) => [value]))('refuses %j', (value) => {
    expect(() => setting.parse(value)).toThrow(TypeError);
  });
});

it('says what it takes', () => {
  expect(
    [integer({ min: 1 }), port(), bytes({ min: 1, max: 2 }), duration({ min: 1000 })].map(
      ({ takes }) => takes,
    ),
  ).toEqual([
    'a whole number, 1 or more',
    'a port, 0 to 65535 (0: any that is free)',
    'a size such as 65536, 512KiB or 16 MiB (1 to 2 bytes)',
    'a duration such as 500ms, 2s, 10min, 24h or 7d (1000 ms or more)',
  ]);
});
