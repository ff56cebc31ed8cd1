import { describe, expect, it } from 'vitest';
import { findHelm, render } from './helm.ts';

const helm = await findHelm();
const SOMEWHERE = 'nats.url=nats://nats.example.org:4222';

describe.skipIf(!helm)('the chart refuses, and says why', () => {
  it.each([
    ['no NATS at all', [], /nats\.url is missing: say where NATS is/],
    ['two of them', [SOMEWHERE, 'nats.server.enabled=true'], /exclude each other/],
    ['an address that is none', ['nats.url=nats.example.org'], /at '\/nats\/url': .* does not match pattern/],
    ['a password in an address', ['nats.url=nats://u:p@nats.example.org'], /at '\/nats\/url'/],
    [
      'more partitions than there can be',
      [SOMEWHERE, 'log.partitions=65'],
      /'\/log\/partitions': maximum: got 65, want 64/,
    ],
    ['an even number of copies', [SOMEWHERE, 'log.replicas=2'], /at '\/log\/replicas'/],
    [
      'more copies than servers',
      ['nats.server.enabled=true', 'nats.server.replicas=1'],
      /cannot make more copies/,
    ],
    ['a slip of the finger', [SOMEWHERE, 'edge.replica=3'], /additional properties 'replica' not allowed/],
    [
      'a setting that nobody reads',
      [SOMEWHERE, 'settings.DASF_STORE_MESAGES=store'],
      /is read by nobody: docs\/settings\.md/,
    ],
    [
      'a setting of another service',
      [SOMEWHERE, 'edge.settings.DASF_LOG_RETENTION=1h'],
      /edge\.settings\.DASF_LOG_RETENTION/,
    ],
    [
      'a setting with a value of its own',
      [SOMEWHERE, 'settings.DASF_LOG_PARTITIONS=8'],
      /that is what log\.partitions says/,
    ],
    [
      'a secret among the settings',
      [SOMEWHERE, 'settings.DASF_JWT_SECRET=x'],
      /that is what auth\.tokenSecret says/,
    ],
    [
      'a variable that is none of ours',
      [SOMEWHERE, 'settings.NODE_OPTIONS=x'],
      /'NODE_OPTIONS' does not match/,
    ],
    [
      'one file from two places',
      [SOMEWHERE, 'auth.jwks.configMap=a', 'auth.jwks.secret=b'],
      /at '\/auth\/jwks'/,
    ],
    ['an ingress without a name', [SOMEWHERE, 'ingress.enabled=true'], /host is missing/],
    ['a path with a slash before it', [SOMEWHERE, 'paths.websocket=/ws/'], /at '\/paths\/websocket'/],
    [
      'paths that an ingress cannot tell apart',
      [SOMEWHERE, 'host=a.example', 'ingress.enabled=true', 'paths.websocket=', 'paths.api='],
      /could not tell edge and api apart/,
    ],
    [
      'scaling beyond what an edge takes',
      [SOMEWHERE, 'edge.autoscaling.enabled=true', 'edge.settings.DASF_MAX_CONNECTIONS=5000'],
      /an edge takes no more than 5000/,
    ],
    [
      'credentials for its own NATS',
      ['nats.server.enabled=true', 'nats.login=credentials'],
      /take password or nkeySeed/,
    ],
    [
      'nkeys that its own NATS is not told',
      ['nats.server.enabled=true', 'nats.login=nkeySeed'],
      /nats\.server\.nkeys\.edge is missing/,
    ],
    [
      'backups that go to two places',
      [SOMEWHERE, 'backup.enabled=true', 'backup.existingClaim=a', 'backup.volume.emptyDir.medium=Memory'],
      /exclude each other: backups go to one place/,
    ],
    ['no backup to be kept', [SOMEWHERE, 'backup.keep=0'], /at '\/backup\/keep'/],
    ['a time that is none', [SOMEWHERE, 'backup.schedule=at night'], /at '\/backup\/schedule'/],
  ])('%s', (_what, set, reason) => {
    const { fault, manifests } = render(helm ?? '', undefined, ...set);
    expect(fault).toMatch(reason);
    expect(manifests).toEqual([]);
  });

  it('nothing else', () => {
    expect(render(helm ?? '', undefined, SOMEWHERE).fault).toBe('');
  });
});
