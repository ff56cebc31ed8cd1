import { runTool } from './run-tool.ts';

/** What this program reads itself, and npm scripts set for each other. */
const OWN = /^DASF_(DATA_DIR|HOST|EDGE_PORT|API_PORT|BOOTSTRAP_PID|(NATS|DATABASE)_URL(_FILE)?)$/;

interface Finding {
  readonly services: readonly string[];
  readonly message: string;
}

/**
 * Of the variables that are passed on to the services, those that nobody reads: most often a slip of the finger, after
 * which a preset counts. The `dasf` command knows them; it asks every service, so it is left alone where nothing was set.
 *
 * @param script the `dasf` command
 * @returns a sentence for each
 */
export async function unreadVariables(script: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  if (!Object.keys(env).some((name) => name.startsWith('DASF_') && !OWN.test(name))) return [];
  const { stdout } = await runTool(process.execPath, [script, 'config', 'check', '--json'], { env });
  const findings = JSON.parse(stdout || '[]') as Finding[];
  return findings.filter(({ services }) => services.includes('all')).map(({ message }) => message);
}
