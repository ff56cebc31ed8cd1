const EVERY_MS = 5000;

/** Says now and then how far a target is. */
export function progressLine(name: string, inputs: number): (done: number) => void {
  const began = performance.now();
  let said = began;
  let last = 0;
  return (done) => {
    const now = performance.now();
    if (done === last) return;
    last = done;
    if (now - said < EVERY_MS && done < inputs) return;
    said = now;
    const rate = Math.round(done / Math.max((now - began) / 1000, 0.001));
    console.log(`  ${name}: ${done} of ${inputs} (${rate}/s)`);
  };
}
