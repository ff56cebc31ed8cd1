/** The rules that are not tried with both brokers, and why. */
export const NOT_COMPARED: Readonly<Record<string, string>> = {
  'URL-2': 'tried with the addresses of topics, URL-1',
  'AUT-4': 'its tokens have no end',
  'AUT-6':
    'its tokens are those of Django REST framework: one a user, without permissions or a name of their own',
  'PUB-9': 'needs a log that is away, and theirs has none',
  'PUB-10': 'needs two edges with copies of a registry; theirs asks PostgreSQL each time',
  'RSP-2': 'tried with RSP-1',
  'DLV-7': 'needs a loss inside the broker',
  'DLV-8': 'needs a reader that is slower than a test may be',
  'SHR-1': 'not built yet, and theirs has nothing alike',
  'ACK-6': 'an id stands for one message of a topic there (PUB-8)',
  'GC-4': 'theirs has no such limit',
  'CLS-3': 'daphne pings every 20 s; a test cannot wait that long',
  'CLS-4': 'theirs refuses nobody',
};
