import { reportSettings } from '@dasf-broker/config';
import { apiSpecs, readApiConfig } from './config.ts';

// For `dasf config`: what this service reads, and what is wrong with it in this environment.
process.stdout.write(JSON.stringify(reportSettings(apiSpecs, () => readApiConfig(process.env))));
