import { describe, expect, it } from 'vitest';
import { checkOrigin } from './origin.ts';

const allowed = new Set(['https://portal.example.org', 'http://localhost:5173']);
const check = (origin: string | undefined, host: string | undefined = 'broker.example.org') =>
  checkOrigin({ origin, host, allowed });

describe('AUT-7', () => {
  it.each([
    ['http://broker.example.org', 'broker.example.org'],
    ['https://broker.example.org', 'broker.example.org:443'],
    ['http://broker.example.org:80', 'broker.example.org'],
    ['http://127.0.0.1:8080', '127.0.0.1:8080'],
    ['http://[::1]:8080', '[::1]:8080'],
    ['http://BROKER.example.org', 'broker.Example.org'],
  ])('the page of the host itself passes: %s at %s', (origin, host) => {
    expect(check(origin, host)).toBe('same');
  });

  it('pages on the list pass, and requests of no page', () => {
    expect(check('https://portal.example.org')).toBe('listed');
    expect(check('http://localhost:5173')).toBe('listed');
    expect(check(undefined)).toBe('absent');
  });

  it.each([
    'http://portal.example.org',
    'https://portal.example.org:8443',
    'https://portal.example.org.evil.org',
    'https://evilportal.example.org',
    'https://portal.example.org@evil.org',
    'https://broker.example.org@evil.org',
    'https://evil.org/broker.example.org',
    'https://portal.example.org#x',
    'https://portal.example.org?x',
    'https://portal.exampl%65.org',
    'https:\\\\portal.example.org',
    ' https://portal.example.org',
    'http://broker.example.org:8080',
    'http://localhost',
    'null',
    '',
    'file://',
    'data:text/html,x',
    'chrome-extension://broker.example.org',
    'broker.example.org',
  ])('others are refused: %s', (origin) => {
    expect(check(origin)).toBe('refused');
  });

  it.each(['broker.example.org@evil.org', 'x#@evil.org', ''])('is refused at the host %j', (host) => {
    expect(check('http://evil.org', host)).toBe('refused');
  });

  it('is refused without a host to compare with', () => {
    expect(checkOrigin({ origin: 'http://broker.example.org', host: undefined, allowed })).toBe('refused');
  });
});
