import { SERVICE_TOKENS, TICKETS } from '@dasf-broker/credentials';
import { type BucketNames, bucketNames, TOPICS } from '@dasf-broker/registry';
import type { Service } from './service.ts';

/** A key-value bucket and who uses it. */
export interface BucketUse {
  readonly names: BucketNames;
  /** Ask for single entries, of which they know the key. */
  readonly askedBy: readonly Service[];
  /** Know all entries, and hear of each change. */
  readonly followedBy: readonly Service[];
  /** The server cannot tell a new entry from a changed or removed one: who writes does all three. */
  readonly writtenBy: readonly Service[];
}

export function bucketUses(namespace: string): readonly BucketUse[] {
  const all = ['edge', 'api', 'store', 'operator'] as const;
  const gates = ['edge', 'api'] as const;
  const use = (kind: string, uses: Omit<BucketUse, 'names'>) => ({
    names: bucketNames(namespace, kind),
    ...uses,
  });
  return [
    use(TOPICS, { askedBy: all, followedBy: all, writtenBy: all }),
    use(SERVICE_TOKENS, { askedBy: gates, followedBy: gates, writtenBy: ['api'] }),
    // An api issues them; the edge that one is brought to takes it out.
    use(TICKETS, { askedBy: ['edge'], followedBy: [], writtenBy: gates }),
  ];
}
