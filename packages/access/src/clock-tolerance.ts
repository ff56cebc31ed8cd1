/** How far another host's clock may be ahead of ours, in seconds. */
export const CLOCK_TOLERANCE_SECONDS = 30;
