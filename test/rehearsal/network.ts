import { randomInt } from 'node:crypto';

/** Addresses of pods on loopback, one for each, so that all may listen on the ports that the chart gives them. */
export class Network {
  readonly #network = `127.${randomInt(64, 255)}.${randomInt(256)}`;
  readonly #addresses = new Map<string, string>();
  #pods = 0;

  /** @param names by which the others find it; a service's name stands for the first of its pods */
  addPod(...names: readonly string[]): void {
    this.#pods += 1;
    for (const name of names) {
      if (!this.#addresses.has(name)) this.#addresses.set(name, `${this.#network}.${this.#pods}`);
    }
  }

  addressOf(name: string): string {
    const address = this.#addresses.get(name);
    if (address === undefined) throw new Error(`Nobody is called ${name}.`);
    return address;
  }

  /** A text as it would be if names were looked up: longer names first, since one may begin another. */
  resolved(text: string): string {
    const names = [...this.#addresses.keys()].toSorted((a, b) => b.length - a.length);
    return names.reduce((so, name) => so.replaceAll(name, this.addressOf(name)), text);
  }
}
