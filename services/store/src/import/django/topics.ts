import { isRetention, type Retention } from '@dasf-broker/protocol';
import type { DjangoBroker } from './django-broker.ts';
import type { Grants } from './permissions.ts';

/** A topic of the other broker. */
export interface SourceTopic {
  readonly id: number;
  readonly slug: string;
  readonly public: boolean;
  readonly supportsDasf: boolean;
  readonly retention: Retention | null;
  /** The number of the topic whose requests are answered here. */
  readonly responseFor: number | null;
  /** RFC 3339 */
  readonly created: string;
  /** JSON; `undefined` where its module never described its functions. */
  readonly apiInfo: string | undefined;
  readonly grants: Grants;
}

interface Row {
  readonly id: number;
  readonly slug: string;
  readonly public: number;
  readonly dasf: number;
  readonly retention: string | null;
  readonly answers: number | null;
  readonly created: string;
  readonly info: string;
}

const NOBODY: Grants = { can_produce: [], can_consume: [], can_view_status: [] };

export async function readTopics(
  { database }: DjangoBroker,
  grants: ReadonlyMap<number, Grants>,
): Promise<readonly SourceTopic[]> {
  const rows = await database.query<Row>(
    `select t.id as id, t.slug as slug, case when t.is_public then 1 else 0 end as public,
      case when t.supports_dasf then 1 else 0 end as dasf, t.store_messages as retention,
      r.is_response_for_id as answers, cast(t.date_created as text) as created, cast(t.api_info as text) as info
     from dasf_broker_brokertopic t left join dasf_broker_responsetopic r on r.brokertopic_ptr_id = t.id
     order by t.id`,
  );
  return rows.map(({ dasf, answers, info, ...row }) => ({
    id: row.id,
    slug: row.slug,
    public: row.public === 1,
    supportsDasf: dasf === 1,
    retention: isRetention(`${row.retention}`) ? (row.retention as Retention) : null,
    responseFor: answers,
    created: momentOf(row.created),
    apiInfo: info === '{}' ? undefined : info,
    grants: grants.get(row.id) ?? NOBODY,
  }));
}

/** Both kinds of databases keep UTC. */
function momentOf(text: string): string {
  const [day, time] = text.replace(/[+-]\d\d(:?\d\d)?$/, '').split(/[ T]/);
  return new Date(`${day}T${time}Z`).toISOString();
}
