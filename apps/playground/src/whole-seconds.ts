/** `48 s`, `3 min` */
export const wholeSeconds = (seconds: number): string => {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 90 ? `${whole} s` : `${Math.round(whole / 60)} min`;
};
