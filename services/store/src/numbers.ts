/** 1234567.8 as 1,234,568. */
export function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

/** 3725 as 1h02min, 65 as 1min05s. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (number: number) => String(number).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}min${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}min`;
}
