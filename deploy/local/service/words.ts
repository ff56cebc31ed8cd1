const WARN = 40; // pino's level

/** A log line in words where it is a warning or worse, or no log line at all; else undefined. */
export function wordsOf(line: string): string | undefined {
  if (!line.startsWith('{')) return line.trim() === '' ? undefined : line;
  try {
    const { level, msg, err } = JSON.parse(line) as {
      level?: unknown;
      msg?: unknown;
      err?: { message?: unknown };
    };
    if (typeof level !== 'number' || level < WARN) return undefined;
    const words = [msg, err?.message].filter((part) => typeof part === 'string' && part !== '');
    return [...new Set(words)].join(': ') || line;
  } catch {
    return line;
  }
}
