import { runTool } from '../run-tool.ts';

export type Version = readonly [major: number, minor: number, patch: number];

/** Older servers lack what the log is built on: atomic batches. */
export const OLDEST_THAT_WORKS: Version = [2, 12, 0];

/** Older servers are known to lose or to damage stored messages. */
export const OLDEST_FIT_FOR_DURABILITY: Version = [2, 12, 12];

/** The version that a nats-server binary reports; undefined where it is none. */
export async function versionOf(binary: string): Promise<Version | undefined> {
  const { code, stdout } = await runTool(binary, ['--version']);
  return code === 0 ? parseVersion(stdout) : undefined;
}

export function parseVersion(text: string): Version | undefined {
  const match = /nats-server: v?(\d+)\.(\d+)\.(\d+)/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

export function isAtLeast(version: Version, least: Version): boolean {
  const differing = version.findIndex((part, index) => part !== least[index]);
  return differing === -1 || (version[differing] ?? 0) > (least[differing] ?? 0);
}
