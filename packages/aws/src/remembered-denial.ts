import type { Clock } from '@keyturn/core';

/** As long as IAM changes may take to be noticed; each try in between would be a line in somebody's audit log. */
const REMEMBERED_MS = 900_000;

/** That a call was denied, for 15 minutes: an optional call is not made again at every refresh. */
export interface RememberedDenial {
  remember(clock: Clock): void;
  stands(clock: Clock): boolean;
}

export function rememberedDenial(): RememberedDenial {
  let until = Number.NEGATIVE_INFINITY;
  return {
    remember: (clock) => {
      until = clock.monotonic() + REMEMBERED_MS;
    },
    stands: (clock) => clock.monotonic() < until,
  };
}
