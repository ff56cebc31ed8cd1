/** What keeps a command from doing its work: one sentence, and what to do about it. */
export class CliFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliFault';
  }
}
