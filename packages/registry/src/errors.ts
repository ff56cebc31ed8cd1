/** What went wrong with a registry change; `code` is stable. */
export class RegistryError extends Error {
  readonly code: 'TOPIC_EXISTS' | 'TOPIC_MISSING' | 'REGISTRY_CONTENDED' | 'REGISTRY_UNREACHABLE';

  constructor(code: RegistryError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RegistryError';
    this.code = code;
  }
}

export function unreachable(cause: unknown): RegistryError {
  if (cause instanceof RegistryError) return cause;
  return new RegistryError('REGISTRY_UNREACHABLE', 'The registry cannot be reached.', { cause });
}
