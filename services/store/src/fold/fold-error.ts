/** An event that can be read but makes no sense; it becomes a dead event. */
export class FoldError extends Error {
  readonly code = 'EVENT_UNFIT';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FoldError';
  }
}
