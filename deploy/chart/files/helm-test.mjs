// Asks each part of a broker whether it is ready, and connects as clients do. Run by `helm test`.
const { EDGE, EDGE_INTERNAL, STORE_INTERNAL, API, API_INTERNAL } = process.env;

for (const address of [EDGE_INTERNAL, STORE_INTERNAL, API_INTERNAL]) {
  const answer = await fetch(new URL('/readyz?verbose', address), { signal: AbortSignal.timeout(10_000) });
  console.log(address, answer.status, await answer.text());
  if (!answer.ok) throw new Error(`${address} is not ready`);
}

const described = await fetch(new URL('/openapi.json', API), { signal: AbortSignal.timeout(10_000) });
if (!described.ok) throw new Error(`${API} answers ${described.status}`);

// Whether users without a token are let in is a setting; an edge that answers 401 works as well.
const upgrade = await fetch(new URL('helm-test', EDGE), {
  headers: { accept: 'application/json' },
  signal: AbortSignal.timeout(10_000),
});
if (upgrade.status >= 500) throw new Error(`${EDGE} answers ${upgrade.status}`);
console.log('All parts of the broker answer.');
