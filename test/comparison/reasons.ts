/** Reasons for which the brokers differ in more than one place. */

export const SAYS_ERROR =
  'the Python client looks for `error` in `result`, and waits for ever where it is missing (PUB-7)';

export const KEEPS_CONNECTION =
  'one bad frame is answered and costs nobody the connection: a Close frame ends the Python client for good';

export const NULL_IS_ABSENT = '`null` says as much as absence';

export const NO_SIGN_IN_PAGE = 'scripts ask as well as people, and there is no page for signing in';
