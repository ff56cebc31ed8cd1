import { reportSettings } from '@dasf-broker/config';
import { edgeSpecs, readEdgeConfig } from './config.ts';

// For `dasf config`: what this service reads, and what is wrong with it in this environment.
process.stdout.write(JSON.stringify(reportSettings(edgeSpecs, () => readEdgeConfig(process.env))));
