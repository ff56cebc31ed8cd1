/**
 * Questions to a leader, one at a time for each key. Who asks while one is under way shares the next: the answer
 * to the first may be older than what he knows of.
 */
export class LeaderReads<K, T> {
  readonly #read: (key: K) => Promise<T>;
  readonly #underWay = new Map<K, Promise<T>>();
  readonly #next = new Map<K, Promise<T>>();

  constructor(read: (key: K) => Promise<T>) {
    this.#read = read;
  }

  ask(key: K): Promise<T> {
    const next = this.#next.get(key);
    if (next) return next;
    const underWay = this.#underWay.get(key);
    if (!underWay) return this.#begin(key);
    const afterwards = underWay.finally(() => this.#next.delete(key)).then(() => this.#begin(key));
    this.#next.set(key, afterwards);
    return afterwards;
  }

  #begin(key: K): Promise<T> {
    const read = this.#read(key).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, read);
    return read;
  }
}
