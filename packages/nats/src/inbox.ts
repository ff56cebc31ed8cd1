/**
 * Begins the subjects that a service's answers come on. Each service has its own, so that the server can keep the
 * others from listening.
 */
export function inboxOf(client: string): string {
  return `_INBOX_${client}`;
}
