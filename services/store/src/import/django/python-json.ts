const PLAIN = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}[\],:]|true|false|null|NaN|-?Infinity|\s+/y;
const AFTER: Readonly<Record<string, string>> = { ',': ', ', ':': ': ' };
/** Beyond these, Python writes exponents. */
const LEAST_EXPONENT = -4;
const GREATEST_EXPONENT = 16;

/**
 * JSON as Python's `json.dumps` writes what `json.loads` reads, to the byte: that is what dasf-broker-django sends.
 * PostgreSQL keeps JSON by its value; what SQLite keeps was written by Python and stays as it is.
 *
 * @throws {SyntaxError} where it is none
 */
export function pythonJson(text: string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text[at] === '"' ? endOfString(text, at) : endOfPlain(text, at);
    parts.push(written(text.slice(at, end)));
    at = end;
  }
  return parts.join('');
}

/** Payloads are long: no expression that could go back over them. */
function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; ; at += 1) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new SyntaxError('A string does not end.');
    let escapes = 0;
    while (text[quote - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return quote + 1;
    at = quote;
  }
}

function endOfPlain(text: string, begin: number): number {
  PLAIN.lastIndex = begin;
  if (!PLAIN.test(text)) throw new SyntaxError(`There is no JSON at ${begin}.`);
  return PLAIN.lastIndex;
}

function written(token: string): string {
  if (token.startsWith('"')) return ascii(JSON.stringify(JSON.parse(token)));
  if (/^-?\d/.test(token)) return pythonNumber(token);
  return AFTER[token] ?? token.trim();
}

function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function pythonNumber(token: string): string {
  if (/^-?\d+$/.test(token)) return token === '-0' ? '0' : token;
  const value = Number(token);
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0.0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < LEAST_EXPONENT || power >= GREATEST_EXPONENT) {
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : `${value}`;
}
