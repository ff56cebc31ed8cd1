import { isUserName } from '@dasf-broker/access';
import { GRANTS, type Grant, type Topic, withGrant, withoutGrant } from '@dasf-broker/registry';
import { ApiFault } from '../faults.ts';
import type { GrantsBody, TopicPatchBody } from './schemas.ts';

type GrantChange = <T extends Topic>(topic: T, grant: Grant, user: string) => T;

/**
 * The topic with the changes that an operator asks for; the same object where there is nothing to change.
 *
 * @throws {ApiFault} `REQUEST_INVALID` for a name that no user can have
 */
export function patched<T extends Topic>(topic: T, patch: TopicPatchBody): T {
  const granted = changeGrants(topic, patch.grant, withGrant);
  const next = changeGrants(granted, patch.revoke, withoutGrant);
  const wanted = {
    public: patch.public ?? next.public,
    supportsDasf: patch.supportsDasf ?? next.supportsDasf,
    retention: retentionOf(patch, next),
  };
  const same =
    next.public === wanted.public &&
    next.supportsDasf === wanted.supportsDasf &&
    next.retention === wanted.retention;
  return same ? next : { ...next, ...wanted };
}

function retentionOf({ storeMessages }: TopicPatchBody, topic: Topic): Topic['retention'] {
  if (storeMessages === undefined) return topic.retention;
  return storeMessages === 'default' ? null : storeMessages;
}

function changeGrants<T extends Topic>(topic: T, grants: GrantsBody | undefined, change: GrantChange): T {
  let next = topic;
  for (const grant of GRANTS) {
    for (const user of grants?.[grant] ?? []) {
      if (!isUserName(user)) {
        throw new ApiFault(
          'REQUEST_INVALID',
          `${JSON.stringify(user)} is no user name: it takes 1 to 255 printable characters.`,
        );
      }
      next = change(next, grant, user);
    }
  }
  return next;
}
