import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../stack/service.ts';
import { type FaultStack, servicesOf } from '../stack/stack.ts';
import type { History } from './history.ts';
import type { ReadinessSeen } from './records.ts';

const LOOK_EVERY_MS = 500;
/** Longer than readiness itself waits for anything. */
const ANSWER_WITHIN_MS = 2000;

type Answer = Pick<ReadinessSeen, 'state' | 'says'>;

/** Asks each service twice a second whether it is ready, and notes when it says something else than before. */
export class ReadinessWatch implements AsyncDisposable {
  readonly #history: History;
  readonly #last = new Map<Service, Answer>();
  readonly #looking: Promise<unknown>;
  #ended = false;

  constructor(stack: FaultStack, history: History) {
    this.#history = history;
    this.#looking = Promise.all(servicesOf(stack).map((service) => this.#follow(service)));
  }

  /** What each service said last. */
  get answers(): readonly Answer[] {
    return [...this.#last.values()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#looking;
  }

  async #follow(service: Service): Promise<void> {
    while (!this.#ended) {
      const answer = await ask(service);
      const before = this.#last.get(service);
      if (before?.state !== answer.state || before.says !== answer.says) this.#note(service, answer);
      await sleep(LOOK_EVERY_MS);
    }
  }

  #note(service: Service, answer: Answer): void {
    this.#last.set(service, answer);
    const { kind, process } = service;
    this.#history.add({ op: 'readiness', kind, service: process.name, ...answer });
  }
}

async function ask({ internalPort }: Service): Promise<Answer> {
  try {
    const response = await fetch(`http://127.0.0.1:${internalPort}/readyz?verbose`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { state: response.ok ? 'ready' : 'unready', says: await response.text() };
  } catch {
    return { state: 'silent', says: '' };
  }
}
