/** Ids that one connection remembers; an acknowledgement of an older one is looked up by the store. */
const REMEMBERED_IDS = 100_000;

/**
 * Which messages an id stands for on one connection: sequences by message id (ACK-6), the oldest forgotten
 * first. Most connections are idle: there is a map only where there is something in it.
 */
export class DeliveredIds {
  #sequences: Map<string, number[]> | undefined;

  add(messageId: string, sequence: number): void {
    this.#sequences ??= new Map();
    const known = this.#sequences.get(messageId);
    if (known) {
      known.push(sequence);
      return;
    }
    this.#sequences.set(messageId, [sequence]);
    if (this.#sequences.size <= REMEMBERED_IDS) return;
    const oldest = this.#sequences.keys().next();
    if (!oldest.done) this.#sequences.delete(oldest.value);
  }

  /** The sequences behind an id, which it then no longer stands for; empty where it is unknown here. */
  take(messageId: string): readonly number[] {
    const sequences = this.#sequences?.get(messageId);
    if (!sequences) return [];
    this.#sequences?.delete(messageId);
    if (this.#sequences?.size === 0) this.#sequences = undefined;
    return sequences;
  }
}
