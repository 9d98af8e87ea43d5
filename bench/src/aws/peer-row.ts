import type { ContenderName } from './contenders.ts';

/** One line of the table that compares the ways to read AWS Secrets Manager. */
export type PeerRow = Readonly<Record<ContenderName, string>> & {
  readonly what: string;
  /** The aim, where there is one. */
  readonly aim?: string;
};

export const callsText = (count: number): string => `${count} ${count === 1 ? 'call' : 'calls'}`;
