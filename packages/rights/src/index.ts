export { type Rights, rightsOf } from './rights.ts';
export { accountsConfig, type Login, type Logins } from './server-config.ts';
export { type Installation, SERVICES, type Service } from './service.ts';
