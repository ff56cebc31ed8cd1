const HEADERS = [
  'Host: broker',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** The head of a request for a websocket. */
export function requestHead(path: string, token: string): string {
  return [`GET ${path} HTTP/1.1`, ...HEADERS, `Authorization: Bearer ${token}`, '', ''].join('\r\n');
}
