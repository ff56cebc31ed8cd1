import { InvalidArgumentError } from 'commander';

/** A time that an option takes, as the API takes it. */
export function moment(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It takes a time such as 2030-01-31 or 2030-01-31T12:00:00Z.');
  return time.toISOString();
}
