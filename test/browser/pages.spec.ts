import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, startBroker } from '../harness/index.ts';
import { launchBrowser, withoutBrowser } from './setup/chromium.ts';
import { Site } from './setup/site.ts';
import { Visitor } from './setup/visitor.ts';

const REFUSED = { opened: false, code: 1006 };

describe.skipIf(withoutBrowser())('pages in a real browser', () => {
  const opened = new AsyncDisposableStack();
  let broker: Broker;
  let browser: Browser;
  let portal: Site;
  let turn = 0;

  beforeAll(async () => {
    portal = opened.use(await Site.open());
    broker = opened.use(await startBroker({ settings: { DASF_ALLOWED_ORIGINS: portal.origin } }));
    browser = opened.adopt(await launchBrowser(), (one) => one.close());
  });
  afterAll(() => opened.disposeAsync());

  const visit = (site: Site) => Visitor.of(browser, site);
  const tickets = () => new URL('tickets/', broker.api).href;
  const token = () => broker.token('ada', ['add_brokertopic']);
  /** An address that was not used before, at one of the edges by turns. */
  const address = (query = '') => {
    turn += 1;
    const edge = broker.edges[turn % broker.edges.length] ?? broker.edges[0];
    return new URL(`page-${turn}${query}`, edge).href;
  };

  describe('AUT-1 a page of an allowed origin', () => {
    it('connects by subprotocol, and never sees its token sent back', async () => {
      await using visitor = await visit(portal);
      expect(await visitor.publish(address(), ['dasf', `dasf.bearer.${await token()}`])).toEqual({
        opened: true,
        protocol: 'dasf',
        result: 'ok',
      });
      expect(await visitor.publish(address(), ['dasf', 'dasf.bearer.nonsense'])).toEqual(REFUSED);
    });

    it('connects by the cookie that it set', async () => {
      await using visitor = await visit(portal);
      const without = await visitor.publish(address());
      expect(without).toMatchObject({ opened: true, result: 'send-error:6' });
      await visitor.setCookie(`dasf_token=${await token()}; SameSite=Strict`);
      expect(await visitor.publish(address())).toEqual({ opened: true, protocol: '', result: 'ok' });
    });

    it('connects by a ticket, once, also where a spoilt cookie goes along', async () => {
      await using visitor = await visit(portal);
      await visitor.setCookie('dasf_token=nonsense');
      const ticket = await visitor.ticket(tickets(), await token());
      const outcome = await visitor.publish(address(`?ticket=${ticket}`));
      expect(outcome).toEqual({ opened: true, protocol: '', result: 'ok' });
      for (const _ of broker.edges) {
        expect(await visitor.publish(address(`?ticket=${ticket}`))).toEqual(REFUSED);
      }
    });

    it('is told by a code that its service token was revoked (CLS-2), also behind a ticket', async () => {
      const operator = { authorization: `Bearer ${await broker.token('olga', ['administer'])}` };
      const service = new URL('/api/v1/service-tokens', broker.api);
      const made = await fetch(service, {
        method: 'POST',
        headers: { ...operator, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'a wall of screens', subject: 'screens' }),
      });
      const { id, token: screens } = (await made.json()) as { id: string; token: string };
      await using visitor = await visit(portal);
      const ticket = await visitor.ticket(tickets(), screens);
      const open = await visitor.untilClosed(address(`/c?ticket=${ticket}`));
      await open.opened;
      await fetch(`${service.href}/${id}`, { method: 'DELETE', headers: operator });
      expect(await open.code).toBe(4403);
    });
  });

  describe('T1: a page of another origin', () => {
    it.each(['127.0.0.1', 'localhost'])(
      'at %s is refused, whatever it and the browser bring along',
      async (host) => {
        await using evil = await Site.open(host);
        await using visitor = await visit(portal);
        await visitor.setCookie(`dasf_token=${await token()}`);
        const ticket = await visitor.ticket(tickets(), await token());
        await visitor.goTo(evil);
        // Cookies know no ports: of the same host, the browser does send it.
        expect((await visitor.cookies()).includes('dasf_token')).toBe(host === '127.0.0.1');
        expect(await visitor.publish(address())).toEqual(REFUSED);
        expect(await visitor.publish(address(), ['dasf', `dasf.bearer.${await token()}`])).toEqual(REFUSED);
        expect(await visitor.publish(address(`?ticket=${ticket}`))).toEqual(REFUSED);
        expect(await visitor.ticket(tickets(), await token())).toBeUndefined();
        await visitor.goTo(portal);
        expect(await visitor.publish(address(`?ticket=${ticket}`))).toMatchObject({ result: 'ok' });
      },
    );
  });
});
