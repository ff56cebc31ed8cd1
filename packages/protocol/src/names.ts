/** A topic's name as it stands in an address: URL-1. */
export type Slug = string & { readonly __brand: 'Slug' };

/** The name of a pong connection; never a topic (URL-3). */
export const STATUS_PING = 'status-ping';

/** The user of a connection without a token (AUT-2). */
export const ANONYMOUS = 'anonymous';

/** Characters (code points) that a topic's or subscription's name may have. */
export const MAX_NAME_LENGTH = 255;

// With `u`, lengths are in characters as databases count them, not in UTF-16 units.
const SLUG = new RegExp(`^[-_\\p{L}\\p{N}]{1,${MAX_NAME_LENGTH}}$`, 'u');
const SUBSCRIPTION = new RegExp(`^[-.:_\\p{L}\\p{N}]{1,${MAX_NAME_LENGTH}}$`, 'u');
/** Characters (code points) that a message id may have. */
export const MAX_MESSAGE_ID_LENGTH = 128;

// Control characters, surrogates without a partner and line separators can be neither printed nor logged.
const MESSAGE_ID = new RegExp(`^[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]{1,${MAX_MESSAGE_ID_LENGTH}}$`, 'u');

/** True for every name that a topic may have. No normalisation takes place: two spellings are two topics. */
export function isSlug(name: string): name is Slug {
  return SLUG.test(name) && name !== STATUS_PING;
}

/** True for every name that a consumer may give its subscription (URL-2). */
export function isSubscription(name: string): boolean {
  return SUBSCRIPTION.test(name);
}

/** True for 1 to 128 printable characters. */
export function isMessageId(id: string): boolean {
  return MESSAGE_ID.test(id);
}
