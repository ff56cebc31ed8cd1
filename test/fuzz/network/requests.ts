import fc, { type Arbitrary } from 'fast-check';
import { requestTarget } from '../inputs/http-text.ts';
import { JSON_TOKENS, jsonText, objectText } from '../inputs/json-text.ts';
import { mutated } from '../inputs/mutated.ts';
import { Finding, type Target } from '../target.ts';
import { exchange } from './exchange.ts';
import { TOKEN_PLACE, type TriedBroker, withToken } from './tried-broker.ts';

const HEADER_TOKENS = [
  '\r\n',
  '\n',
  ': ',
  ' ',
  ',',
  '\t',
  '\x00',
  'HTTP/1.0',
  'chunked',
  '0\r\n\r\n',
  '%',
  '\xff',
];
/** What a stack, a statement, a subject or a path of this installation would look like. */
const INNER_MATTERS = /\n\s+at |node_modules|\.ts\b|\bSELECT\b|\bINSERT\b|dasf\.log|KV_|\$JS|ECONN/;

const upgradeHeaders = fc
  .subarray(
    [
      'Host: broker',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      `Authorization: Bearer ${TOKEN_PLACE}`,
      'Sec-WebSocket-Protocol: dasf',
      'Origin: http://broker',
    ],
    { minLength: 5 },
  )
  .map((lines) => lines.join('\r\n'));

const upgradeText = fc
  .tuple(requestTarget, mutated(upgradeHeaders, HEADER_TOKENS))
  .map(([target, lines]) => `GET ${target} HTTP/1.1\r\n${lines}\r\n\r\n`);

/** Asking an edge for a websocket, or for what may be one. */
export function upgrades(broker: TriedBroker): Target {
  return {
    name: 'upgrades',
    inputs: upgradeText.map((text) => Buffer.from(text, 'latin1')),
    async try(input) {
      const answer = await exchange(broker.edge, [
        Buffer.from(withToken(input.toString('latin1'), broker), 'latin1'),
      ]);
      checkStatus(answer.toString('latin1'), [101, 400, 401, 403, 404, 405, 408, 426, 431, 503]);
    },
  };
}

const users = fc.constantFrom('["ada"]', '[]', '[""]', '["ada","ada"]', 'null');
const bodyValues: Readonly<Record<string, Arbitrary<string>>> = {
  name: fc.constantFrom('"fuzz-1"', '"fuzz-2"', '"a b"', '""', '"status-ping"', '"\\u0000"', '"\\ud800"'),
  public: fc.constantFrom('true', 'false', '"true"'),
  supportsDasf: fc.constantFrom('true', 'false', '1'),
  storeMessages: fc.constantFrom('"cache"', '"default"', '"x"'),
  grant: objectText(
    fc.array(fc.tuple(fc.constantFrom('"can_produce"', '"can_consume"', '"x"'), users), { maxLength: 3 }),
  ),
  revoke: objectText(
    fc.array(fc.tuple(fc.constantFrom('"can_consume"', '"__proto__"'), users), { maxLength: 2 }),
  ),
  subject: fc.constantFrom('"module"', '"anonymous"', '""', '7'),
  permissions: fc.constantFrom('["can_consume:*"]', '["x"]', '{}'),
  expires: fc.constantFrom('"2030-01-01T00:00:00Z"', '"1"', 'null', '"9e99"'),
};
const bodyMember = fc.oneof(
  ...Object.entries(bodyValues).map(([name, value]) =>
    fc
      .oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: jsonText })
      .map((text) => [JSON.stringify(name), text] as const),
  ),
  jsonText.map((text) => ['"__proto__"', text] as const),
);
const body = mutated(objectText(fc.array(bodyMember, { maxLength: 5 })), JSON_TOKENS);
const target = fc.oneof(
  fc.constantFrom(
    '/api/v1/topics',
    '/api/v1/topics/fuzz-1',
    '/api/v1/topics?limit=5&kind=all',
    '/api/v1/service-tokens',
    '/api/v1/service-tokens/0123456789abcdef',
    '/dasf-broker-django/fuzz-1/status/',
    '/dasf-broker-django/tickets/',
    '/healthz',
  ),
  mutated(fc.constantFrom('/api/v1/topics/fuzz-2?after=a', '/dasf-broker-django/fuzz-2/status'), [
    '%00',
    '%ff',
    '?',
    '/',
    '&',
    '[',
    ']',
  ]),
);
const requestText = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'PUT', 'HEAD'),
    target,
    fc.constantFrom(
      'application/json',
      'application/json; charset=utf-8',
      'text/plain',
      'application/json\ta',
      '',
    ),
    body,
    fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -3, max: 3 }) },
    ),
  )
  .map(([method, path, type, content, more]) =>
    [
      `${method} ${path} HTTP/1.1`,
      'Host: broker',
      'Connection: close',
      `Authorization: Bearer ${TOKEN_PLACE}`,
      ...(type ? [`Content-Type: ${type}`] : []),
      `Content-Length: ${Math.max(Buffer.byteLength(content) + more, 0)}`,
      '',
      content,
    ].join('\r\n'),
  );

/** What an operator's programs send to an api, or strangers with the same words. */
export function requests(broker: TriedBroker): Target {
  return {
    name: 'requests',
    inputs: requestText.map((text) => Buffer.from(text)),
    async try(input) {
      const answer = (
        await exchange(broker.api, [Buffer.from(withToken(input.toString(), broker))])
      ).toString();
      checkStatus(answer, [200, 201, 204, 302, 400, 401, 403, 404, 405, 408, 409, 413, 415, 429, 431, 503]);
      const inner = INNER_MATTERS.exec(answer)?.[0];
      if (inner) throw new Finding(`told strangers of ${JSON.stringify(inner)}: ${answer}`);
    },
  };
}

/** Nothing at all is an answer, too: the connection is over. */
function checkStatus(answer: string, expected: readonly number[]): void {
  if (answer === '') return;
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
  if (!expected.includes(status)) throw new Finding(`answered with ${answer.slice(0, 500)}`);
}
