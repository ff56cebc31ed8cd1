import { randomInt } from 'node:crypto';

/** Addresses of pods on loopback, one for each, so that all may listen on the ports that the chart gives them. */
export class Network {
  readonly #network = `127.${randomInt(64, 255)}.${randomInt(256)}`;
  readonly #addresses = new Map<string, string>();

  /** Of a service's first pod, or of a pod by its name. */
  addressOf(name: string): string {
    const known = this.#addresses.get(name);
    const address = known ?? `${this.#network}.${this.#addresses.size + 1}`;
    this.#addresses.set(name, address);
    return address;
  }

  /** A text as it would be if names were looked up: longer names first, since one may begin another. */
  resolved(text: string): string {
    const names = [...this.#addresses.keys()].toSorted((a, b) => b.length - a.length);
    return names.reduce((so, name) => so.replaceAll(name, this.addressOf(name)), text);
  }
}
