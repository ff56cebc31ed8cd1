import { about, optional, secret, text, withDefault } from '@dasf-broker/config';

/** What `npm start` and `dasf` read themselves; the services' own settings are the services' to tell. */
export const toolSpecs = {
  DASF_DATA_DIR: about('The folder of the local stack.', withDefault(text(), '.dasf')),
  DASF_HOST: about(
    'The address that edge and api of the local stack listen on.',
    withDefault(text(), '127.0.0.1'),
  ),
  DASF_API_URL: about(
    'Where `dasf` finds the API; the one of the local stack unless set.',
    optional(text({ pattern: /^https?:/, takes: 'an http(s) URL' })),
  ),
  DASF_TOKEN: about(
    'The token that `dasf` uses there; signed with the key of the local stack unless set.',
    optional(secret(text())),
  ),
};

/** Set by npm scripts for each other. */
export const OWN_VARIABLES: readonly string[] = ['DASF_BOOTSTRAP_PID'];
