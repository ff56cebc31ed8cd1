/** A broker that is there to be tried. */
export interface TriedBroker {
  /** Where websocket addresses begin. */
  readonly edge: string;
  /** Where status and ping are. */
  readonly api: string;
  /** May do everything. */
  readonly token: string;
}

/** Stands for the token in inputs, which are the same for every broker. */
export const TOKEN_PLACE = '{{token}}';

export function withToken(text: string, { token }: TriedBroker): string {
  return text.replaceAll(TOKEN_PLACE, token);
}
