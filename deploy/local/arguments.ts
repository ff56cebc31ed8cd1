/** What `npm start` says of itself. */
export const HELP = `Starts a DASF broker on this machine: NATS and PostgreSQL where none are given, edge, store and api.
It runs until Ctrl-C; what it keeps is in .dasf, and the next start goes on with it.

Usage: npm start

It takes its settings from the environment, such as

  DASF_EDGE_PORT=9080 npm start        the port for producers and consumers (8080)
  DASF_API_PORT=9081 npm start         the port for status and administration (8081)
  DASF_HOST=0.0.0.0 npm start          the address that both listen on (127.0.0.1)
  DASF_DATA_DIR=/data npm start        the folder for data, logs and the signing key (.dasf)
  DASF_NATS_URL=… DASF_DATABASE_URL=…  servers that run already

"npm run -s dasf -- config env" lists all settings, "npm run -s dasf -- config check" finds what is wrong with them.`;

/** What was asked for on the command line: to start, to be told how, or something that there is not. */
export function readArguments(words: readonly string[]): 'start' | 'help' | { readonly unknown: string } {
  if (words.some((word) => word === '--help' || word === '-h')) return 'help';
  const [unknown] = words;
  return unknown === undefined ? 'start' : { unknown };
}
