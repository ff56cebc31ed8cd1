import type { ApiClient } from './api-client.ts';

/** Which acts are listed. */
export interface ActQuery {
  readonly user?: string;
  readonly act?: string;
  readonly topic?: string;
  readonly target?: string;
  readonly since?: string;
  readonly until?: string;
}

/** What an operator did, as the API lists it. */
export interface RecordedAct {
  readonly at: string;
  readonly user: string;
  readonly act: string;
  readonly topic: string | null;
  readonly target: string | null;
  readonly change: string | null;
  readonly outcome: string | null;
}

/** The API gives out no larger pages. */
const LARGEST_PAGE = 1000;

/** The newest acts that match. @throws {CliFault} */
export async function listActs(api: ApiClient, query: ActQuery, most: number): Promise<RecordedAct[]> {
  const found: RecordedAct[] = [];
  let after: string | null = '';
  while (after !== null && found.length < most) {
    const limit = String(Math.min(most - found.length, LARGEST_PAGE));
    const words = new URLSearchParams({ ...query, limit, ...(after ? { after } : {}) });
    const page: { acts: RecordedAct[]; next: string | null } = await api.ask(
      'GET',
      `audit?${words}`,
      () => undefined,
    );
    found.push(...page.acts);
    after = page.next;
  }
  return found;
}
