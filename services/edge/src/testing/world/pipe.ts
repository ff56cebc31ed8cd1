/** An endless sequence that somebody fills and somebody else iterates. */
export class Pipe<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #wake = Promise.withResolvers<void>();
  #ended = false;

  push(item: T): void {
    this.#items.push(item);
    this.#wake.resolve();
  }

  stop(): void {
    this.#ended = true;
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#ended) return;
      else {
        this.#wake = Promise.withResolvers();
        await this.#wake.promise;
      }
    }
  }
}
