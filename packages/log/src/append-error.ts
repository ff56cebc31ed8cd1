/**
 * An append that was not confirmed.
 *
 * - `LOG_UNREACHABLE`: no answer in time. Unknown: the events may have been stored.
 * - `LOG_REFUSED`: the log answered with an error, such as being full, or NATS does not let this service write
 *   there. With a failing disk the events may have been stored all the same: unknown, too.
 * - `EVENT_TOO_LARGE`: never sent; the same events never will be.
 */
export class AppendError extends Error {
  readonly code: 'LOG_UNREACHABLE' | 'LOG_REFUSED' | 'EVENT_TOO_LARGE';

  constructor(code: AppendError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppendError';
    this.code = code;
  }
}
