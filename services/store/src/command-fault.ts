/** What keeps a command from doing its work: sentences that say what is wrong and what to do. */
export class CommandFault extends Error {
  readonly code = 'COMMAND_FAULT';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandFault';
  }
}

/** Node's errors of several refused addresses have a code only. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}
