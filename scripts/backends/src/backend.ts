import type { Machine } from './machine.ts';

/** A server that tests talk to, and the ways to get one. `Address` is what a client needs to reach it. */
export interface Backend<Address> {
  readonly name: string;
  /** In order of preference. */
  readonly ways: readonly Way<Address>[];
  /** Makes an authenticated call. Throws, or gives false, while the server is not ready; ends with `signal`. */
  isReady(address: Address, signal: AbortSignal): Promise<boolean>;
  /** The environment variables by which the next process finds a server that was left running. */
  variables(address: Address): Readonly<Record<string, string>>;
}

export interface Way<Address> {
  /** As it stands in messages, for example "`vault` on PATH". */
  readonly name: string;
  /** Looks whether this machine offers the way, and prepares it (downloads it) where it does. */
  find(machine: Machine): Promise<Finding<Address>>;
}

export type Finding<Address> = Missing | Running<Address> | Startable<Address>;

export interface Missing {
  /** Why this way is not open on this machine. */
  readonly missing: string;
}

/** A server that somebody else started and will stop. */
export interface Running<Address> {
  readonly running: Address;
}

export interface Startable<Address> {
  launch(place: Place): Launch<Address>;
}

/** Where a server is to run. */
export interface Place {
  /** A free port of 127.0.0.1; the next one is free as well. */
  readonly port: number;
  /** An empty folder of its own, removed after the server has stopped. */
  readonly folder: string;
}

export interface Launch<Address> {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the server: nothing is inherited but PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly address: Address;
  /** A command that removes what ending the process leaves behind. */
  readonly afterStop?: readonly [string, ...string[]];
}
