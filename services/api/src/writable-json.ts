/** Whether what was read as JSON can be written as such: a reader takes any depth, a writer does not. */
export function isWritable(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}
