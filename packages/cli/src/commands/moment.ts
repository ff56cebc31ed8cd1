import { InvalidArgumentError } from 'commander';

/** A time that an option takes, as the API takes it. */
export function moment(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('It takes a time.');
  return time.toISOString();
}
