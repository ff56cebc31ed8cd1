const LINES = 6;
const WINDOW_MS = 10_000;

/** Lets a few lines through in a while and says where the others are: a noisy child must not flood the terminal. */
export function limitedVoice(
  tell: (line: string) => void,
  elsewhere: string,
  now: () => number = () => performance.now(),
): (line: string) => void {
  let since = Number.NEGATIVE_INFINITY;
  let told = 0;
  return (line) => {
    if (now() - since >= WINDOW_MS) {
      since = now();
      told = 0;
    }
    told += 1;
    if (told <= LINES) tell(line);
    if (told === LINES + 1) tell(`… more in ${elsewhere}`);
  };
}
