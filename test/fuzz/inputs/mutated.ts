import fc, { type Arbitrary } from 'fast-check';

const MOST_CHANGES = 3;
const FARTHEST = 2 ** 16;
const MOST_CUT = 4;

interface Change {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

/**
 * Texts that are nearly what `base` makes: some as they are, others with up to three places overwritten.
 *
 * @param tokens what means something where the text is read
 */
export function mutated(base: Arbitrary<string>, tokens: readonly string[]): Arbitrary<string> {
  const change = fc.record<Change>({
    at: fc.nat({ max: FARTHEST }),
    cut: fc.nat({ max: MOST_CUT }),
    put: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('', ...tokens) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 2 }) },
    ),
  });
  const changes = fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(change, { minLength: 1, maxLength: MOST_CHANGES }) },
  );
  return fc.tuple(base, changes).map(([text, made]) => made.reduce(changed, text));
}

function changed(text: string, { at, cut, put }: Change): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + put + text.slice(place + cut);
}

/** As UTF-8; what is no character becomes one. */
export function asBytes(texts: Arbitrary<string>): Arbitrary<Buffer> {
  return texts.map((text) => Buffer.from(text));
}
