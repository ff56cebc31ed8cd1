import { AccessError, authenticate } from '@dasf-broker/access';
import { censorUrl } from '@dasf-broker/telemetry';
import fc, { type Arbitrary } from 'fast-check';
import { requestTarget } from '../inputs/http-text.ts';
import { mutated } from '../inputs/mutated.ts';
import { GOOD_ORIGIN, GOOD_TOKEN, NOW, PORTS, SETTINGS } from '../reference/access.ts';
import { Finding, type Target } from '../target.ts';

const HOST = 'broker.example.org';
const placed = fc.constantFrom(GOOD_TOKEN, 'hunter2', '');

const headerLine: Arbitrary<string> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('Bearer', 'Token', 'bearer', 'Basic', ''),
      fc.constantFrom(' ', '  ', '', '\t'),
      placed,
    )
    .map((parts) => `authorization: ${parts.join('')}`),
  fc
    .tuple(fc.constantFrom('dasf, ', 'dasf,', '', 'other, '), placed)
    .map(([others, token]) => `sec-websocket-protocol: ${others}dasf.bearer.${token}`),
  fc
    .tuple(fc.constantFrom('', 'a=b; ', '"; '), fc.constantFrom('"', ''), placed)
    .map(([others, quote, token]) => `cookie: ${others}dasf_token=${quote}${token}${quote}`),
  fc
    .constantFrom(
      GOOD_ORIGIN,
      `https://${HOST}`,
      `http://${HOST}:80`,
      `${GOOD_ORIGIN}.evil.test`,
      'https://evil.test',
      'null',
      `https://evil.test#${GOOD_ORIGIN}`,
      `https://${HOST}@evil.test`,
      'https://portal.example.org:443',
    )
    .map((origin) => `origin: ${origin}`),
  fc.constantFrom(HOST, `${HOST}:443`, 'evil.test', '', `${HOST}@evil.test`).map((host) => `host: ${host}`),
);

const HEADER_TOKENS = [
  ...' ,;=":/\\@#?.\t',
  'dasf',
  'bearer',
  'null',
  'https://',
  '%74oken',
  '\n',
  ': ',
  '\xe9',
];

const requests = fc
  .tuple(
    fc.oneof(
      requestTarget,
      placed.map((token) => `/ws/tides?token=${token}`),
    ),
    mutated(
      fc.array(headerLine, { maxLength: 4 }).map((lines) => lines.join('\n')),
      HEADER_TOKENS,
    ),
  )
  .map(([target, headers]) => `${target}\n${headers}`);

/** A request's target and headers: who is let in, from which pages, and what of it a log would show. */
export const headers: Target = {
  name: 'headers',
  inputs: requests.map((text) => Buffer.from(text, 'latin1')),
  async try(input) {
    const [url = '', ...lines] = input.toString('latin1').split('\n');
    const fields = fieldsOf(lines);
    checkCensored(url);
    const user = await userFor(url, fields);
    if (user === undefined) return;
    if (!isPageGood(fields['origin'], fields['host'])) throw new Finding(`let in from ${fields['origin']}`);
    if (user === 'anonymous') return;
    const brought = Object.entries(fields).filter(([, value]) => value.includes(GOOD_TOKEN));
    const isInQuery = new URLSearchParams(url.split('?').slice(1).join('?'))
      .getAll('token')
      .includes(GOOD_TOKEN);
    if (brought.length === 0 && !isInQuery) throw new Finding(`${user} is let in without a token`);
    const isByCookie = brought.every(([name]) => name === 'cookie') && !isInQuery;
    if (isByCookie && fields['origin'] === undefined) throw new Finding('a cookie counts that no page sent');
  },
};

function fieldsOf(lines: readonly string[]): Readonly<Record<string, string>> {
  const pairs = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const];
  });
  return Object.fromEntries(pairs);
}

async function userFor(url: string, fields: Readonly<Record<string, string>>): Promise<string | undefined> {
  try {
    return (await authenticate({ headers: fields, url }, SETTINGS, PORTS, NOW)).user;
  } catch (error) {
    if (error instanceof AccessError) return undefined;
    throw error;
  }
}

/** AUT-7, for origins as browsers write them; whatever else is let in is worth a look. */
function isPageGood(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  const page = /^(https?):\/\/([a-z0-9.-]+(?::\d*)?)\/?$/i.exec(origin);
  if (!page) return false;
  const [, scheme = '', written = ''] = page;
  const bare = (text: string) =>
    text.toLowerCase().replace(scheme.toLowerCase() === 'https' ? /:(443)?$/ : /:(80)?$/, '');
  const isListed = `${scheme}://${bare(written)}`.toLowerCase() === GOOD_ORIGIN;
  return isListed || (host !== undefined && bare(host) === bare(written));
}

/** T3: whatever would be taken for a token or ticket is not in what a log shows. */
function checkCensored(url: string): void {
  const read = (text: string) => {
    const query = new URLSearchParams(text.includes('?') ? text.slice(text.indexOf('?') + 1) : '');
    return [...query.getAll('token'), ...query.getAll('ticket')];
  };
  const shown = read(censorUrl(url)).filter((value) => value !== '' && value !== '***');
  if (shown.length > 0) throw new Finding(`a log would show ${JSON.stringify(shown)}`);
}
