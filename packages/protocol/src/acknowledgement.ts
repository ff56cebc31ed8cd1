import { Fields } from './frame-fields.ts';
import { type Member, readMembers } from './json-members.ts';
import { skipWhitespace } from './json-text.ts';
import { KeyNames } from './key-names.ts';

const KEYS = new KeyNames(['messageId', 'type']);

/**
 * The message id that a consumer's frame acknowledges, or `undefined` where it acknowledges nothing:
 * no JSON object, no valid id, or one of Pulsar's commands, which carry a `type` (FRM-2, ACK-1).
 */
export function parseAcknowledgement(bytes: Uint8Array): string | undefined {
  const members = new Map<string, Member>();
  try {
    const end = readMembers(bytes, 0, KEYS, (member) => members.set(member.key, member));
    if (skipWhitespace(bytes, end) !== bytes.length) return undefined;
    const fields = new Fields(bytes, members);
    return fields.has('type') ? undefined : fields.messageId();
  } catch {
    return undefined;
  }
}
