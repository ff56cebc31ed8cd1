/**
 * A JSON text read by Node's own parser, each number, string and word as it was written. Numbers beyond 2^53 and the
 * like are thereby kept apart.
 */
export type JsonTree = Written | JsonTree[] | { readonly [key: string]: JsonTree };

export class Written {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  get value(): unknown {
    return JSON.parse(this.source);
  }
}

const MOST_DEEP = 100;
const MOST_VALUES = 100_000;

/** What Node's types do not know yet. */
const parse = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => JsonTree;

/** `undefined` for what is no JSON, or more of it than the broker reads (protocol FRM-2, threat T29). */
export function readTree(text: string): JsonTree | undefined {
  try {
    const tree = parse(text, (_key, value, { source }) =>
      source === undefined ? value : new Written(source),
    );
    return isWithinLimits(text) ? tree : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function isObject(tree: JsonTree | undefined): tree is { readonly [key: string]: JsonTree } {
  return typeof tree === 'object' && !Array.isArray(tree) && !(tree instanceof Written);
}

/** Counted in the text: a key that stands twice counts twice. The root counts as a value unless it is an object. */
function isWithinLimits(text: string): boolean {
  const bones = text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '0').replaceAll(/\s+/g, '');
  let depth = 0;
  let deepest = 0;
  for (const character of bones) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  const commas = bones.split(',').length - 1;
  const filled = bones.match(/\[(?!\])|\{(?!\})/g)?.length ?? 0;
  const root = bones.startsWith('{') ? 0 : 1;
  return deepest <= MOST_DEEP && commas + filled + root <= MOST_VALUES;
}
