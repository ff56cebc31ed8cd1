const NO_CONNECTION =
  /NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|NameResolutionError|ConnectionResetError|RemoteDisconnected|\b50[234] (Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)/;
const GAVE_UP = /\(from versions: none\)|Max retries exceeded|pip\._vendor\.(urllib3|requests)\.exceptions/;

/**
 * Whether pip failed because it reached nobody, by what it said: its exit code and its last line are the same
 * as for a release that does not exist. One try in vain that was repeated with success says nothing.
 */
export function reachesNoRegistry(stderr: string): boolean {
  return NO_CONNECTION.test(stderr) && GAVE_UP.test(stderr);
}
