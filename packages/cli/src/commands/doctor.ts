import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Finding } from '../doctor/finding.ts';
import { serverFindings } from '../doctor/server-findings.ts';
import { apiFindings, edgeFinding } from '../doctor/service-findings.ts';
import { CliFault } from '../fault.ts';
import { findStack, readStackFile } from '../stack.ts';

interface Options {
  readonly api?: string;
  readonly edge?: string;
  readonly natsMonitoring?: string;
  readonly json?: boolean;
}

/**
 * `dasf doctor`: what a broker depends on, thing by thing, and what to do about it.
 *
 * @param end takes the exit code
 */
export function addDoctorCommand(program: Command, context: Context, end: (code: number) => void): void {
  program
    .command('doctor')
    .description('look at all that a broker depends on; exits with 1 where something failed')
    .option('--api <url>', 'where the API is; else DASF_API_URL, else the local stack')
    .option('--edge <url>', 'where clients connect (wss://…); else DASF_WEBSOCKET_URL, else the local stack')
    .option('--nats-monitoring <url>', 'where the monitoring of nats-server is; else the local stack')
    .option('--json', 'as JSON')
    .action(async ({ api, edge, natsMonitoring, json }: Options) => {
      const file = readStackFile(context);
      const address = edge ?? (context.env['DASF_WEBSOCKET_URL'] || file?.edge);
      const findings = [
        ...(await serverFindings(context, natsMonitoring ?? file?.natsMonitoringUrl)),
        ...(await ofApi(context, api)),
        await edgeFinding(address),
      ];
      context.out(json ? JSON.stringify(findings, null, 2) : described(findings));
      if (findings.some(({ state }) => state === 'failed')) end(1);
    });
}

async function ofApi(context: Context, given: string | undefined): Promise<Finding[]> {
  try {
    return await apiFindings(await findStack(context, given));
  } catch (error) {
    if (!(error instanceof CliFault)) throw error;
    const todo = 'Say where the API is with --api, and who you are with DASF_TOKEN.';
    return [{ name: 'api', state: 'failed', says: error.message, todo }];
  }
}

function described(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings
    .flatMap(({ name, state, says, todo }) => [
      `${state.padEnd('warning'.length)}  ${name.padEnd(width)}  ${says}`,
      ...(todo === undefined ? [] : [`${' '.repeat('warning'.length + width + 4)}${todo}`]),
    ])
    .join('\n');
}
