import { reportSettings } from '@dasf-broker/config';
import { migrationSpecs, readStoreConfig, storeSpecs } from './config.ts';

// For `dasf config`: what this service and its migration read, and what is wrong with it in this environment.
const specs = { ...storeSpecs, ...migrationSpecs };
process.stdout.write(JSON.stringify(reportSettings(specs, () => readStoreConfig(process.env))));
