interface Waiting {
  readonly units: number;
  readonly admit: () => void;
}

/** A number of units, such as bytes, that may be in use at a time. Who asks first has its turn first. */
export class Budget {
  readonly #total: number;
  readonly #waiting: Waiting[] = [];
  #used = 0;

  constructor(total: number) {
    this.#total = total;
  }

  get used(): number {
    return this.#used;
  }

  /** Whether nobody would have to wait for so many units. */
  hasRoom(units: number): boolean {
    return this.#waiting.length === 0 && this.#used + Math.min(units, this.#total) <= this.#total;
  }

  /** Resolves when so many units may be used, until the share is disposed of. More than all there are count as all. */
  async take(units: number): Promise<Disposable> {
    const share = Math.min(units, this.#total);
    if (this.hasRoom(share)) this.#used += share;
    else await this.#turn(share);
    let taken = true;
    return {
      [Symbol.dispose]: () => {
        if (taken) this.#giveBack(share);
        taken = false;
      },
    };
  }

  /** The units are in use by the time this resolves: nobody else can get them in between. */
  #turn(units: number): Promise<void> {
    return new Promise((admit) => this.#waiting.push({ units, admit }));
  }

  #giveBack(units: number): void {
    this.#used -= units;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#used + next.units > this.#total) return;
      this.#waiting.shift();
      this.#used += next.units;
      next.admit();
    }
  }
}
