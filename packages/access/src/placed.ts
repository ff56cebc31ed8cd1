/** Something in a configuration file that is not as it must be. The message names the place and what is right. */
export class PlacedFault extends Error {
  readonly code = 'CONFIGURATION_UNFIT';

  constructor(place: string, problem: string) {
    super(`${place} ${problem}`);
    this.name = 'PlacedFault';
  }
}

/** A value of a JSON file and where it stands, such as `issuers[1].audience`. */
export class Placed {
  readonly place: string;
  readonly value: unknown;

  constructor(place: string, value: unknown) {
    this.place = place;
    this.value = value;
  }

  /** @throws {PlacedFault} always */
  refuse(takes: string): never {
    const shown = this.value === undefined ? 'is missing' : `is ${JSON.stringify(this.value)}`;
    throw new PlacedFault(this.place, `${shown}; it takes ${takes}`);
  }

  text(takes: string, fits: (text: string) => boolean = (text) => text !== ''): string {
    const { value } = this;
    return typeof value === 'string' && fits(value) ? value : this.refuse(takes);
  }

  list(takes: string): Placed[] {
    if (!Array.isArray(this.value) || this.value.length === 0) return this.refuse(takes);
    return this.value.map((item, index) => new Placed(`${this.place}[${index}]`, item));
  }

  /** The members of an object by name. */
  members(takes: string): Map<string, Placed> {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.refuse(takes);
    return new Map(Object.entries(value).map(([name, member]) => [name, this.#member(name, member)]));
  }

  /** An object with these members and no others; `undefined` stands for those that are left out. */
  object<const Name extends string>(names: readonly Name[], takes: string): Record<Name, Placed> {
    const members = this.members(takes);
    for (const { place } of [...members].filter(([name]) => !names.some((one) => one === name)).map(last))
      throw new PlacedFault(place, `is not known; there are ${names.join(', ')}`);
    const entries = names.map((name) => [name, members.get(name) ?? this.#member(name, undefined)] as const);
    return Object.fromEntries(entries) as Record<Name, Placed>;
  }

  #member(name: string, value: unknown): Placed {
    const step = /^\w+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    return new Placed((this.place + step).replace(/^\./, ''), value);
  }
}

function last<T>([, value]: readonly [unknown, T]): T {
  return value;
}
