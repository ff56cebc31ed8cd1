/** Where the addresses of operators begin. */
export const ADMINISTRATION = '/api/v1';
